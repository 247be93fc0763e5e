"""Opened credentials, and what a network changes in them while they are used.

Instagram's unofficial way carries its session on from use to use. What changed in what matters is
sealed as a new version by whoever used it, unless somebody else changed the credential meanwhile:
then theirs is the newer. Nobody hears of it but the audit, and no use fails because of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

import structlog
from sqlalchemy import select
from sqlmodel import col

from connectors.contract import Credential
from publisher import db
from publisher.app import SYSTEM, App
from publisher.models import Account
from publisher.texts import custody as texts
from vault import store
from vault.audit import Trail
from vault.secret import Secret

log = structlog.get_logger(__name__)


def credential(
    app: App, external_id: str, used: store.Used, *, versions: dict[str, int] | None = None
) -> Credential:
    """Return the opened fields of an account as a connector wants them.

    ``versions``, those of ``used``, follows what is sealed while it is used.
    """
    fields = {name: value.reveal() for name, value in used.fields.items()}
    followed = dict(used.versions) if versions is None else versions
    return Credential(external_id, fields, keep=partial(_keep, app, used.account_id, followed))


def _keep(app: App, account_id: int, versions: dict[str, int], fields: Mapping[str, str]) -> None:
    """Seal the fields that a use changed; ``versions`` are those used, and then those sealed."""
    try:
        versions.update(_seal(app, account_id, versions, fields))
    except Exception as error:  # noqa: BLE001 - what was sent was sent; the old values stay
        # without the traceback: its frames hold the opened credential
        log.warning("credential.not_kept", account=account_id, error=type(error).__name__)


def _seal(
    app: App, account_id: int, versions: Mapping[str, int], fields: Mapping[str, str]
) -> dict[str, int]:
    """Seal ``fields`` if the versions in force are still those used; return the new ones."""
    if db.in_transaction():
        raise RuntimeError("a credential is never used inside a transaction")
    made: dict[str, int] = {}
    with app.write() as session:
        if store.use(session, app.keyring, account_id).versions != versions:
            return {}
        plantel_id = session.execute(
            select(col(Account.plantel_id)).where(col(Account.id) == account_id)
        ).scalar_one()
        for name, value in fields.items():
            if name in versions and value:
                made[name] = store.rotate(
                    session,
                    app.keyring,
                    account_id=account_id,
                    field=name,
                    value=Secret(value),
                    by=app.by(SYSTEM),
                    now=app.clock(),
                    reason=texts.KEPT_REASON,
                    trail=Trail(key=app.audit_key, new_id=app.new_id),
                    plantel_id=plantel_id,
                )
        if made:
            app.note(
                session,
                app.entry(
                    SYSTEM,
                    "credential.renewed",
                    "account",
                    account_id,
                    plantel_id=plantel_id,
                    reason=texts.KEPT_REASON,
                    detail=json.dumps({"versions": made}),
                ),
            )
    return made
