"""What processes spend of the processor, which says more than the clock on a busy machine."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def spent(pid: int) -> float:
    """Return the seconds of processor of a process and its children, the ended ones too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(int(ticks) for ticks in fields[11:15]) / TICK
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            own += spent(int(child))
    return own
