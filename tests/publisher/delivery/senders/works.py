"""Calls for a sender, and a connector that does what the text of its part says."""

from __future__ import annotations

import ctypes
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from connectors.contract import Connector, Credential, Part, Receipt, Staged
from connectors.endpoints import Endpoints
from connectors.transport import Sleep
from publisher.delivery.jobs import Job
from publisher.delivery.outbox import Lease
from publisher.delivery.senders.call import Call
from publisher.delivery.senders.child import Load
from publisher.delivery.work import Sending

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PATIENCE = 5.0
_PR_GET_DUMPABLE = 3


def sending(
    id_: int,
    text: str = "Hola",
    *,
    credential: Credential | None = None,
    seconds: float = 60.0,
    not_after: datetime | None = None,
) -> Sending:
    """Return the delivery ``id_``, whose call may start for ``seconds`` from now on."""
    credential = credential or Credential(f"cuenta-{id_}", {"token": f"secreto-{id_}"})
    limit = not_after or max(NOW, datetime.now(UTC)) + timedelta(hours=1)
    part = Part(text=text)
    job = Job(
        lease=Lease(
            id=id_,
            fence=1,
            post_id=id_,
            revision=1,
            account_id=id_,
            network="x",
            part=0,
            due_at=NOW,
            timezone="America/Tijuana",
            not_after=limit,
            unsent_tries=0,
            resend_used=False,
            handle=None,
        ),
        since=NOW,
        connector="x",
        credential=credential,
        part=part,
        parent=None,
        last_part=True,
        digest="",
        secret_version=1,
        key_id="",
    )
    return Sending(
        job=job,
        call=Call(
            id=id_,
            connector=job.connector,
            credential=credential,
            part=part,
            staged=Staged(handle={}),
            parent=None,
            deadline=time.monotonic() + seconds,
            sleep=Sleep(),
            not_after=limit,
        ),
    )


@dataclass(frozen=True)
class Obedient:
    """A connector in another process; what it published is a file of ``folder``."""

    folder: Path

    def publish(self, credential: Credential, part: Part, _staged: Staged, **_rest: Any) -> Receipt:
        """Publish, and tell in the receipt what the text asks for."""
        said = ""
        if part.text == "renueva":
            credential.changed({"token": "nuevo"})
        elif part.text == "falla":
            raise RuntimeError("un defecto")
        elif part.text == "di quién eres":
            said = json.dumps(_about())
        (self.folder / credential.external_id).write_text(part.text)
        if part.text == "no vuelve":
            time.sleep(10 * PATIENCE)
        return Receipt(remote_id=f"{credential.external_id}: {part.text}", permalink=said)

    def load(self) -> Load:
        """Return what the sender process takes for the registry of connectors."""

        def load(key: str, _endpoints: Endpoints) -> Connector:
            if key == "roto":
                raise ImportError(key)
            return cast("Connector", self)

        return load

    def wait(self, *ids: int) -> None:
        """Wait until the deliveries ``ids`` are public."""
        end = time.monotonic() + PATIENCE
        while not all((self.folder / f"cuenta-{id_}").exists() for id_ in ids):
            assert time.monotonic() < end
            time.sleep(0.002)


def _about() -> Mapping[str, Any]:
    """Return what a process may say of itself that nobody else may ask."""
    return {
        "pid": os.getpid(),
        "dumpable": ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0),
        "environment": sorted(os.environ),
    }
