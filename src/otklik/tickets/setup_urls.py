"""Addresses of the administrator's pages about tickets; all stand under `setup/`."""

from django.urls import URLPattern, URLResolver, path

from otklik.tickets.views.setup import (
    categories,
    fields,
    flows,
    history,
    priorities,
    problems,
    statuses,
    types,
)

PROBLEM = "problems/<int:problem_id>/"
TYPE, QUESTION = "types/<int:type_id>/", "questions/<int:question_id>/"
FIELD, CHOICE = "fields/<int:field_id>/", "choices/<int:choice_id>/"
CATEGORY = "categories/<int:category_id>/"
FLOW, STATUS = "flows/<int:flow_id>/", "statuses/<int:status_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("problems/", problems.problems, name="setup_problems"),
    path("problems/new/", problems.new_problem, name="setup_new_problem"),
    path(PROBLEM, problems.problem, name="setup_problem"),
    path(f"{PROBLEM}place/", problems.problem_place, name="setup_problem_place"),
    path(f"{PROBLEM}removal/", problems.problem_removal, name="setup_problem_removal"),
    path("types/", types.types, name="setup_types"),
    path("types/new/", types.new_type, name="setup_new_type"),
    path(TYPE, types.type_, name="setup_type"),
    path(f"{TYPE}place/", types.type_place, name="setup_type_place"),
    path(f"{TYPE}removal/", types.type_removal, name="setup_type_removal"),
    path(f"{TYPE}questions/", types.type_questions, name="setup_type_questions"),
    path(QUESTION, types.question, name="setup_question"),
    path(f"{QUESTION}place/", types.question_place, name="setup_question_place"),
    path(f"{QUESTION}removal/", types.question_removal, name="setup_question_removal"),
    path("fields/", fields.fields, name="setup_fields"),
    path("fields/new/", fields.new_field, name="setup_new_field"),
    path(FIELD, fields.field, name="setup_field"),
    path(f"{FIELD}removal/", fields.field_removal, name="setup_field_removal"),
    path(f"{FIELD}choices/", fields.field_choices, name="setup_field_choices"),
    path(CHOICE, fields.choice, name="setup_choice"),
    path(f"{CHOICE}place/", fields.choice_place, name="setup_choice_place"),
    path(f"{CHOICE}removal/", fields.choice_removal, name="setup_choice_removal"),
    path("categories/", categories.categories, name="setup_categories"),
    path(CATEGORY, categories.category, name="setup_category"),
    path(f"{CATEGORY}place/", categories.category_place, name="setup_category_place"),
    path(f"{CATEGORY}removal/", categories.category_removal, name="setup_category_removal"),
    path("flows/", flows.flows, name="setup_flows"),
    path(FLOW, flows.flow, name="setup_flow"),
    path(f"{FLOW}default/", flows.flow_default, name="setup_flow_default"),
    path(f"{FLOW}removal/", flows.flow_removal, name="setup_flow_removal"),
    path(f"{FLOW}statuses/", flows.flow_statuses, name="setup_flow_statuses"),
    path(STATUS, statuses.status, name="setup_status"),
    path(f"{STATUS}place/", statuses.status_place, name="setup_status_place"),
    path(f"{STATUS}first/", statuses.status_first, name="setup_status_first"),
    path(f"{STATUS}removal/", statuses.status_removal, name="setup_status_removal"),
    path(f"{STATUS}tickets/", statuses.status_tickets, name="setup_status_tickets"),
    path("steps/<int:source_id>/<int:target_id>/", flows.step, name="setup_step"),
    path("priorities/", priorities.priorities, name="setup_priorities"),
    path("priorities/<int:level>/", priorities.priority, name="setup_priority"),
    path("history/", history.history, name="setup_history"),
    path("history/<int:change_id>/undo/", history.history_undo, name="setup_history_undo"),
]
