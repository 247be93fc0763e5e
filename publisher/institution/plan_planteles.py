"""Planteles of an import: each row judged against the file, the database and the zones' table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlmodel import Session

from publisher.app import Actor, App
from publisher.institution import holding, zones
from publisher.institution.reading import Record, plain
from publisher.institution.sheet import Draft
from publisher.models import Plantel
from publisher.texts import institution as texts

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,15}")
_INEGI: Final = re.compile(r"(0[1-9]|[12]\d|3[0-2])\d{3}")
_STATES: Final = 32
_YES: Final = frozenset({"si", "s", "yes", "y", "true", "verdadero", "1", "x"})
_NO: Final = frozenset({"", "no", "n", "false", "falso", "0"})

# Column of the file → attribute of the table.
FIELDS: Final = {
    "nombre": "name",
    "tipo": "kind",
    "municipio": "municipality",
    "clave_inegi": "cve_inegi",
    "region": "region",
    "zona_horaria": "timezone",
    "verificado": "verified",
}


def plan(session: Session, _app: App, _actor: Actor, records: Iterable[Record]) -> list[Draft]:
    """Judge every row; nothing is written."""
    stored = {row.code: row for row in session.scalars(select(Plantel))}
    records = list(records)
    # A file may swap two names: those of its own codes are judged as they will be.
    coming = {record["clave"].upper() for record in records}
    names = {plain(row.name): code for code, row in stored.items() if code not in coming}
    seen: dict[str, int] = {}
    drafts = []
    for record in records:
        draft = _judge(record, stored.get(record["clave"].upper()))
        code = draft.key
        if code in seen:
            draft.refuse("clave", texts.ROW_TWICE.format(number=seen[code]))
        seen.setdefault(code, record.number)
        owner = names.setdefault(plain(record["nombre"]), code)
        if owner != code:
            draft.refuse("nombre", texts.NAME_OF_OTHER.format(code=owner))
        drafts.append(draft)
    return drafts


def write(session: Session, app: App, _actor: Actor, draft: Draft) -> tuple[int, int | None]:
    """Write one row; return its id and the plantel that its audit entry belongs to."""
    values = {FIELDS[name]: value for name, value in draft.values.items()}
    if draft.target is None:
        made = Plantel(code=draft.key, created_at=app.clock(), **values)
        session.add(made)
        session.flush()
        return made.id or 0, made.id
    plantel = holding.active_plantel(session, draft.target)
    before = plantel.name
    for name, value in values.items():
        setattr(plantel, name, value)
    session.flush()
    if before != plantel.name:
        holding.hold_renamed(session, app, draft.target, before=before, reason=texts.HELD_IMPORT)
    return draft.target, draft.target


def current(plantel: Plantel) -> dict[str, Any]:
    """Return a stored plantel as the file's columns say it."""
    return {column: getattr(plantel, name) for column, name in FIELDS.items()}


def _judge(record: Record, stored: Plantel | None) -> Draft:
    draft = Draft(record=record, key=record["clave"].upper())
    draft.need("clave", limit=16)
    if draft.key and not _CODE.fullmatch(draft.key):
        draft.refuse("clave", texts.CODE_INVALID.format(code=draft.key[:20]))
    if stored is not None:
        draft.target, draft.before = stored.id, current(stored)
        if stored.state != "active":
            draft.refuse("clave", texts.PLANTEL_NOT_ACTIVE.format(name=stored.name))
    inegi = _inegi(draft)
    if stored is not None and inegi and stored.cve_inegi != inegi:
        draft.refuse(
            "clave",
            texts.CODE_MEANING.format(
                code=draft.key, name=stored.name, municipality=stored.municipality
            ),
        )
    draft.values = {
        "nombre": draft.need("nombre"),
        "tipo": draft.need("tipo", limit=40),
        "municipio": draft.need("municipio", limit=80),
        "clave_inegi": inegi,
        "region": record["region"][:80] or (stored.region if stored else ""),
        "zona_horaria": _zone(draft, inegi),
        "verificado": _verified(draft, stored),
    }
    return draft


def _inegi(draft: Draft) -> str:
    value = draft.need("clave_inegi", limit=10)
    # A spreadsheet takes 05002 for the number 5002.
    code = value.zfill(5) if value.isdigit() else value
    if value and not _INEGI.fullmatch(code):
        draft.refuse("clave_inegi", texts.INEGI_INVALID.format(code=value))
        return ""
    return code


def _zone(draft: Draft, inegi: str) -> str:
    given = draft.record["zona_horaria"]
    known = zones.zone_of(inegi) if inegi else None
    if not given:
        if inegi and known is None:
            draft.refuse("zona_horaria", texts.ZONE_NEEDED.format(code=inegi))
        return known or ""
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        draft.refuse("zona_horaria", texts.ZONE_UNKNOWN.format(zone=given[:40]))
        return given
    if known is not None and known != given:
        sentence = texts.ZONE_WRONG.format(code=inegi, zone=known, given=given)
        draft.refuse("zona_horaria", sentence)
    return given


def _verified(draft: Draft, stored: Plantel | None) -> bool:
    value = plain(draft.record["verificado"])
    if "verificado" not in draft.record.values:
        return stored.verified if stored else False
    if value not in _YES and value not in _NO:
        draft.refuse("verificado", texts.BOOLEAN)
    return value in _YES
