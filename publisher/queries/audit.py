"""The audit as people read it: who did what, when and why, newest first, within their reach.

A page never costs more than a bounded part of the audit: what an index finds is found in it, any
other filter looks through ``SCAN`` entries at most and says how far it looked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.errors import Forbidden, NotFound
from publisher.models import Account, Designation, Person, Plantel
from publisher.queries.rows import home_zone
from publisher.texts import access as access_texts
from publisher.texts import bitacora as texts
from vault.audit_tables import AuditEntry, AuditLink

Cursor = tuple[datetime, str]

PAGE: Final = 50
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


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page; ``next`` is the cursor of the following one, None at the end.

    ``looked_to`` is set where the page ended because enough entries had been looked through.
    """

    lines: tuple[Line, ...]
    next: Cursor | None
    looked_to: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One entry whole; digests are of what was before and after, never the thing itself."""

    line: Line
    session_ref: str
    before: str
    after: str
    facts: tuple[tuple[str, str], ...]
    mac: str
    link: str
    linked_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the filters offer to the actor: persons and planteles by id, groups by key.

    ``codes`` are the names of those planteles by their code.
    """

    people: Mapping[int, str] = field(default_factory=dict)
    planteles: Mapping[int, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)


_ALL: Final = Filters()
_E: Final = AuditEntry


def page(
    app: App,
    actor: Actor,
    filters: Filters = _ALL,
    *,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> Page:
    """Return a page of what the actor may read, the newest first. Raises ``Forbidden``."""
    scope = _scope(actor)
    begins = _begins_at(app, filters, after)
    wanted = [*_filtered(app, filters), *begins, scope]
    with app.read() as session:
        floor = None if _indexed(filters, actor) else _floor(session, begins)
        if floor is not None:
            wanted.append(col(_E.at) >= floor)
        statement = (
            select(*_COLUMNS)
            .where(*wanted)
            .order_by(col(_E.at).desc(), col(_E.id).desc())
            .limit(limit + 1)
        )
        found = session.execute(statement).all()
        lines = _lines(session, found[:limit])
    if len(found) > limit:
        last = lines[-1]
        return Page(lines=lines, next=(last.at, last.id))
    return Page(lines=lines, next=(floor, "") if floor else None, looked_to=floor)


def sheet(app: App, actor: Actor, entry_id: str) -> Sheet:
    """Return one entry. Raises ``NotFound`` where there is none within the actor's reach."""
    scope = _scope(actor)
    more = (
        col(_E.session_ref),
        col(_E.before_digest),
        col(_E.after_digest),
        col(_E.detail),
        col(_E.mac),
    )
    with app.read() as session:
        row = session.execute(select(*_COLUMNS, *more).where(col(_E.id) == entry_id, scope)).first()
        if row is None:
            raise NotFound(texts.NO_ENTRY)
        (line,) = _lines(session, [row])
        link = session.execute(
            select(col(AuditLink.at), col(AuditLink.mac)).where(col(AuditLink.entry_id) == entry_id)
        ).first()
    return Sheet(
        line=line,
        session_ref=row.session_ref,
        before=row.before_digest,
        after=row.after_digest,
        facts=facts_of(row.detail),
        mac=row.mac,
        link=link.mac if link else "",
        linked_at=link.at if link else None,
    )


def options(app: App, actor: Actor) -> Options:
    """Return what the filters offer. Raises ``Forbidden``."""
    reached = access.reach(actor, ACTION)
    _scope(actor)
    where = access.scope(actor, ACTION)
    people = select(col(Person.id), col(Person.name)).order_by(col(Person.name))
    planteles = select(col(Plantel.id), col(Plantel.name), col(Plantel.code))
    planteles = planteles.order_by(col(Plantel.name))
    if where is not None and "technical" not in reached:
        held = select(col(Designation.person_id)).where(col(Designation.plantel_id).in_(where))
        people = people.where(col(Person.id).in_(held))
        planteles = planteles.where(col(Plantel.id).in_(where))
    with app.read() as session:
        places = session.execute(planteles).all()
        return Options(
            people={row.id: row.name for row in session.execute(people)},
            planteles={row.id: row.name for row in places},
            codes={row.code: row.name for row in places},
            groups=tuple(
                key
                for key in texts.GROUPS
                if reached != {"technical"} or _overlaps(texts.PREFIXES[key])
            ),
        )


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


_COLUMNS: Final = (
    col(_E.id),
    col(_E.at),
    col(_E.actor_id),
    col(_E.actor),
    col(_E.role),
    col(_E.action),
    col(_E.object_type),
    col(_E.object_id),
    col(_E.plantel_id),
    col(_E.reason),
    col(_E.result),
)


def _scope(actor: Actor) -> ColumnElement[bool]:
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
            col(_E.plantel_id) == planteles[0]
            if len(planteles) == 1
            else col(_E.plantel_id).in_(planteles)
        )
    if "self" in reached:
        parts.append(col(_E.actor_id) == actor.person_id)
    if "technical" in reached:
        parts.append(_begins(TECHNICAL))
    return or_(*parts) if parts else false()


