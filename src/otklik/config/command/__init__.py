"""The `otklik` command. What goes wrong for a reason that a person can mend is one line, exit 1."""

from otklik.config.command.group import Commands
from otklik.config.command.keeping import backup, restore
from otklik.config.command.mailing import mail
from otklik.config.command.parts import live, web, worker
from otklik.config.command.serving import serve
from otklik.config.command.tending import check, demo, set_up, token, verify

main = Commands(
    name="otklik",
    help="A helpdesk: tickets from first contact to confirmed answer.",
    commands=[serve, web, live, worker, demo, check, verify, set_up, token, backup, restore, mail],
)
