"""Letters through the whole way: kept, read, a ticket or a reply, history, search, news.

    python bench/intake.py [LETTERS]

A third begin tickets of new people, a third of people who are known, a third answer by a token. All
are kept one by one, each by its own commit, and taken in by a worker of its own, which tells people
of them as well, and asks a learning filter that knows many words. Counted is the processor that the
desk spends on a letter, its children and the database with it: what two cores would do in a second
of it. Then looks for every letter.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from processor import spent

LETTERS, WARMING = 1_500, 150
TRAITS = 100_000
BAR = 200.0  # letters a second
CORES = 2
PATIENCE = 300.0
LEFT = "SELECT count(*) FROM mail_letter WHERE state = 'kept'"
UNTOLD = "SELECT count(*) FROM notifications_news"
FOUND = {
    "done": "SELECT count(*) FROM mail_letter WHERE state = 'done'",
    "with a message": "SELECT count(DISTINCT message_id) FROM mail_letter",
    "found by words": """
        SELECT count(*) FROM mail_letter JOIN tickets_tickettext USING (ticket_id)
         WHERE everything @@ plainto_tsquery('russian', 'принтер бухгалтерии')""",
}


def main() -> int:
    from otklik.core import embedded

    count = int(sys.argv[1]) if sys.argv[1:] else LETTERS
    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start(Path(folder) / "postgres")
        os.environ |= {
            "OTKLIK_DATA": folder,
            "OTKLIK_CONFIG": os.devnull,
            "DATABASE_URL": server.url,
            "SECRET_KEY": "the key of a measurement, known to all",
            "DJANGO_SETTINGS_MODULE": "otklik.config.settings",
        }
        try:
            return measure(count, server.process.pid)
        finally:
            server.stop()


def measure(count: int, database: int) -> int:
    """Print the table; 1 when the bar is missed or a letter is lost."""
    mailbox, ticket = prepared()
    command = [sys.executable, "-m", "otklik.config.command", "worker"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as worker:
        try:
            take(mailbox, ticket, range(WARMING))
            before = {"worker": spent(worker.pid), "database": spent(database)}
            keeping, began = time.process_time(), time.perf_counter()
            take(mailbox, ticket, range(WARMING, WARMING + count))
            seconds = time.perf_counter() - began
            costs = {
                "worker": spent(worker.pid) - before["worker"],
                "database": spent(database) - before["database"],
                "who keeps them": time.process_time() - keeping,
            }
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(30)
    lost = missing(WARMING + count)
    each = {name: cost / count * 1000 for name, cost in costs.items()}
    for name, cost in each.items():
        print(f"{f'ms of {name} a letter':<34}{cost:>12.2f}")
    quickest = CORES * 1000 / sum(each.values())
    print(f"{'a second, by the clock here':<34}{count / seconds:>12.1f}")
    print(f"{'a second, by that and two cores':<34}{quickest:>12.1f}   at least {BAR:.0f}")
    print(f"{'nothing lost':<34}{', '.join(lost) or 'yes':>12}")
    return 0 if not lost and quickest >= BAR else 1


def prepared() -> tuple[int, int]:
    """Make the demo desk, a mailbox and a ticket that is answered."""
    import django

    django.setup()
    from django.core.management import call_command

    from otklik.core import clock
    from otklik.mail.models import Mailbox
    from otklik.people.models import Department, EmailAddress
    from otklik.people.policies import writer
    from otklik.shell.demo import load_demo_desk
    from otklik.tickets.actions import NewTicket, Words, open_ticket

    call_command("migrate", verbosity=0)
    load_demo_desk()
    place = Department.objects.get(prefix="IT")
    mailbox = Mailbox.objects.create(
        name="Help",
        addresses=["desk@meridian.example"],
        department=place,
        kind=Mailbox.Kind.RECEIVER,
        created_at=clock.now(),
    )
    who = EmailAddress.objects.exclude(person__account=None).order_by("pk")[0].person
    words = Words(body="<p>Принтер в бухгалтерии не печатает.</p>")
    asked = NewTicket(subject="Принтер", words=words, requester_id=who.pk, is_placed=True)
    teach()
    return mailbox.pk, open_ticket(actor=writer(who), asked=asked).pk


def teach() -> None:
    """Have the learning filter know these letters as no spam, among many other traits."""
    from letters import letter

    from otklik.core.letters import read_letter
    from otklik.mail.models import SpamMemory, SpamTrait
    from otklik.mail.selectors.spam import keys_of

    said = {trait for number in range(3) for trait in read_letter(letter(number)).traits}
    own, others = keys_of(said), keys_of(f"word {number}" for number in range(TRAITS))
    rows = [SpamTrait(key=key, spam=9, ham=99, since=1, seen=1) for key in (*own, *others)]
    SpamTrait.objects.bulk_create(rows, batch_size=5_000)
    SpamMemory.objects.create(pk=1, spam=200, ham=200, turn=400)


def take(mailbox: int, ticket: int, numbers: range) -> None:
    """Keep letters one after another, and wait until all of them are dealt with and told."""
    from django.db import connection

    from otklik.mail.actions.intake import Arrival, receive

    for number in numbers:
        receive(mailbox_id=mailbox, arrival=Arrival(raw=written(number, ticket)))
    until = time.monotonic() + PATIENCE
    while ask(LEFT) or ask(UNTOLD):
        if time.monotonic() > until:
            raise TimeoutError("letters are left")
        time.sleep(0.1)
    connection.close()


def written(number: int, ticket: int) -> bytes:
    """Write a letter: of somebody new, of somebody known, or an answer."""
    from letters import letter

    from otklik.mail import reply_tokens
    from otklik.people.models import EmailAddress
    from otklik.tickets.models import Ticket

    raw: bytes = letter(number)
    old = f"ivan{number}@volga.example".encode()
    assert old in raw
    if number % 3 != 1:  # a third name somebody beside the desk
        raw = raw.replace(b", Olga <olga@volga.example>", b"")
    if number % 3 == 1:
        return raw.replace(old, b"known@volga.example")
    if number % 3 == 0:
        return raw
    if ticket not in _answers:
        who = Ticket.objects.get(pk=ticket).requester_id
        address = EmailAddress.objects.filter(person=who).values_list("address", flat=True)[0]
        token = reply_tokens.make(reply_tokens.Kind.REPLY, ticket, who)
        _answers[ticket] = (address.encode(), f"desk+{token}@meridian.example".encode())
    sender, to = _answers[ticket]
    return raw.replace(old, sender).replace(b"desk@meridian.example", to)


_answers: dict[int, tuple[bytes, bytes]] = {}


def missing(count: int) -> list[str]:
    """Name everything of which there is not exactly one for each letter."""
    return [f"{name}: {got}" for name, sql in FOUND.items() if (got := ask(sql)) != count]


def ask(sql: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    sys.exit(main())
