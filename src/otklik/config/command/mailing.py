"""`otklik mail`: letters read without a desk, taken in by hand, and fetched."""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click


@click.group()
def mail() -> None:
    """Read letters, take them in by hand, and fetch them."""


@mail.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--desk", default="", help="The mark in X-Otklik-Desk that makes a letter our own.")
def parse(files: tuple[Path, ...], desk: str) -> None:
    """Print what each letter says, one JSON object a line; `-` is the standard input.

    Needs no database and no settings, and never fails: what cannot be read is told in
    `quarantine`.
    """
    from otklik.core.letters.reading import Readers
    from otklik.core.letters.wire import as_json

    sources: list[Callable[[], bytes]] = [partial(_content, file) for file in files]
    with Readers(desk=desk) as readers:
        for letter in readers.read_in_order(sources):
            click.echo(json.dumps(as_json(letter), ensure_ascii=False).encode())


@mail.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--mailbox", "name", required=True, help="The mailbox's name or address.")
def deliver(file: Path, name: str) -> None:
    """Take in one letter as if it had come to a mailbox, and print what it became.

    The same letter again is the same letter. `-` is the standard input.
    """
    from otklik.config.command.group import Refused, desk

    with desk():
        from otklik.mail.actions.intake import Arrival, receive, take_in
        from otklik.mail.selectors.mailboxes import mailbox_named
        from otklik.mail.selectors.outcomes import outcome_as_json

        mailbox = mailbox_named(name)
        if mailbox is None:
            raise Refused(f"There is no mailbox “{name}”.")
        try:
            raw = _content(file)
        except OSError as fault:
            raise Refused(f"{file}: {fault.strerror or 'cannot be read'}.") from None
        kept = receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=raw))
        letter = take_in(kept.letter_id)
        told = {"is_new": kept.is_new} | outcome_as_json(letter)
        click.echo(json.dumps(told, ensure_ascii=False))


@mail.command()
def fetch() -> None:
    """Fetch the letters of all mailboxes until told to end; `otklik serve` does so by itself."""
    from otklik.config.command.group import running_database, set_up_django

    running_database()
    set_up_django()

    from otklik.mail.fetching.crew import run_crew

    run_crew()


@mail.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--mailbox", "name", help="Only of the mailbox with this name or address.")
def export(folder: Path, name: str | None) -> None:
    """Write every raw letter into a folder, as MAILBOX/NUMBER-SHA256.eml; those there stay.

    Changes nothing in the desk.
    """
    from otklik.config.command.group import Refused, desk

    with desk():
        from otklik.mail.selectors.mailboxes import mailbox_named
        from otklik.mail.selectors.raw import raw_letters

        mailbox = mailbox_named(name) if name else None
        if name and mailbox is None:
            raise Refused(f"There is no mailbox “{name}”.")
        written = kept = 0
        for letter, raw in raw_letters(mailbox):
            place = folder / str(letter.mailbox_id) / f"{letter.pk}-{letter.sha256}.eml"
            if place.exists() and place.stat().st_size == len(raw):
                kept += 1
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_suffix(".part")
            part.write_bytes(raw)
            part.replace(place)
            written += 1
        click.echo(f"{written} letters written, {kept} were there.")


@mail.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--mailbox", "name", required=True, help="The mailbox's name or address.")
def replay(files: tuple[Path, ...], name: str) -> None:
    """Put raw letters through again; prints what each is, one JSON object a line.

    A letter that is known stays what it became, and nobody is written to because of it: only
    one that was lost is taken in.
    """
    from otklik.config.command.group import Refused, desk

    with desk():
        from otklik.mail.actions.intake import Arrival, receive, take_in
        from otklik.mail.actions.quiet import quietly
        from otklik.mail.selectors.mailboxes import mailbox_named
        from otklik.mail.selectors.outcomes import outcome_as_json

        mailbox = mailbox_named(name)
        if mailbox is None:
            raise Refused(f"There is no mailbox “{name}”.")
        for file in files:
            try:
                raw = _content(file)
            except OSError as fault:
                told: dict[str, object] = {"file": str(file), "unreadable": fault.strerror}
            else:
                kept = receive(mailbox_id=mailbox.pk, arrival=Arrival(raw=raw))
                with quietly(is_quiet=True):
                    letter = take_in(kept.letter_id)
                told = {"file": str(file), "is_new": kept.is_new} | outcome_as_json(letter)
            click.echo(json.dumps(told, ensure_ascii=False))


def _content(file: Path) -> bytes:
    """Return a letter, or so much of one as shows that it is too large."""
    from otklik.core.letters import MOST_BYTES

    if str(file) == "-":
        if not sys.stdin:
            raise FileNotFoundError  # it was closed before we were started
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)
