from otklik.core.rounds import register_round
from otklik.mail.actions.intake.reading import take_in_waiting_letters
from otklik.mail.actions.intake.receiving import ROUND

register_round(ROUND, take_in_waiting_letters)
