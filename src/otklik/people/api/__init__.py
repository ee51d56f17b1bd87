"""People, organizations and departments over the API."""

from otklik.people.api.departments import router as departments
from otklik.people.api.me import router as me
from otklik.people.api.organizations import router as organizations
from otklik.people.api.own import router as own
from otklik.people.api.persons import router as persons
from otklik.people.api.repeating import ensure_may_hear_of_oneself as ensure_may_hear_of_oneself
from otklik.people.api.repeating import ensure_may_hear_of_people as ensure_may_hear_of_people
from otklik.people.api.router import new_router

router = new_router()
router.add_router("", me)
router.add_router("", own)
router.add_router("", persons)
router.add_router("", organizations)
router.add_router("", departments)
