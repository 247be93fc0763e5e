"""The sandbox inside a test: a real server in a thread, on a free loopback port."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.sandbox import client
from connectors.sandbox.server import Server, create_app, listen
from connectors.sandbox.state import State

START_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class RunningSandbox:
    """A running sandbox: its address, and the control client bound to it."""

    base_url: str

    def register(self, *accounts: Mapping[str, str]) -> list[dict[str, Any]]:
        """Register accounts; see ``client.register``."""
        return client.register(self.base_url, accounts)

    def posts(self, **params: str) -> list[dict[str, Any]]:
        """Return the visible posts, oldest first."""
        return client.posts(self.base_url, **params)

    def requests_log(self) -> list[dict[str, Any]]:
        """Return the requests received, oldest first."""
        return client.requests_log(self.base_url)

    def put_faults(self, *faults: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Replace the faults in force."""
        return client.put_faults(self.base_url, [dict(f) for f in faults])

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults in force."""
        return client.faults(self.base_url)

    def engage(self, *items: Mapping[str, Any]) -> None:
        """Say what people did with posts."""
        client.engage(self.base_url, [dict(item) for item in items])

    def revoke(self, *, network: str, account: str) -> None:
        """Make an account's token worthless."""
        client.revoke(self.base_url, network=network, account=account)

    def system_token(self, *pages: str) -> str:
        """Return a token of a system user at Meta that reaches ``pages``, or all of them."""
        return client.system_token(self.base_url, pages or None)

    def reset(self, *, everything: bool = False) -> None:
        """Forget posts, media, requests and faults."""
        client.reset(self.base_url, everything=everything)


@contextmanager
def running_sandbox(
    path: Path | None = None,
    *,
    accounts: Sequence[Mapping[str, str]] = (),
    processing: float = 0.0,
    quota: int = 10_000,
) -> Iterator[RunningSandbox]:
    """Run a sandbox for the ``with`` block, in memory unless ``path`` is given.

    ``processing`` is how long an Instagram container stays IN_PROGRESS, in seconds; ``quota`` how
    many posts an account may make per window.
    """
    state = State(path, processing=processing, quota=quota)
    listener = listen("127.0.0.1", 0)
    server = Server(create_app(state))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        running = RunningSandbox(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        if accounts:
            running.register(*accounts)
        yield running
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        listener.close()
        state.close()
