"""From an agent's reply to its letter in the hands of a real Postfix.

    python bench/reply_delay.py [REPLIES]

A whole desk with a sender. A reply is posted, and the clock runs from before the request is made
until the letter has been taken by Postfix and lies in its addressee's box, which is later than its
word that it took it. Postfix begins as root alone.
"""

import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

REPLIES = 100
TICKETS = 10
BAR = 2_000.0  # ms, at the 99th percentile
LONGEST = 30.0  # seconds


def main() -> int:
    from tests.runtime.desk import Desk
    from tests.runtime.program import Program

    from otklik.core.post.tests.postfix import postfix, why_not

    count = int(sys.argv[1]) if sys.argv[1:] else REPLIES
    if reason := why_not():
        print(f"not measured: {reason}")
        return 0
    with (
        tempfile.TemporaryDirectory() as folder,
        postfix() as server,
        Desk(Path(folder) / "data", DEMO="1") as desk,
    ):
        desk.wait_until_ready()
        program = Program(desk)
        program.add_sender("help@meridian.example", server.port)
        tickets = [
            program.opened(number, requester={"email": f"asks{number}@acme.example", "name": "Cy"})
            for number in range(TICKETS)
        ]
        delays = []
        for number in range(count + 1):
            began = time.perf_counter()
            program.replied(tickets[number % TICKETS], number)
            _wait_for(server.box, f"Reply number {number}.".encode())
            delays.append((time.perf_counter() - began) * 1000)
    delays = delays[1:]  # the first one loads what sends
    worst = quantiles(delays, n=100)[98] if len(delays) > 1 else delays[0]
    print(f"{'replies':<34}{len(delays):>12}")
    print(f"{'ms to the box, median':<34}{median(delays):>12.0f}")
    print(f"{'ms to the box, 99 of 100':<34}{worst:>12.0f}   at most {BAR:.0f}")
    return int(worst > BAR)


def _wait_for(box: Path, words: bytes) -> None:
    """Wait until a letter with these words lies in a box; those looked at are not read again."""
    until = time.monotonic() + LONGEST
    read: set[Path] = set()
    while time.monotonic() < until:
        for path in set(box.glob("new/*")) - read:
            if words in path.read_bytes():
                return
            read.add(path)
        time.sleep(0.01)
    raise TimeoutError("the letter did not arrive")


if __name__ == "__main__":
    sys.exit(main())
