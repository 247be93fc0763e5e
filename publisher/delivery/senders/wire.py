"""What passes between a worker and its sender process, as bytes.

Both ends are the same program, one forked from the other, and nobody else holds the socket: pickle
is safe there. Only here a credential is packed; anywhere else pickle refuses it.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Final

from connectors.contract import Credential, Receipt
from connectors.endpoints import Endpoints
from connectors.errors import ConnectorError


@dataclass(frozen=True, kw_only=True)
class Hello:
    """The first thing said: how many calls at once, where the networks are, what is logged.

    The adapters of ``connectors`` will be needed: they are imported at once.
    """

    senders: int
    endpoints: Endpoints
    connectors: tuple[str, ...]
    log_level: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of the call of the delivery ``id``; ``changed`` are the fields that it renewed."""

    id: int
    result: Receipt | ConnectorError
    changed: Mapping[str, str] = field(default_factory=dict, repr=False)


def _pack(credential: Credential) -> tuple[Any, tuple[str, dict[str, str]]]:
    return Credential, (credential.external_id, dict(credential))


_KNOWN: Final = {**copyreg.dispatch_table, Credential: _pack}


def say(connection: Connection, message: object) -> None:
    """Send ``message``. Raises ``OSError`` where nobody is left to hear it."""
    buffer = io.BytesIO()
    packer = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    packer.dispatch_table = _KNOWN
    packer.dump(message)
    connection.send_bytes(buffer.getbuffer())


def hear(connection: Connection) -> Any:
    """Return the next message. Raises ``EOFError`` or ``OSError`` once nobody is left to say it."""
    return pickle.loads(connection.recv_bytes())  # noqa: S301 - from our own fork, see above
