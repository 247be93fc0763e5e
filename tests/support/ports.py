"""Ports of this machine that nobody listens on."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

_given: set[int] = set()


def free_port() -> int:
    """Return a port that is free, as the next one is: the media route's. None is given twice.

    Below those that outgoing connections are given, which would take it before a process does.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        if not _given.isdisjoint({port, port + 1}):
            continue
        with socket.socket() as first, socket.socket() as second, suppress(OSError):
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            _given.update({port, port + 1})
            return port
