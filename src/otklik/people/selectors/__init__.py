"""Reads of people for screens, programs and upper apps."""

from otklik.people.selectors.accounts import account_named as account_named
from otklik.people.selectors.departments import DepartmentRow as DepartmentRow
from otklik.people.selectors.departments import department_tree as department_tree
from otklik.people.selectors.look_up import FoundPerson as FoundPerson
from otklik.people.selectors.look_up import look_up as look_up
from otklik.people.selectors.organizations import organization_page as organization_page
from otklik.people.selectors.paging import Page as Page
from otklik.people.selectors.persons import PersonFilter as PersonFilter
from otklik.people.selectors.persons import person_page as person_page
from otklik.people.selectors.persons import staff_of_departments as staff_of_departments