def _filtered(app: App, filters: Filters) -> Iterable[ColumnElement[bool]]:
    if filters.since is not None:
        yield col(_E.at) >= _midnight(app, filters.since)
    if filters.actor_id is not None:
        yield col(_E.actor_id) == filters.actor_id
    if filters.group:
        yield _begins(texts.PREFIXES.get(filters.group, ()))
    if filters.object_type:
        yield col(_E.object_type) == filters.object_type
    if filters.object_id:
        yield col(_E.object_id) == filters.object_id
    if filters.plantel_id is not None:
        yield col(_E.plantel_id) == filters.plantel_id
    if filters.result:
        yield col(_E.result) == filters.result
    if filters.words.strip():
        yield col(_E.reason).icontains(filters.words.strip(), autoescape=True)


def _begins(prefixes: Sequence[str]) -> ColumnElement[bool]:
    found = [col(_E.action).startswith(start, autoescape=True) for start in prefixes]
    return or_(false(), *found)


def _indexed(filters: Filters, actor: Actor) -> bool:
    """Tell whether an index finds the page: nothing but days, one object, or one plantel."""
    if (filters.object_type and filters.object_id) or filters.plantel_id is not None:
        return True
    reached = access.reach(actor, ACTION)
    if reached == {"own"} and len(access.scope(actor, ACTION) or ()) == 1:
        return True
    plain = replace(filters, since=None, until=None) == _ALL
    return plain and "all" in reached


def _floor(session: Session, begins: Sequence[ColumnElement[bool]]) -> datetime | None:
    """Return the instant of the ``SCAN``-th entry of a search; None where there are fewer."""
    found: datetime | None = session.scalar(
        select(col(_E.at)).where(*begins).order_by(col(_E.at).desc()).offset(SCAN).limit(1)
    )
    return found


def _begins_at(app: App, filters: Filters, after: Cursor | None) -> list[ColumnElement[bool]]:
    """Return where a search begins: below the cursor, or with the last of its days."""
    found: list[ColumnElement[bool]] = []
    if filters.until is not None:
        found.append(col(_E.at) < _midnight(app, filters.until + timedelta(days=1)))
    if after is not None:
        # in this form both databases begin at the cursor instead of passing all before it
        at, entry_id = after
        below = or_(col(_E.at) < at, col(_E.id) < entry_id)
        found += [col(_E.at) <= at, below] if entry_id else [col(_E.at) < at]
    return found


def _lines(session: Session, rows: Sequence[Any]) -> tuple[Line, ...]:
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


def _overlaps(prefixes: tuple[str, ...]) -> bool:
    return any(one.startswith(prefixes) for one in TECHNICAL)


def _midnight(app: App, day: date) -> datetime:
    return datetime.combine(day, time(), home_zone(app)).astimezone(UTC)


def _said(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
