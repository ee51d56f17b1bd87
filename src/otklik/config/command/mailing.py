"""`otklik mail`: what can be asked of letters without a desk."""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click


@click.group()
def mail() -> None:
    """Read letters."""


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


def _content(file: Path) -> bytes:
    """Return a letter, or so much of one as shows that it is too large."""
    from otklik.core.letters import MOST_BYTES

    if str(file) == "-":
        if not sys.stdin:
            raise FileNotFoundError  # it was closed before we were started
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)
