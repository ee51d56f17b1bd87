"""The backend, under the name that Django looks for."""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool
from typing_extensions import override


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes connections from the pool that still live, without asking the server each time.

    The pool's own check is a round trip for each request. A server that went away has closed
    its end, which the socket tells at once; only a connection that says something is asked.
    """

    @override
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        while True:
            connection = super().get_new_connection(conn_params)
            if not self.pool or lives(connection):
                return connection
            connection.close()
            self.pool.putconn(connection)  # which throws it away and makes another


def lives(connection: "psycopg.Connection[Any]") -> bool:
    """Tell whether a resting connection still has its server."""
    try:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        if poll.poll(0):
            ConnectionPool.check_connection(connection)
    except (psycopg.Error, OSError):
        return False
    return True
