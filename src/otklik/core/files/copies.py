"""Re-encoded copies of pictures and PDFs, made by a child that may neither grow nor last."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from django.db import transaction

from otklik.core.files.receive import keep
from otklik.core.files.sniff import is_drawable
from otklik.core.files.store import Incoming, store
from otklik.core.models import Blob

CHILD: Final = Path(__file__).with_name("picture_child.py")
PATIENCE_SECONDS: Final = 60
_CHUNK: Final = 1024 * 1024


def make_copies(blob_id: int) -> None:
    """Give a picture or a PDF its size, its thumbnail and a copy to look at; safe to repeat.

    A file that cannot be read, or is beyond the limits, gets none.
    """
    blob = Blob.objects.filter(pk=blob_id, picture=None, is_our_copy=False).first()
    if blob is None or not is_drawable(blob.media_type):
        return
    with closing(store().incoming()) as small, closing(store().incoming()) as large:
        size = _drawn(blob, small, large)
        if size is None:
            return
        with transaction.atomic():
            blob.width, blob.height = size
            blob.thumbnail = keep(_read_back(small), is_our_copy=True)
            blob.picture = keep(_read_back(large), is_our_copy=True)
            blob.save(update_fields=["width", "height", "thumbnail", "picture"])


def _drawn(blob: Blob, small: Incoming, large: Incoming) -> tuple[int, int] | None:
    with store().local(blob.sha256) as path:
        command = [sys.executable, "-I", *map(str, (CHILD, path, small.path, large.path))]
        try:
            child = subprocess.run(  # noqa: S603  # our own program with our own paths
                command,
                check=True,
                timeout=PATIENCE_SECONDS,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                env={},
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None
    width, height = json.loads(child.stdout)
    return int(width), int(height)


def _read_back(incoming: Incoming) -> Incoming:
    """Hash what the child wrote into the place of an incoming file."""
    content = incoming.path.read_bytes()
    for place in range(0, len(content), _CHUNK):
        incoming.write(content[place : place + _CHUNK])
    return incoming
