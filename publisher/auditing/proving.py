"""Verifying the chain for a person: what was counted, what does not hold, and who asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Lock

from publisher.access import authorize
from publisher.app import Actor, App
from publisher.errors import Conflict
from publisher.sealing import seal
from publisher.texts import bitacora as texts
from vault.checkpoints import last_link
from vault.verify import Verification, verify

VERIFIED = "audit.verified"

# It takes a processor for seconds: one at a time is enough for everybody.
_turn = Lock()


def links(app: App, actor: Actor) -> int:
    """Return how many links the chain has now. Raises ``Forbidden``."""
    authorize(actor, "audit.verify")
    with app.read() as session:
        return last_link(session)


def prove(app: App, actor: Actor, *, progress: Callable[[int], None] | None = None) -> Verification:
    """Link what waits, verify everything and record who did with which result.

    ``progress`` hears how many links were verified, now and then. Raises ``Forbidden``, and
    ``Conflict`` while another verification runs in this process.
    """
    authorize(actor, "audit.verify")
    if not _turn.acquire(blocking=False):
        raise Conflict(texts.BUSY)
    try:
        seal(app)
        with app.read() as session:
            found = verify(session, app.audit_key, now=app.clock(), progress=progress)
    finally:
        _turn.release()
    detail = {"entries": found.entries, "links": found.links, "problems": len(found.problems)}
    entry = app.entry(
        actor,
        VERIFIED,
        "audit",
        found.links,
        after=found.head,
        result="ok" if found.ok else "failed",
        detail=json.dumps(detail),
    )
    with app.write() as session:
        app.note(session, entry)
    return found
