"""People, organizations and departments over the API."""

from ninja import Router

from otklik.people.api.accounts import router as accounts
from otklik.people.api.departments import router as departments
from otklik.people.api.desk import ensure_may_hear_of_desk as ensure_may_hear_of_desk
from otklik.people.api.desk import router as desk
from otklik.people.api.me import router as me
from otklik.people.api.organizations import router as organizations
from otklik.people.api.own import router as own
from otklik.people.api.persons import router as persons
from otklik.people.api.repeating import ensure_may_hear_of_oneself as ensure_may_hear_of_oneself
from otklik.people.api.repeating import ensure_may_hear_of_people as ensure_may_hear_of_people

router = Router()
router.add_router("", me)
router.add_router("", own)
router.add_router("", persons)
router.add_router("", accounts)
router.add_router("", organizations)
router.add_router("", departments)
router.add_router("", desk)
