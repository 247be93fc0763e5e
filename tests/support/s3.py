"""A local S3 server: moto's, in a thread on a free port of loopback."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from unittest import mock
from urllib.request import Request, urlopen

KEYS = {
    "AWS_ACCESS_KEY_ID": "prueba",
    "AWS_SECRET_ACCESS_KEY": "prueba",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_numbers = count(1)


@dataclass(frozen=True)
class S3:
    """A running server; ``bucket()`` makes an empty one and returns its name."""

    endpoint: str

    def bucket(self) -> str:
        name = f"cubeta-{next(_numbers)}"
        urlopen(Request(f"{self.endpoint}/{name}", method="PUT"), timeout=10).close()
        return name


@contextmanager
def serve() -> Iterator[S3]:
    """Serve until the block ends; the standard variables hold its keys meanwhile."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server: Any = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with mock.patch.dict(os.environ, KEYS):
        yield S3(f"http://{host}:{port}")
    server.stop()
