from otklik.notifications.actions.putting import ROUND as ROUND
from otklik.notifications.actions.putting import put_news as put_news
from otklik.notifications.actions.putting import put_news_of_letter as put_news_of_letter
from otklik.notifications.actions.putting import put_news_of_quarantine as put_news_of_quarantine
from otklik.notifications.actions.putting import put_news_of_silence as put_news_of_silence
from otklik.notifications.actions.reading import (
    forget_old_notifications as forget_old_notifications,
)
from otklik.notifications.actions.reading import look as look
from otklik.notifications.actions.reading import mark_mail_read as mark_mail_read
from otklik.notifications.actions.reading import mark_read as mark_read
from otklik.notifications.actions.reading import mark_ticket_read as mark_ticket_read
from otklik.notifications.actions.telling import MOST_FAILURES as MOST_FAILURES
from otklik.notifications.actions.telling import STILL_COMING as STILL_COMING
from otklik.notifications.actions.telling import tell_waiting_news as tell_waiting_news
from otklik.notifications.hours import STILL_RATING as STILL_RATING
