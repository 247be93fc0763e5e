"""A connector on its bench: with a credential, against the sandbox."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.contract import (
    Connector,
    Credential,
    MediaItem,
    Part,
    Pending,
    Receipt,
    Sighting,
    Staged,
)
from connectors.endpoints import Endpoints
from connectors.sandbox.testing import RunningSandbox

Pictures = Callable[..., MediaItem]


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A connector, its credential and the sandbox it speaks to."""

    connector: Connector
    credential: Credential
    sandbox: RunningSandbox
    account: str

    def ready(self, part: Part) -> Staged:
        """Stage ``part`` until it may be published."""
        staged = self.connector.stage(self.credential, part)
        while isinstance(staged, Pending):
            time.sleep(min(staged.wait, 0.02))
            staged = self.connector.stage(self.credential, part, staged.handle)
        return staged

    def publish(
        self, part: Part, staged: Staged | None = None, parent: Receipt | None = None
    ) -> Receipt:
        """Stage and publish ``part``, below ``parent`` where it answers something."""
        return self.connector.publish(
            self.credential,
            part,
            staged or self.ready(part),
            deadline=time.monotonic() + 30,
            parent=parent,
        )

    def find(self, part: Part, staged: Staged, since: datetime, **kwargs: Any) -> Sighting:
        """Look for ``part``."""
        return self.connector.find(self.credential, part, staged.handle, since=since, **kwargs)

    def fault(self, fault: str, route: str = "publish", **more: object) -> None:
        """Order one fault."""
        self.sandbox.put_faults({"network": "*", "route": route, "fault": fault, **more})

    def visible_requests(self) -> int:
        """Count the visible requests that the sandbox saw."""
        return sum(entry["route"] == "publish" for entry in self.sandbox.requests_log())


def endpoints(base_url: str, **more: object) -> Endpoints:
    """Return endpoints that all lead to ``base_url``, with short patience."""
    given = {
        "x_base_url": base_url,
        "graph_base_url": base_url,
        "instagram_private_base_url": base_url,
        "loopback_only": True,
        "connect_timeout": 1.0,
        "read_timeout": 0.6,
        "upload_timeout": 0.6,
        **more,
    }
    return Endpoints(**given)  # type: ignore[arg-type]


def refused_port() -> int:
    """Return a loopback port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
