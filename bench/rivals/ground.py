"""The scratch folder of the comparison: one database server for all, and one set of tickets."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

HERE = Path(__file__).parent
COPIES = {
    "COPY (SELECT * FROM source_ticket ORDER BY n) TO STDOUT": "COPY source_ticket FROM STDIN",
    "COPY (SELECT * FROM source_message ORDER BY n, place) TO STDOUT": (
        "COPY source_message FROM STDIN"
    ),
}


class NotToBeHad(Exception):
    """A product that this machine cannot have; says why in one line."""


@dataclass(frozen=True)
class Ground:
    """Where everything of one comparison lies."""

    folder: Path
    tickets: int

    def address(self, database: str) -> str:
        """Give the address of a database on the common server."""
        return f"postgresql://otklik@/{database}?host={self.socket}&port=5432"

    @property
    def socket(self) -> Path:
        return self.folder / "pg"

    @contextmanager
    def database(self, name: str) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.address(name), autocommit=True) as link:
            yield link

    def make_database(self, name: str, *, like: str = "template1") -> None:
        with self.database("postgres") as link:
            link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            link.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')

    def as_filled(self, name: str) -> str:
        """Name the copy of a database as it was filled."""
        return f"{name}-filled-{self.tickets}"

    def fill_anew(self, name: str) -> None:
        """Make a database that is to be filled; what it was filled with before is forgotten."""
        with self.database("postgres") as link:
            link.execute(f'DROP DATABASE IF EXISTS "{self.as_filled(name)}" WITH (FORCE)')
        self.make_database(name)

    def lay_out(self, name: str) -> None:
        """Let a filled database be as it was filled: runs before this one opened tickets in it."""
        kept = self.as_filled(name)
        with self.database("postgres") as link:
            known = "SELECT FROM pg_database WHERE datname = %s"
            is_first = link.execute(known, [kept]).fetchone() is None
        new, old = (kept, name) if is_first else (name, kept)
        self.make_database(new, like=old)

    def run_sql(self, database: str, name: str) -> None:
        """Run a file of this folder, statement by statement."""
        with self.database(database) as link:
            for statement in re.split(r";\n\s*", (HERE / name).read_text(encoding="utf-8")):
                if statement.strip():
                    link.execute(statement)

    def carry_tickets(self, database: str) -> None:
        """Copy the tickets of our desk, as plain rows, into another product's database."""
        self.run_sql(database, "source.sql")
        with self.database("otklik") as ours, self.database(database) as theirs:
            for out, into in COPIES.items():
                with ours.cursor().copy(out) as rows, theirs.cursor().copy(into) as sink:
                    for block in rows:
                        sink.write(block)

    def once(self, name: str) -> bool:
        """Tell whether a step is still to be made; `done` closes it."""
        return not (self.folder / f"{name}-{self.tickets}.done").exists()

    def done(self, name: str) -> None:
        (self.folder / f"{name}-{self.tickets}.done").touch()


def run(*command: str | Path, **settings: str) -> None:
    """Run a command to its end; what it said is shown when it fails."""
    done = subprocess.run(
        command,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors="replace")[-2000:])
        raise NotToBeHad(
            f"{Path(command[0]).name} ended with {done.returncode}; its words are above"
        )


@contextmanager
def serving(command: list[str | Path], **settings: str) -> Iterator[int]:
    """Keep a server running, with everything that it started; gives its process."""
    with subprocess.Popen(
        command,
        env=os.environ | settings,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            yield child.pid
        finally:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)


def spent(process: int) -> float:
    """Return the seconds of processor of a process and all its children, ended ones too."""
    total = 0.0
    try:
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += (int(words[13]) + int(words[14])) / os.sysconf("SC_CLK_TCK")  # of ended children
        for task in Path(f"/proc/{process}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0]) / 1e9
            total += sum(map(spent, map(int, (task / "children").read_text().split())))
    except (FileNotFoundError, ProcessLookupError):
        return total  # it has just ended
    return total
