"""Creating the institution, and loading what ships with the product."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlmodel import Session, col

from publisher import access, data, localtime
from publisher.app import SYSTEM, Actor, App
from publisher.delivery import retime
from publisher.errors import Conflict, Invalid, Unready
from publisher.institution.procedure import shipped
from publisher.models import Account, Institution, Plantel
from publisher.texts import NOT_INITIALISED
from publisher.texts import institution as texts

SHIPPED: Final = "planteles.csv"

# Networks of a demo account: the base of its fictitious numeric id.
_DEMO_IDS: Final = {
    "facebook": 900_100_000_000,
    "x": 900_200_000_000,
    "instagram": 900_300_000_000,
}


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """How many rows a load added; zero where they were there already."""

    planteles: int
    accounts: int


def create_institution(
    app: App,
    *,
    name: str,
    short_name: str,
    timezone: str,
    mode: str = "production",
    addresses: dict[str, str] | None = None,
    vocabulary: dict[str, Any] | None = None,
) -> None:
    """Write the institution's one row. ``mode`` ``sandbox`` marks the database for ever.

    Raises ``Conflict`` when there is one, ``Invalid`` for an empty name or an unknown zone.
    """
    name, short_name = " ".join(name.split()), " ".join(short_name.split())
    if not name or not short_name:
        raise Invalid(texts.NAME_MISSING, field="name")
    localtime.zone(timezone)
    with app.write() as session:
        if session.get(Institution, 1) is not None:
            raise Conflict(texts.ALREADY)
        session.add(
            Institution(
                name=name,
                short_name=short_name,
                timezone=timezone,
                mode=mode,
                addresses=addresses or {},
                vocabulary=vocabulary or {},
                created_at=app.clock(),
            )
        )
        retime.remember(session, now=app.clock())
        detail = json.dumps({"mode": mode})
        app.note(session, app.entry(SYSTEM, "institution.create", "institution", 1, detail=detail))


def load_shipped(app: App, actor: Actor) -> Loaded:
    """Add the shipped planteles that are not there yet, by code; what is there stays as it is.

    On a sandbox database each gets its three demo accounts too, whose handles and ids follow from
    the code. In production no account is invented: they are imported.
    """
    access.authorize(actor, "institution.manage")
    raw = data.read(SHIPPED)
    now = app.clock()
    with app.write() as session:
        institution = session.get(Institution, 1)
        if institution is None:
            raise Unready(NOT_INITIALISED)
        known = set(session.scalars(select(col(Plantel.code))))
        rows = [
            row
            for row in csv.DictReader(io.StringIO(raw.decode("utf-8")))
            if row["id"] not in known
        ]
        if not rows:
            return Loaded(planteles=0, accounts=0)
        session.execute(insert(Plantel), [_plantel(row, now) for row in rows])
        accounts = (
            _demo_accounts(session, [row["id"] for row in rows], now)
            if institution.mode == "sandbox"
            else []
        )
        if accounts:
            session.execute(insert(Account), accounts)
        if institution.mode == "sandbox" and not institution.procedure:
            institution.procedure = shipped()
        detail = {"planteles": len(rows), "cuentas": len(accounts)}
        entry = app.entry(
            actor,
            "institution.load",
            "institution",
            1,
            after=hashlib.sha256(raw).hexdigest(),
            detail=json.dumps(detail),
        )
        app.note(session, entry)
        return Loaded(planteles=len(rows), accounts=len(accounts))


def word(app: App, name: str) -> str:
    """Return the institution's own word for ``name`` (a municipality says *dependencia*).

    Raises ``LookupError`` for a word that the vocabulary does not have: a mistake of the program.
    """
    own = app.institution.vocabulary.get(name)
    return str(own) if own else texts.VOCABULARY[name]


def _plantel(row: dict[str, str], now: datetime) -> dict[str, Any]:
    return {
        "code": row["id"],
        "name": row["name"],
        "kind": row["type"],
        "municipality": row["municipality"],
        "cve_inegi": row["cve_inegi"],
        "region": row["region"],
        "timezone": row["timezone"],
        "verified": row["verified"] == "yes",
        "state": "active",
        "created_at": now,
    }


def _demo_accounts(session: Session, codes: list[str], now: datetime) -> list[dict[str, Any]]:
    planteles = session.execute(
        select(col(Plantel.id), col(Plantel.code), col(Plantel.kind))
        .where(col(Plantel.code).in_(codes))
        .order_by(col(Plantel.code))
    )
    return [
        {
            "plantel_id": plantel_id,
            "network": network,
            "connector": network,
            "handle": f"{kind}_{code}".lower(),
            "external_id": str(base + int(code[1:])),
            "url": "",
            "state": "active",
            "state_reason": "",
            "created_at": now,
        }
        for plantel_id, code, kind in planteles
        for network, base in _DEMO_IDS.items()
    ]
