"""Run alone, under the limits of children that read: find out where letters come from.

Each question is a line of JSON, how the letter was handed over, and the letter.
"""

import json

from otklik.core.letters.child import serve
from otklik.core.letters.proving.names import Names
from otklik.core.letters.proving.proof import prove
from otklik.core.letters.proving.spf import Sending


def main(server: str) -> None:
    """Answer until the input ends, asking this name server or the machine's own."""
    names = Names(server)
    serve(lambda content: _answer(content, names))


def _answer(content: bytes, names: Names) -> bytes:
    head, _, raw = content.partition(b"\n")
    results = prove(raw, Sending(*json.loads(head)), names)
    return json.dumps([(one.method, one.value, one.properties) for one in results]).encode()
