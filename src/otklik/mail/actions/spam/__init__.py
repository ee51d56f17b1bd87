"""What the learning filter learns, and from whom."""

from otklik.mail.actions.spam.answers import learn_from_answers as learn_from_answers
from otklik.mail.actions.spam.forgetting import forget_old_lessons as forget_old_lessons
from otklik.mail.actions.spam.judging import BY_HAND as BY_HAND
from otklik.mail.actions.spam.judging import TAG as TAG
from otklik.mail.actions.spam.judging import call_ticket_no_spam as call_ticket_no_spam
from otklik.mail.actions.spam.judging import call_ticket_spam as call_ticket_spam
from otklik.mail.actions.spam.learning import learn as learn
from otklik.mail.actions.spam.learning import unlearn as unlearn
