"""The PostgreSQL server that comes with the desk.

Every cluster lives whole in one folder, its socket included, so two desks never meet.
On Linux the server is told its folder as `/proc/self/cwd`, so as root it runs as a user of its
own in a folder that this user could not reach by its path, and no permission of a folder
that is not ours is ever changed.
"""

from otklik.core.embedded.cluster import DATABASE
from otklik.core.embedded.programs import EmbeddedError, program
from otklik.core.embedded.server import (
    Server,
    end_with_parent,
    joined,
    running,
    start,
    start_temporary,
)

__all__ = [
    "DATABASE",
    "EmbeddedError",
    "Server",
    "end_with_parent",
    "joined",
    "program",
    "running",
    "start",
    "start_temporary",
]
