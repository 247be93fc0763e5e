"""Due instants after a change of the zone data: the wall time stays, the instant follows it.

The installation remembers with which zone data it planned (``Fact`` ``tzdata``: the version, and a
digest of each zone's rules). Another version leads to a new look at the zones whose rules changed,
and only there to new instants. What is leased goes out as it was leased.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, tuple_, update
from sqlmodel import Session, col

from publisher import access, localtime, notices
from publisher.app import SYSTEM, App
from publisher.delivery import wakeup
from publisher.delivery.outbox import rows
from publisher.delivery.states import outcome, sources
from publisher.errors import Invalid
from publisher.models import Account, Delivery, Fact, Institution, Plantel, Post
from publisher.texts import deciding as texts

FACT = "tzdata"
LINK = "/decisiones"
_CENTRAL = ("DIRV", "COOR")
_CHUNK = 500
_MOVABLE = sources("retime")

Instant = tuple[str, str, datetime]


@dataclass(frozen=True, kw_only=True)
class Retimed:
    """What a look at the zone data changed: ``moved`` deliveries of ``zones``, of them ``held``.

    ``before`` is the version planned with, empty where nobody noted it.
    """

    before: str
    after: str
    zones: tuple[str, ...] = ()
    moved: int = 0
    held: int = 0


def retime(app: App, *, force: bool = False) -> Retimed:
    """Bring the instants of future deliveries into step with the zone data in use.

    Does nothing where the version is the one planned with, unless ``force`` looks at every zone.
    Audits each difference and tells Vinculación and Difusión; what is past its limit by the new
    rules is held for a person, as is a wall time that the new rules do not have.
    """
    after = localtime.zone_data_version()
    with app.read() as session:
        known = _known(session)
    if known.get("version") == after and not force:
        return Retimed(before=after, after=after)
    with app.write() as session:
        known = _known(session)
        digests = {name: localtime.zone_digest(name) for name in _zones(session)}
        before: Mapping[str, str] = known.get("zones", {})
        suspects = sorted(
            name for name, digest in digests.items() if force or before.get(name) != digest
        )
        changes = _changes(session, suspects, now=app.clock()) if suspects else []
        done = _apply(app, session, changes)
        retimed = Retimed(
            before=str(known.get("version", "")),
            after=after,
            zones=tuple(sorted({change.zone for change in done})),
            moved=len(done),
            held=sum(change.hold != "" for change in done),
        )
        if done:
            _notify(app, session, retimed)
            wakeup.announce(session)
        _remember(session, {"version": after, "zones": digests}, now=app.clock())
    return retimed


def remember(session: Session, *, now: datetime) -> None:
    """Note the zone data in use as that of an installation in which nothing is planned yet."""
    _remember(session, {"version": localtime.zone_data_version(), "zones": {}}, now=now)


@dataclass(frozen=True, kw_only=True)
class _Change:
    id: int
    plantel_id: int
    zone: str
    before: datetime
    values: Mapping[str, Any]
    hold: str = ""


def _known(session: Session) -> dict[str, Any]:
    fact = session.get(Fact, FACT)
    try:
        found = json.loads(fact.value) if fact else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def _remember(session: Session, value: Mapping[str, Any], *, now: datetime) -> None:
    connection = session.connection()
    connection.execute(
        text(
            "INSERT INTO fact (name, value, updated_at) VALUES (:name, :value, :now)"
            " ON CONFLICT (name) DO UPDATE SET value = :value, updated_at = :now"
        ),
        {
            "name": FACT,
            "value": json.dumps(value, sort_keys=True),
            "now": rows.moment(connection, now),
        },
    )


def _zones(session: Session) -> set[str]:
    """Return the zones in use: those of planteles and institution, and of posts at one instant."""
    found = set(session.scalars(select(col(Plantel.timezone)).distinct()))
    found |= set(session.scalars(select(col(Institution.timezone))))
    return found | set(session.scalars(select(col(Post.timezone)).distinct()))


def _changes(session: Session, zones: Sequence[str], *, now: datetime) -> list[_Change]:
    waiting = (
        col(Delivery.state).in_(_MOVABLE),
        col(Delivery.due_at) > now,
        col(Delivery.part) == 0,
        col(Delivery.timezone).in_(zones),
    )
    instants = (col(Delivery.timezone), col(Delivery.local_at), col(Delivery.due_at))
    wrong: list[Instant] = [
        (zone, wall, due)
        for zone, wall, due in session.execute(select(*instants).where(*waiting).distinct())
        if due not in _instants(zone, wall)
    ]
    return [
        change
        for start in range(0, len(wrong), _CHUNK)
        for change in _changes_of(session, wrong[start : start + _CHUNK], waiting, now=now)
    ]


def _changes_of(
    session: Session, wrong: Sequence[Instant], waiting: Sequence[Any], *, now: datetime
) -> list[_Change]:
    instants = (col(Delivery.timezone), col(Delivery.local_at), col(Delivery.due_at))
    found = session.execute(
        select(
            col(Delivery.id),
            *instants,
            col(Delivery.next_at),
            col(Delivery.not_after),
            col(Post.fold),
            col(Account.plantel_id),
        )
        .join(Post, col(Post.id) == col(Delivery.post_id))
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(*waiting, tuple_(*instants).in_(wrong))
        .order_by(col(Delivery.id))
    ).mappings()
    return [_change(row, now=now) for row in found]


def _instants(zone: str, wall: str) -> set[datetime]:
    """Return the instants that a wall time may mean: one, two at a fold, none in a gap."""
    found = set()
    for fold in (0, 1):
        try:
            found.add(localtime.resolve(wall, zone, fold))
        except Invalid:
            return set()
    return found


def _change(row: Mapping[Any, Any], *, now: datetime) -> _Change:
    zone, wall, before = row["timezone"], row["local_at"], row["due_at"]

    def change(hold: str = "", **values: Any) -> _Change:
        if hold:
            values |= {"state": outcome("outdate"), "hold_reason": hold}
        return _Change(
            id=row["id"],
            plantel_id=row["plantel_id"],
            zone=zone,
            before=before,
            values={**values, "updated_at": now},
            hold=hold,
        )

    try:
        due = localtime.resolve(wall, zone, row["fold"])
    except Invalid:
        sentence = texts.RETIME_GAP.format(zone=zone, wall=wall.replace("T", " "))
        return change("configuration", reason=sentence)
    moved = due - before
    values = {
        "due_at": due,
        "next_at": due if row["next_at"] == before else row["next_at"],
        "not_after": row["not_after"] + moved,
    }
    if values["not_after"] < now:
        return change("late", reason=texts.RETIME_LATE.format(zone=zone), **values)
    return change(**values)


def _apply(app: App, session: Session, changes: Sequence[_Change]) -> list[_Change]:
    """Write each change where its delivery is still as it was read; return those that held."""
    done = []
    for change in changes:
        result = session.connection().execute(
            update(Delivery)
            .where(
                col(Delivery.id) == change.id,
                col(Delivery.state).in_(_MOVABLE),
                col(Delivery.due_at) == change.before,
            )
            .values(**change.values)
        )
        if result.rowcount == 1:
            done.append(change)
    app.note(session, *(_entry(app, change) for change in done))
    return done


def _entry(app: App, change: _Change) -> Any:
    due = change.values.get("due_at")
    return app.entry(
        SYSTEM,
        "delivery.retime",
        "delivery",
        change.id,
        plantel_id=change.plantel_id,
        reason=str(change.values.get("reason", "")),
        result="failed" if change.hold else "ok",
        detail=json.dumps(
            {
                "zone": change.zone,
                "from": change.before.isoformat(),
                "to": due.isoformat() if due else "",
                "hold": change.hold,
            }
        ),
    )


def _notify(app: App, session: Session, retimed: Retimed) -> None:
    people = {
        person
        for role in _CENTRAL
        for person in access.persons_with(session, role, now=app.clock())
    }
    subject = texts.RETIME_SUBJECT_ONE if retimed.moved == 1 else texts.RETIME_SUBJECT
    notices.notify(
        session,
        app,
        person_ids=people,
        kind="delivery.retimed",
        subject=subject.format(n=retimed.moved),
        body=texts.RETIME_BODY.format(
            before=retimed.before or texts.UNKNOWN_VERSION,
            after=retimed.after,
            zones=", ".join(retimed.zones),
            held=retimed.held,
        ),
        link=LINK,
    )
