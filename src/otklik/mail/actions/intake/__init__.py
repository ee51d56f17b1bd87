"""From bytes that came to what they become."""

from otklik.mail.actions.intake.reading import take_in as take_in
from otklik.mail.actions.intake.reading import take_in_waiting_letters as take_in_waiting_letters
from otklik.mail.actions.intake.receiving import Arrival as Arrival
from otklik.mail.actions.intake.receiving import Kept as Kept
from otklik.mail.actions.intake.receiving import receive as receive
