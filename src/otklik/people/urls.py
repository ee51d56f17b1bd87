from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from otklik.people.views import (
    contacts,
    known,
    own_page,
    passwords,
    setup_accounts,
    setup_departments,
    setup_desk,
    setup_organizations,
    setup_people,
    signing_in,
    welcome,
)

Routes = list[URLPattern | URLResolver]


def contact_patterns(place: contacts.Place) -> Routes:
    """Return the addresses at which a person's contacts are changed from a page."""
    routes: dict[str, Callable[..., HttpResponse]] = {
        "emails/": contacts.person_emails,
        "emails/<int:email_id>/removal/": contacts.person_email_removal,
        "emails/<int:email_id>/choice/": contacts.person_email_choice,
        "phones/": contacts.person_phones,
        "phones/<int:phone_id>/removal/": contacts.person_phone_removal,
        "phones/<int:phone_id>/choice/": contacts.person_phone_choice,
    }
    return [
        path(address, view, {"place": place}, name=view.__name__.replace("person", place.route, 1))
        for address, view in routes.items()
    ]


known_patterns: Routes = [
    path("people/<int:person_id>/", known.person, name="person"),
    path("people/<int:person_id>/", include(contact_patterns(contacts.KNOWN))),
    path("organizations/<int:organization_id>/", known.organization, name="organization"),
]

person_patterns: Routes = [
    path("", setup_people.person, name="setup_person"),
    *contact_patterns(contacts.SETUP),
    path("roles/", setup_people.person_roles, name="setup_person_roles"),
    path("account/", setup_accounts.person_account, name="setup_person_account"),
    path("account/login/", setup_accounts.person_login, name="setup_person_login"),
    path("account/block/", setup_accounts.person_block, name="setup_person_block"),
    path("account/release/", setup_accounts.person_release, name="setup_person_release"),
    path(
        "account/password-link/",
        setup_accounts.person_password_link,
        name="setup_person_password_link",
    ),
    path(
        "account/password-change/",
        setup_accounts.person_password_change,
        name="setup_person_password_change",
    ),
    path(
        "account/administration/",
        setup_accounts.person_administration,
        name="setup_person_administration",
    ),
    path(
        "account/sessions-ending/",
        setup_accounts.person_sessions_ending,
        name="setup_person_sessions_ending",
    ),
]

department_patterns: Routes = [
    path("", setup_departments.department, name="setup_department"),
    path("place/", setup_departments.department_place, name="setup_department_place"),
    path("closing/", setup_departments.department_closing, name="setup_department_closing"),
    path("opening/", setup_departments.department_opening, name="setup_department_opening"),
    path("removal/", setup_departments.department_removal, name="setup_department_removal"),
]

setup_patterns: Routes = [
    path("desk/", setup_desk.desk, name="setup_desk"),
    path("people/", setup_people.people, name="setup_people"),
    path("people/new/", setup_people.new_person, name="setup_new_person"),
    path("people/<int:person_id>/", include(person_patterns)),
    path("organizations/", setup_organizations.organizations, name="setup_organizations"),
    path("organizations/new/", setup_organizations.new_organization, name="setup_new_organization"),
    path(
        "organizations/<int:organization_id>/",
        setup_organizations.organization,
        name="setup_organization",
    ),
    path(
        "organizations/<int:organization_id>/removal/",
        setup_organizations.organization_removal,
        name="setup_organization_removal",
    ),
    path("departments/", setup_departments.departments, name="setup_departments"),
    path("departments/new/", setup_departments.new_department, name="setup_new_department"),
    path("departments/<int:department_id>/", include(department_patterns)),
]

own_patterns: Routes = [
    path("", own_page.own_page, name="me"),
    path("look/", own_page.own_look, name="own_look"),
    path("notifications/", own_page.own_notifications, name="own_notifications"),
    path("sessions/ending/", own_page.own_other_sessions_ending, name="own_other_sessions_ending"),
    path("sessions/<slug:name>/ending/", own_page.own_session_ending, name="own_session_ending"),
    path("tokens/", own_page.own_tokens, name="own_tokens"),
    path(
        "tokens/<int:token_id>/revocation/",
        own_page.own_token_revocation,
        name="own_token_revocation",
    ),
]

urlpatterns: Routes = [
    path("welcome/", welcome.welcome, name="welcome"),
    path("sign-in/", signing_in.sign_in_page, name="sign_in"),
    path("sign-out/", signing_in.signing_out, name="sign_out"),
    path("language/", signing_in.language, name="language"),
    path("password/", passwords.own_password, name="own_password"),
    path("password/link/", passwords.password_link_request, name="password_link_request"),
    path("password/link/<str:secret>/", passwords.password_link, name="password_link"),
    path("me/", include(own_patterns)),
    path("setup/", include(setup_patterns)),
    *known_patterns,
]
