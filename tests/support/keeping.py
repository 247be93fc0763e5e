"""Rows of custody as its verbs leave them, for tests of what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import SQLModel

from publisher.app import Actor, App
from vault.custody_tables import (
    CredentialChange,
    CustodyEnvelope,
    CustodyIncident,
    Disclosure,
    RotationDuty,
)
from vault.tables import VaultSecret

BOTH = {"login_password": 1, "login_user": 1}


def add(app: App, row: SQLModel) -> int:
    """Insert a row; return its id."""
    with app.write() as session:
        session.add(row)
        session.flush()
        return int(row.id)  # type: ignore[attr-defined]


def hold(app: App, account_id: int, fields: Mapping[str, int] = BOTH) -> None:
    """Say which fields the vault holds of an account, without a value."""
    now = app.clock()
    with app.write() as session:
        for name, version in fields.items():
            row = VaultSecret(
                account_id=account_id,
                field=name,
                current_version=version,
                created_at=now,
                updated_at=now,
            )
            session.merge(row)


def no_changes(app: App) -> None:
    """Take away the changes that installing the house's tokens left."""
    with app.write() as session:
        session.execute(delete(CredentialChange))


def changed(app: App, actor: Actor, account_id: int, **facts: Any) -> int:
    """Insert a change made by ``actor`` now."""
    given: dict[str, Any] = {"versions": BOTH, "cause": "rotation", "reason": "Cambio de rutina"}
    made = given | {"changed_by": actor.person_id, "changed_at": app.clock()} | facts
    return add(app, CredentialChange(account_id=account_id, **made))


def envelope(app: App, actor: Actor, account_id: int, **facts: Any) -> int:
    """Insert an envelope printed by ``actor`` now."""
    given: dict[str, Any] = {"folio": f"S-{account_id}", "contents": BOTH}
    made = given | {"printed_by": actor.person_id, "printed_at": app.clock()} | facts
    return add(app, CustodyEnvelope(account_id=account_id, **made))


def sealed(app: App, actor: Actor, account_id: int, **facts: Any) -> int:
    """Insert an envelope sealed by ``actor`` now."""
    given: dict[str, Any] = {"seal_number": "A-0012", "place": "Caja fuerte"}
    made = given | {"responsible_id": actor.person_id, "sealed_at": app.clock()} | facts
    return envelope(app, actor, account_id, **made)


def obliged(app: App, account_id: int, *, hours: float = 24, **facts: Any) -> int:
    """Insert an open duty that ends in so many hours."""
    now = app.clock()
    given: dict[str, Any] = {"cause": "designation", "cause_id": 1}
    made = given | {"opened_at": now, "due_at": now + timedelta(hours=hours)} | facts
    return add(app, RotationDuty(account_id=account_id, **made))


def incident(app: App, account_id: int, sentence: str) -> int:
    """Insert an open incident."""
    made = CustodyIncident(account_id=account_id, sentence=sentence, opened_at=app.clock())
    return add(app, made)


def asked(app: App, actor: Actor, account_id: int, **facts: Any) -> int:
    """Insert a request of ``actor`` that waits for a second person."""
    now = app.clock()
    given: dict[str, Any] = {
        "fields": ["login_password"],
        "kind": "request",
        "state": "pending",
        "reason_code": "verification",
        "reason": "Verificación del resguardo por Vinculación",
        "asked_by": actor.person_id,
        "asked_at": now,
        "expires_at": now + timedelta(hours=72),
    }
    return add(app, Disclosure(account_id=account_id, **given | facts))
