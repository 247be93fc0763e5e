"""Entries of the audit in words: what was done, to what, where, and what it noted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from publisher.models import Account, Person, Plantel
from publisher.texts import bitacora as texts
from vault.audit_tables import AuditEntry, AuditLink


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry. ``seq`` is its link in the chain, None while it waits for it.

    ``words`` say what was done; ``object`` names what it was done to.
    """

    id: str
    at: datetime
    actor_id: int | None
    actor: str
    roles: tuple[str, ...]
    action: str
    words: str
    object_type: str
    object_id: str
    object: str
    plantel_id: int | None
    plantel: str
    reason: str
    result: str
    seq: int | None


def words_of(action: str) -> str:
    """Return what an action is called; one without a name is told by its group."""
    known = texts.ACTIONS.get(action)
    if known is not None:
        return known
    group = group_of(action)
    return texts.UNNAMED.format(group=texts.GROUPS[group], action=action) if group else action


def group_of(action: str) -> str:
    """Return the group that an action belongs to, empty for none."""
    return next((key for key, starts in texts.PREFIXES.items() if action.startswith(starts)), "")


def facts_of(detail: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of an entry's detail, which is JSON or empty."""
    try:
        held = json.loads(detail) if detail else {}
    except ValueError:
        return (("", detail),)
    if not isinstance(held, dict):
        return (("", str(held)),)
    return tuple((str(name), _said(value)) for name, value in held.items())


COLUMNS: Final = (
    col(AuditEntry.id),
    col(AuditEntry.at),
    col(AuditEntry.actor_id),
    col(AuditEntry.actor),
    col(AuditEntry.role),
    col(AuditEntry.action),
    col(AuditEntry.object_type),
    col(AuditEntry.object_id),
    col(AuditEntry.plantel_id),
    col(AuditEntry.reason),
    col(AuditEntry.result),
)


def lines_of(session: Session, rows: Sequence[Any]) -> tuple[Line, ...]:
    """Return rows of ``COLUMNS`` as lines, in their order, with names and links."""
    ids = [row.id for row in rows]
    found = session.execute(
        select(col(AuditLink.entry_id), col(AuditLink.seq)).where(col(AuditLink.entry_id).in_(ids))
    )
    linked = {row.entry_id: row.seq for row in found}
    named = _names(session, rows)
    return tuple(
        Line(
            id=row.id,
            at=row.at.astimezone(UTC),
            actor_id=row.actor_id,
            actor=row.actor,
            roles=tuple(role for role in row.role.split("+") if role),
            action=row.action,
            words=words_of(row.action),
            object_type=row.object_type,
            object_id=row.object_id,
            object=_object(row, named),
            plantel_id=row.plantel_id,
            plantel=named.get(("plantel", str(row.plantel_id)), ""),
            reason=row.reason,
            result=row.result,
            seq=linked.get(row.id),
        )
        for row in rows
    )


def _names(session: Session, rows: Sequence[Any]) -> dict[tuple[str, str], str]:
    """Return the names of the persons, accounts and planteles that ``rows`` mean, by their id."""
    wanted: dict[str, set[int]] = {"person": set(), "account": set(), "plantel": set()}
    for row in rows:
        number = _number(row.object_id)
        if number is not None and row.object_type in _HOLDERS:
            wanted[_HOLDERS[row.object_type]].add(number)
        if row.plantel_id is not None:
            wanted["plantel"].add(row.plantel_id)
    found: dict[tuple[str, str], str] = {}
    for kind, id_, name in (
        ("person", col(Person.id), col(Person.name)),
        ("account", col(Account.id), col(Account.handle)),
        ("plantel", col(Plantel.id), col(Plantel.name)),
    ):
        if wanted[kind]:
            held = session.execute(select(id_, name).where(id_.in_(sorted(wanted[kind]))))
            found.update({(kind, str(key)): words for key, words in held})
    return found


_HOLDERS: Final = {
    "person": "person",
    "account": "account",
    "plantel": "plantel",
    "secret": "account",
    "vault_secret": "account",
}
"""What kind of thing the number at the beginning of an object's id names."""


def _object(row: Any, named: Mapping[tuple[str, str], str]) -> str:
    kind = texts.OBJECTS.get(row.object_type, row.object_type)
    number = _number(row.object_id)
    name = named.get((_HOLDERS.get(row.object_type, ""), str(number)), "")
    shown = name or ("" if row.object_id in {"-", "*"} else row.object_id[:40])
    return f"{kind} {shown}".strip()


def _number(object_id: str) -> int | None:
    head = object_id.partition("/")[0]
    return int(head) if head.isdecimal() and len(head) < 10 else None


def _said(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
