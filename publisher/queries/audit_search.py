"""Which entries of the audit a page shows: those asked for that the actor may read.

A search never costs more than a bounded part of the audit: what an index finds is found in it, any
other filter looks through ``SCAN`` entries at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.errors import Forbidden
from publisher.queries.rows import home_zone
from publisher.texts import access as access_texts
from publisher.texts import bitacora as texts
from vault.audit_tables import AuditEntry

Cursor = tuple[datetime, str]

SCAN: Final = 200_000
ACTION: Final = "audit.read"
TECHNICAL: Final = (
    *texts.PREFIXES["system"],
    *texts.PREFIXES["accounts"],
    "person.",
    "designation.",
    "credential.install",
    "credential.connect",
    "credential.renewed",
    "queue.",
    "spending.",
    "breaker.",
    "connector.",
    "connectors.",
    "lock.",
    "alarm.",
    "sandbox.",
    "media.sweep",
)
"""How the actions begin that whoever administers may read: nothing of contents, nor of custody."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which entries: days are the institution's, both included; ``words`` stand in the reason."""

    since: date | None = None
    until: date | None = None
    actor_id: int | None = None
    group: str = ""
    object_type: str = ""
    object_id: str = ""
    plantel_id: int | None = None
    result: str = ""
    words: str = ""


ALL: Final = Filters()


def readable(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of what the actor may read. Raises ``Forbidden`` for nothing."""
    reached = access.reach(actor, ACTION)
    if not reached:
        words = access_texts.ACTIONS[ACTION]
        raise Forbidden(access_texts.NOT_ALLOWED.format(action=words))
    if "all" in reached:
        return true()
    parts: list[ColumnElement[bool]] = []
    if "own" in reached:
        planteles = sorted(access.scope(actor, ACTION) or ())
        # one plantel is told as such, so that its index gives the order as well
        parts.append(
            col(AuditEntry.plantel_id) == planteles[0]
            if len(planteles) == 1
            else col(AuditEntry.plantel_id).in_(planteles)
        )
    if "self" in reached:
        parts.append(col(AuditEntry.actor_id) == actor.person_id)
    if "technical" in reached:
        parts.append(_begins(TECHNICAL))
    return or_(*parts) if parts else false()


def filtered(app: App, filters: Filters) -> Iterable[ColumnElement[bool]]:
    """Yield the conditions of ``filters`` but the last day, with which a search begins."""
    if filters.since is not None:
        yield col(AuditEntry.at) >= _midnight(app, filters.since)
    if filters.actor_id is not None:
        yield col(AuditEntry.actor_id) == filters.actor_id
    if filters.group:
        yield _begins(texts.PREFIXES.get(filters.group, ()))
    if filters.object_type:
        yield col(AuditEntry.object_type) == filters.object_type
    if filters.object_id:
        yield col(AuditEntry.object_id) == filters.object_id
    if filters.plantel_id is not None:
        yield col(AuditEntry.plantel_id) == filters.plantel_id
    if filters.result:
        yield col(AuditEntry.result) == filters.result
    if filters.words.strip():
        yield col(AuditEntry.reason).icontains(filters.words.strip(), autoescape=True)


def _begins(prefixes: Sequence[str]) -> ColumnElement[bool]:
    found = [col(AuditEntry.action).startswith(start, autoescape=True) for start in prefixes]
    return or_(false(), *found)


def indexed(filters: Filters, actor: Actor) -> bool:
    """Tell whether an index finds the page: nothing but days, one object, or one plantel."""
    if (filters.object_type and filters.object_id) or filters.plantel_id is not None:
        return True
    reached = access.reach(actor, ACTION)
    if reached == {"own"} and len(access.scope(actor, ACTION) or ()) == 1:
        return True
    plain = replace(filters, since=None, until=None) == ALL
    return plain and "all" in reached


def floor_of(session: Session, begins: Sequence[ColumnElement[bool]]) -> datetime | None:
    """Return the instant of the ``SCAN``-th entry of a search; None where there are fewer."""
    found: datetime | None = session.scalar(
        select(col(AuditEntry.at))
        .where(*begins)
        .order_by(col(AuditEntry.at).desc())
        .offset(SCAN)
        .limit(1)
    )
    return found


def begins_at(app: App, filters: Filters, after: Cursor | None) -> list[ColumnElement[bool]]:
    """Return where a search begins: below the cursor, or with the last of its days."""
    found: list[ColumnElement[bool]] = []
    if filters.until is not None:
        found.append(col(AuditEntry.at) < _midnight(app, filters.until + timedelta(days=1)))
    if after is not None:
        # in this form both databases begin at the cursor instead of passing all before it
        at, entry_id = after
        below = or_(col(AuditEntry.at) < at, col(AuditEntry.id) < entry_id)
        found += [col(AuditEntry.at) <= at, below] if entry_id else [col(AuditEntry.at) < at]
    return found


def groups_for(actor: Actor) -> tuple[str, ...]:
    """Return the groups of actions of which the actor may read any, in the order of a list."""
    technical = access.reach(actor, ACTION) == {"technical"}
    return tuple(
        key
        for key in texts.GROUPS
        if not technical or any(one.startswith(texts.PREFIXES[key]) for one in TECHNICAL)
    )


def _midnight(app: App, day: date) -> datetime:
    return datetime.combine(day, time(), home_zone(app)).astimezone(UTC)
