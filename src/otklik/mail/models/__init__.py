from otklik.mail.models.letter import Letter as Letter
from otklik.mail.models.letter import Place as Place
from otklik.mail.models.letter import RawLetter as RawLetter
from otklik.mail.models.mailbox import Mailbox as Mailbox
from otklik.mail.models.rule import SenderRule as SenderRule
