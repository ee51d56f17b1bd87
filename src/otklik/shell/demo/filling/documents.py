"""Files in some of the tickets: a few contents, each stored once."""

import secrets
from dataclasses import dataclass

from otklik.shell.demo.filling.lives import Life
from otklik.shell.demo.filling.moments import stamp
from otklik.shell.demo.letters import pick


@dataclass(frozen=True, slots=True)
class Shelf:
    """Contents that are stored already, with the name that each goes by."""

    papers: tuple[tuple[int, str], ...]  # key of the blob, file name

    def attach(self, life: Life, message: int) -> None:
        """Send a file with a message of the customer."""
        if not self.papers:
            return
        blob, name = pick(life.setting.random, self.papers)
        life.has_files = True
        life.said.append(name)
        life.setting.sheets.attachments.append(
            f"{secrets.token_hex(16)}\t{blob}\t{name}\t{life.asker.pk}\t{life.pk}\t{message}"
            f"\t\tf\t{stamp(life.created)}"
        )
