"""What the page of a request shows, for those who draw around it."""

from typing import Final

from otklik.core.carried import Carried
from otklik.tickets.models import Ticket

shown_ticket: Final = Carried[Ticket]("shown_ticket")
shown_query: Final = Carried[str]("shown_query")
