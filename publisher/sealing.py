"""The sealer: links every committed audit entry into the one chain, and signs it when due."""

from __future__ import annotations

from publisher.app import App
from vault import audit, checkpoints
from vault.checkpoints import Checkpoint, Signer


def seal(app: App, *, wait: bool = False) -> int:
    """Link what is not linked yet; returns how many entries. Safe to call from any process.

    A checkpoint is signed when one is due. ``wait`` waits for another sealer to end, so that
    everything committed before the call is linked after it.
    """
    now = app.clock()
    with app.write() as session:
        linked = audit.seal(session, app.audit_key, now=now, wait=wait)
        if checkpoints.due(session, now=now):
            # waiting for the sealers' lock: two processes never sign after the same checkpoint
            linked += audit.seal(session, app.audit_key, now=now, wait=True)
            if checkpoints.due(session, now=now):
                checkpoints.checkpoint(session, Signer.from_keyring(app.keyring), now=now)
    return linked


def sign(app: App) -> tuple[Checkpoint, ...]:
    """Link everything and sign the chain's present end; return every checkpoint, oldest first."""
    now = app.clock()
    with app.write() as session:
        # waiting for the sealers' lock: two processes never sign after the same checkpoint
        audit.seal(session, app.audit_key, now=now, wait=True)
        checkpoints.checkpoint(session, Signer.from_keyring(app.keyring), now=now)
    with app.read() as session:
        return tuple(checkpoints.stored(session))
