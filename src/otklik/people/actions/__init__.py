"""Every write to people, organizations, departments, roles and keys."""

from otklik.people.actions.accounts import block_account as block_account
from otklik.people.actions.accounts import change_login as change_login
from otklik.people.actions.accounts import force_password_change as force_password_change
from otklik.people.actions.accounts import mail_password_link as mail_password_link
from otklik.people.actions.accounts import open_account as open_account
from otklik.people.actions.accounts import set_administrator as set_administrator
from otklik.people.actions.accounts import unblock_account as unblock_account
from otklik.people.actions.contacts import add_email as add_email
from otklik.people.actions.contacts import add_phone as add_phone
from otklik.people.actions.contacts import choose_email as choose_email
from otklik.people.actions.contacts import choose_phone as choose_phone
from otklik.people.actions.contacts import remove_email as remove_email
from otklik.people.actions.contacts import remove_phone as remove_phone
from otklik.people.actions.departments import DepartmentFields as DepartmentFields
from otklik.people.actions.departments import add_department as add_department
from otklik.people.actions.departments import change_department as change_department
from otklik.people.actions.departments import close_department as close_department
from otklik.people.actions.departments import move_department as move_department
from otklik.people.actions.departments import place_department as place_department
from otklik.people.actions.departments import remove_department as remove_department
from otklik.people.actions.departments import reopen_department as reopen_department
from otklik.people.actions.desk import DeskFields as DeskFields
from otklik.people.actions.desk import change_desk as change_desk
from otklik.people.actions.first_run import FirstAdministrator as FirstAdministrator
from otklik.people.actions.first_run import FirstDesk as FirstDesk
from otklik.people.actions.first_run import set_up_desk as set_up_desk
from otklik.people.actions.organizations import OrganizationFields as OrganizationFields
from otklik.people.actions.organizations import change_organization as change_organization
from otklik.people.actions.organizations import register_organization as register_organization
from otklik.people.actions.organizations import remove_organization as remove_organization
from otklik.people.actions.organizations import set_domains as set_domains
from otklik.people.actions.password_links import find_password_link as find_password_link
from otklik.people.actions.password_links import request_password_link as request_password_link
from otklik.people.actions.passwords import change_password as change_password
from otklik.people.actions.passwords import prove_password as prove_password
from otklik.people.actions.persons import PersonFields as PersonFields
from otklik.people.actions.persons import change_person as change_person
from otklik.people.actions.persons import register_person as register_person
from otklik.people.actions.preferences import PreferenceFields as PreferenceFields
from otklik.people.actions.preferences import change_preferences as change_preferences
from otklik.people.actions.requesters import (
    find_or_register_requester as find_or_register_requester,
)
from otklik.people.actions.requesters import (
    find_requester as find_requester,
)
from otklik.people.actions.requesters import (
    person_at as person_at,
)
from otklik.people.actions.requesters import (
    register_requester as register_requester,
)
from otklik.people.actions.roles import set_role as set_role
from otklik.people.actions.roles import set_roles as set_roles
from otklik.people.actions.sessions import end_all_sessions as end_all_sessions
from otklik.people.actions.sessions import end_session as end_session
from otklik.people.actions.sessions import note_session_seen as note_session_seen
from otklik.people.actions.sessions import sign_out as sign_out
from otklik.people.actions.set_up_code import ensure_set_up_code as ensure_set_up_code
from otklik.people.actions.set_up_code import set_up_code as set_up_code
from otklik.people.actions.set_up_code import set_up_link as set_up_link
from otklik.people.actions.signing_in import sign_in as sign_in
from otklik.people.actions.tokens import actor_by_token as actor_by_token
from otklik.people.actions.tokens import create_token as create_token
from otklik.people.actions.tokens import revoke_token as revoke_token
from otklik.people.actions.using_links import use_password_link as use_password_link
