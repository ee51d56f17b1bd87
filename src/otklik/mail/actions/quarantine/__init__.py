"""What people do with letters that wait for them, and with those that went astray."""

from otklik.mail.actions.quarantine.ruling import forget_rule as forget_rule
from otklik.mail.actions.quarantine.ruling import rule_sender as rule_sender
from otklik.mail.actions.quarantine.settling import ask_again as ask_again
from otklik.mail.actions.quarantine.settling import call_spam as call_spam
from otklik.mail.actions.quarantine.settling import drop_letter as drop_letter
from otklik.mail.actions.quarantine.settling import join_letter as join_letter
from otklik.mail.actions.quarantine.settling import open_from_letter as open_from_letter
