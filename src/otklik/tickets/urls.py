from django.urls import URLPattern, URLResolver, include, path

from otklik.tickets.views import calls, changing, files, portal, ticket

one = "tickets/<str:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(one, ticket.ticket, name="ticket"),
    path(f"{one}parts/<slug:name>/", ticket.fragment, name="ticket_part"),
    path(f"{one}history/", ticket.history, name="ticket_history"),
    path(f"{one}messages/", ticket.messages, name="ticket_messages"),
    path(f"{one}notes/<int:note_id>/", ticket.note, name="ticket_note"),
    path(f"{one}notes/<int:note_id>/history/", ticket.note_history, name="ticket_note_history"),
    path(f"{one}assignee/", changing.assignee, name="ticket_assignee"),
    path(f"{one}department/", changing.department, name="ticket_department"),
    path(f"{one}status/<int:status_id>/", changing.status, name="ticket_status"),
    path(f"{one}fields/", changing.fields, name="ticket_fields"),
    path(f"{one}escalation/", changing.escalation, name="ticket_escalation"),
    path(f"{one}followers/", changing.followers, name="ticket_followers"),
    path(f"{one}links/", changing.links, name="ticket_links"),
    path("calls/new/", calls.new, name="call_new"),
    path("calls/people/", calls.callers, name="call_callers"),
    path("calls/people/<int:person_id>/", calls.caller, name="call_caller"),
    path("requests/", portal.requests, name="requests"),
    path("requests/new/", portal.kinds, name="request_kinds"),
    path("requests/new/<slug:kind>/", portal.new, name="request_new"),
    path("requests/<str:number>/", portal.one, name="request"),
    path("requests/<str:number>/conversation/", portal.thread, name="request_thread"),
    path("requests/<str:number>/messages/", portal.reply, name="request_reply"),
    path("requests/<str:number>/solution/", portal.solution, name="request_solution"),
    path("requests/<str:number>/closing/", portal.closing, name="request_closing"),
    path("requests/<str:number>/rating/", portal.rating, name="request_rating"),
    path("uploads/", files.uploads, name="uploads"),
    path("uploads/<str:token>/", files.upload, name="upload"),
    path("files/<str:token>/", files.file, name="file"),
    path("files/<str:token>/small/", files.thumbnail, name="file_small"),
    path("files/<str:token>/preview/", files.preview, name="file_preview"),
    path("setup/", include("otklik.tickets.setup_urls")),
]
