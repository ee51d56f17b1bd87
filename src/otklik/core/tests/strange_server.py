"""A stranger's web server: says byte for byte what a test has it say, notes what it hears."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Strange:
    """What it says by path, each part after a pause, and the requests that it got."""

    port: int
    says: dict[str, bytes] = field(default_factory=dict)
    drips: dict[str, float] = field(default_factory=dict)  # seconds between bytes
    heard: list[bytes] = field(default_factory=list)

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def answers(self, path: str, content: bytes, *heads: str, status: str = "200 OK") -> str:
        """Have a path answered, and return its address."""
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *heads, "", ""]
        self.says[path] = "\r\n".join(head).encode() + content
        return self.at(path)

    def redirects(self, path: str, to: str) -> str:
        return self.answers(path, b"", f"Location: {to}", status="302 Found")


@contextmanager
def strange_server(host: str = "127.0.0.1") -> Iterator[Strange]:
    with socket.create_server((host, 0)) as listening:
        server = Strange(listening.getsockname()[1])
        threading.Thread(target=_serve, args=(listening, server), daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket, server: Strange) -> None:
    while True:
        try:
            line, _address = listening.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(line, server), daemon=True).start()


def _answer(line: socket.socket, server: Strange) -> None:
    with line:
        request = b""
        while b"\r\n\r\n" not in request and (got := line.recv(65536)):
            request += got
        server.heard.append(request)
        path = request.split(b" ")[1].decode() if b" " in request else ""
        said = server.says.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        pause = server.drips.get(path, 0)
        try:
            for piece in [said[at : at + 1] for at in range(len(said))] if pause else [said]:
                line.sendall(piece)
                time.sleep(pause)
        except OSError:
            return
