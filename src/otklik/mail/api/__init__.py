from otklik.mail.api.mailboxes import ensure_may_hear_of_mailboxes as ensure_may_hear_of_mailboxes
from otklik.mail.api.mailboxes import router as router
