"""Mail over the API: mailboxes, and the letters that come and go."""

from ninja import Router

from otklik.mail.api.judging import router as judging
from otklik.mail.api.letters import ensure_may_hear_of_letters as ensure_may_hear_of_letters
from otklik.mail.api.letters import router as letters
from otklik.mail.api.mailboxes import ensure_may_hear_of_mailboxes as ensure_may_hear_of_mailboxes
from otklik.mail.api.mailboxes import router as mailboxes
from otklik.mail.api.outbox import ensure_may_hear_of_outbox as ensure_may_hear_of_outbox
from otklik.mail.api.outbox import router as outbox
from otklik.mail.api.senders import ensure_may_hear_of_sending as ensure_may_hear_of_sending
from otklik.mail.api.senders import router as senders
from otklik.mail.api.settling import router as settling
from otklik.mail.api.taking_apart import router as taking_apart
from otklik.mail.api.templates import router as templates

router = Router()
router.add_router("", mailboxes)
router.add_router("", letters)
router.add_router("", settling)
router.add_router("", outbox)
router.add_router("", taking_apart)
router.add_router("", senders)
router.add_router("", judging)
router.add_router("", templates)
