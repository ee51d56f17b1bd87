"""How many ordinary letters are read in a second of one core, by a child, and what its parent adds.

    python bench/letters.py

Three kinds in equal parts: a plain answer, an answer plain and as HTML with what it answers, and
one of HTML alone with a picture. Seconds are of processor time, the best of several rounds.
"""

import resource
import sys
import time
from base64 import b64encode, encodebytes

from otklik.core.letters.reading import Reader

BAR = 500
LETTERS, ROUNDS = 900, 4
WORDS = """Добрый день!

Принтер в бухгалтерии снова не печатает: горит красная лампа, бумага есть, очередь пуста.
Перезагружали дважды. Посмотрите, пожалуйста, до обеда, у нас закрытие месяца.

С уважением,
Иван Петров
ООО «Волга Транзит», +7 900 000-00-00
"""
ASKED = """Здравствуйте, Иван!

Мы заменили картридж и проверили печать. Напишите, пожалуйста, если что-то пойдёт не так.

Служба поддержки
"""


def head(number: int, kind: str) -> bytes:
    name, subject = (b64encode(text.encode()).decode() for text in ("Иван Петров", "Re: Принтер"))
    lines = [
        "Return-Path: <ivan@volga.example>",
        *(f"Received: from mx{hop}.example by mx{hop + 1}.example" for hop in range(3)),
        f"From: =?utf-8?B?{name}?= <ivan{number}@volga.example>",
        "To: Desk <desk@meridian.example>, Olga <olga@volga.example>",
        f"Subject: =?utf-8?B?{subject}?=",
        f"Message-ID: <{number}@volga.example>",
        "In-Reply-To: <7@meridian.example>",
        "References: <5@meridian.example> <7@meridian.example>",
        "Date: Fri, 2 Jan 2026 10:00:00 +0300",
        "MIME-Version: 1.0",
        f"Content-Type: {kind}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n"


def part(kind: str, content: bytes) -> bytes:
    fields = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return b"--b\r\n" + fields.encode() + encodebytes(content) + b"\r\n"


def page(text: str) -> str:
    return "".join(f'<p style="margin:0">{line or "<br>"}</p>' for line in text.split("\n"))


def letter(number: int) -> bytes:
    quoted = "".join(f"> {line}\n" for line in ASKED.split("\n"))
    wrote = "02.01.2026 09:12, Desk пишет:"
    plain = f"{WORDS}\n{wrote}\n{quoted}"
    html = f"<div>{page(WORDS)}</div><div>{wrote}</div><blockquote>{page(ASKED)}</blockquote>"
    text, rich = "text/plain; charset=utf-8", "text/html; charset=utf-8"
    if number % 3 == 0:
        return head(number, text) + b"\r\n" + plain.encode()
    if number % 3 == 1:
        kind, first, second = "alternative", (text, plain.encode()), (rich, html.encode())
    else:
        picture = ("image/png; name=screen.png", bytes(range(256)) * 400)
        kind, first, second = "mixed", (rich, html.encode()), picture
    held = part(*first) + part(*second)
    return head(number, f"multipart/{kind}; boundary=b") + b"\r\n" + held + b"--b--\r\n"


def seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_all(letters: list[bytes]) -> tuple[float, float]:
    """Return the child's processor seconds, its start aside, and the parent's."""
    costs = []
    for some in (letters[:1], letters):
        reader = Reader()
        theirs, mine = seconds_of_children(), time.process_time()
        for raw in some:
            assert reader.read(raw).quarantine is None
        mine = time.process_time() - mine
        reader.close()
        costs.append((seconds_of_children() - theirs, mine))
    return costs[1][0] - costs[0][0], costs[1][1]


def main() -> int:
    letters = [letter(number) for number in range(LETTERS)]
    rounds = [read_all(letters) for _round in range(ROUNDS)]
    child, parent = (min(one[place] for one in rounds) for place in (0, 1))
    print(f"{'':28}{'':>10}{'bar':>8}")
    print(f"{'letters a second of a child':28}{LETTERS / child:>10.0f}{BAR:>8}")
    print(f"{'parent, ms a letter':28}{1000 * parent / LETTERS:>10.2f}")
    print(f"{'bytes a letter':28}{sum(map(len, letters)) / LETTERS:>10.0f}")
    return LETTERS / child < BAR


if __name__ == "__main__":
    sys.exit(main())
