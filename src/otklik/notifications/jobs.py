"""News are told in rounds: a job for each would cost more than the telling."""

from otklik.core.rounds import register_round
from otklik.notifications.actions import ROUND, tell_waiting_news

register_round(ROUND, tell_waiting_news)
