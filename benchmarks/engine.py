"""The product's own worker as a process; its connector makes the very POST of the bare loop.

``--connector x`` leaves the connector to the product: the real adapter of X.
"""

# ruff: noqa: ARG002 - the plain connector has the port's whole signature

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.call import publish
from connectors.contract import (
    Absence,
    Capability,
    Content,
    Credential,
    Identity,
    Issue,
    Limits,
    Listing,
    Part,
    Pending,
    Receipt,
    Sighting,
    Staged,
)
from publisher.app import App, open_app
from publisher.delivery.senders.child import fork
from publisher.delivery.worker import run_worker
from publisher.logs import configure_logs
from publisher.settings import Settings

LIMITS = Limits(text_max=280, images_max=4, alt_text_max=1000, image_bytes_max=None, image_mimes=())


class Plain:
    """A network of which only ``publish`` exists; it needs an opened credential, as all do."""

    network = "x"
    limits = LIMITS
    capabilities: frozenset[Capability] = frozenset()
    credential_fields: tuple[str, ...] = ()
    needs_public_media = False

    def __init__(self, address: str) -> None:
        self._address = address

    def check(self, content: Content) -> tuple[Issue, ...]:
        return ()

    def weigh(self, text: str) -> int:
        return len(text)

    def verify(self, credential: Credential) -> Identity:
        return Identity(external_id=credential.external_id, handle="", name="")

    def stage(
        self, credential: Credential, part: Part, handle: Mapping[str, Any] | None = None
    ) -> Staged | Pending:
        return Staged(handle={})

    def publish(
        self,
        credential: Credential,
        part: Part,
        staged: Staged,
        *,
        deadline: float,
        parent: Receipt | None = None,
    ) -> Receipt:
        if not credential["access_token"]:
            raise RuntimeError("no credential was opened")
        return Receipt(remote_id=publish(self._address, part.text), permalink="")

    def absence(self, part: Part, handle: Mapping[str, Any]) -> Absence:
        return "person"

    def find(self, credential: Credential, *args: Any, **rest: Any) -> Sighting:
        return Sighting(matches=(), trustworthy=False)

    def recent(self, credential: Credential, **rest: Any) -> Listing:
        return Listing(items=(), complete=False)


def open_measured(
    folder: Path, url: str, address: str, threads: int, connector: str, *, create: bool = False
) -> App:
    """Return the App of a measurement: profile ``lab`` and, unless ``x``, the plain connector."""
    settings = Settings(
        data_dir=folder,
        database_url=url,
        senders=threads,
        profile="lab",
        x_base_url=address,
        log_level="WARNING",
    )
    app = open_app(settings, create=create)
    if connector == "x":
        return app
    plain = Plain(address)
    return replace(app, connect=lambda _key: plain)


def main(folder: str, url: str, address: str, threads: str, connector: str) -> int:
    """Run a worker until SIGTERM; 0 if everything in flight was settled."""
    configure_logs("WARNING")
    plain = Plain(address)
    forked = fork() if connector == "x" else fork(lambda _key, _endpoints: plain)
    app = open_measured(Path(folder), url, address, int(threads), connector)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    return 0 if run_worker(app, forked) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
