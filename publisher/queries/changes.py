"""What was changed of what is public: parts taken down, texts corrected, and what waits of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.editorial.rewording import public_text
from publisher.errors import NotFound
from publisher.models import (
    Account,
    Delegation,
    Delivery,
    Person,
    Plantel,
    Post,
    Receipt,
    RemoteChange,
)
from publisher.people import delegation_in_force
from publisher.queries.rows import within
from publisher.texts import correction as texts

UNDER_WAY = ("asked", "working")
LISTED = 50


@dataclass(frozen=True, kw_only=True)
class RemovalRow:
    """What became of taking a part down; ``under_way`` until a worker or a person ended it.

    ``done_at`` is when it was gone; ``sentence`` says why it is not. ``ratified_at`` is None while
    it waits for the Directora.
    """

    part: int
    person: str
    reason: str
    asked_at: datetime
    under_way: bool
    done_at: datetime | None
    sentence: str
    found_by: str
    ratified_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ObjectionRow:
    """What the manual or the network said of a corrected text; as ``post.FindingRow``."""

    source: str
    network: str
    rule: str
    section: str
    severity: str
    category: str
    fragment: str
    explanation: str
    suggestion: str


@dataclass(frozen=True, kw_only=True)
class CorrectionRow:
    """A corrected text and what became of it; ``state`` is the row's.

    ``digest`` is what an approval binds. ``approver`` and ``refuser`` are empty while nobody
    decided; ``code`` tells a refusal of ours from one of the network. ``shown`` is what the network
    showed in its place where somebody had changed it there.
    """

    id: int
    part: int
    state: str
    before: str
    text: str
    reason: str
    digest: str
    person_id: int
    person: str
    asked_at: datetime
    approver: str
    on_behalf_of: str
    approved_at: datetime | None
    refuser: str
    refused_at: datetime | None
    done_at: datetime | None
    sentence: str
    code: str
    found_by: str
    verdict: str
    manual_version: str
    findings: tuple[ObjectionRow, ...] = ()
    shown: str = ""


@dataclass(frozen=True, kw_only=True)
class ProposedRow:
    """A correction that waits for a decision, with where it would show."""

    post_id: int
    delivery_id: int
    network: str
    handle: str
    plantel: str
    permalink: str
    author_id: int
    may_decide: bool
    correction: CorrectionRow


def corrections_of(session: Session, ids: list[int]) -> dict[int, list[CorrectionRow]]:
    """Return the corrections of each delivery, oldest first."""
    found: dict[int, list[CorrectionRow]] = defaultdict(list)
    for row in session.execute(_corrections().where(col(RemoteChange.delivery_id).in_(ids))):
        found[row.RemoteChange.delivery_id].append(_correction(row))
    return found


def proposed(app: App, actor: Actor) -> tuple[ProposedRow, ...]:
    """Return the corrections that wait for the actor's decision, oldest first.

    Those that they proposed, or whose post they wrote, are for others and say so.
    """
    with app.read() as session:
        delegated = delegation_in_force(session, actor.person_id, app.clock()) is not None
        where = access.scope(actor, "post.approve", delegated=delegated)
        if where == frozenset():
            return ()
        statement = _corrections(
            col(Delivery.post_id),
            col(Delivery.network),
            col(Account.handle),
            col(Plantel.name).label("plantel"),
            col(Post.author_id),
        )
        rows = session.execute(
            statement.join(Delivery, col(Delivery.id) == col(RemoteChange.delivery_id))
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
            .join(Post, col(Post.id) == col(Delivery.post_id))
            .where(
                RemoteChange.__table__.c.state == "proposed",  # type: ignore[attr-defined]
                within(Post.plantel_id, where),
            )
            .limit(LISTED)
        ).all()
    return tuple(
        ProposedRow(
            post_id=row.post_id,
            delivery_id=row.RemoteChange.delivery_id,
            network=row.network,
            handle=row.handle,
            plantel=row.plantel,
            permalink=row.RemoteChange.permalink,
            author_id=row.author_id,
            may_decide=access.may_judge(
                actor.person_id,
                author_id=row.author_id,
                last_editor_id=row.RemoteChange.asked_by,
            ),
            correction=_correction(row),
        )
        for row in rows
    )


def removals_of(session: Session, ids: list[int]) -> dict[int, list[RemovalRow]]:
    """Return the removals of each delivery, oldest first."""
    found: dict[int, list[RemovalRow]] = defaultdict(list)
    for change, person in session.execute(
        select(RemoteChange, col(Person.name))
        .join(Person, col(Person.id) == col(RemoteChange.asked_by))
        .where(col(RemoteChange.delivery_id).in_(ids), col(RemoteChange.kind) == "removal")
        .order_by(col(RemoteChange.id))
    ):
        found[change.delivery_id].append(
            RemovalRow(
                part=change.part,
                person=person,
                reason=change.reason,
                asked_at=change.asked_at,
                under_way=change.state in UNDER_WAY,
                done_at=change.done_at,
                sentence=change.sentence,
                found_by=change.found_by,
                ratified_at=change.approved_at,
            )
        )
    return found


_ASKER, _APPROVER, _GIVER, _REFUSER = (aliased(Person) for _ in range(4))


def _corrections(*more: Any) -> Select[Any]:
    return (
        select(
            RemoteChange,
            col(_ASKER.name).label("asker"),
            col(_APPROVER.name).label("approver"),
            col(_GIVER.name).label("giver"),
            col(_REFUSER.name).label("refuser"),
            *more,
        )
        .join(_ASKER, col(_ASKER.id) == col(RemoteChange.asked_by))
        .outerjoin(_APPROVER, col(_APPROVER.id) == col(RemoteChange.approved_by))
        .outerjoin(Delegation, col(Delegation.id) == col(RemoteChange.delegation_id))
        .outerjoin(_GIVER, col(_GIVER.id) == col(Delegation.from_person_id))
        .outerjoin(_REFUSER, col(_REFUSER.id) == col(RemoteChange.refused_by))
        .where(col(RemoteChange.kind) == "correction")
        .order_by(col(RemoteChange.id))
    )


def _correction(row: Any) -> CorrectionRow:
    change: RemoteChange = row.RemoteChange
    checked: Mapping[str, Any] = change.checked or {}
    found = (change.evidence or {}).get("found") or {}
    return CorrectionRow(
        id=change.id or 0,
        part=change.part,
        state=change.state,
        before=change.replaced,
        text=change.text,
        reason=change.reason,
        digest=change.digest,
        person_id=change.asked_by,
        person=row.asker,
        asked_at=change.asked_at,
        approver=row.approver or "",
        on_behalf_of=row.giver or "",
        approved_at=change.approved_at,
        refuser=row.refuser or "",
        refused_at=change.refused_at,
        done_at=change.done_at,
        sentence=change.sentence,
        code=change.code,
        found_by=change.found_by,
        verdict=str(checked.get("verdict", "")),
        manual_version=str(checked.get("manual", "")),
        findings=tuple(
            ObjectionRow(network="base", **finding) for finding in checked.get("findings", ())
        ),
        shown=str(found.get("text", "")),
    )


def public_texts(app: App, actor: Actor, delivery_id: int) -> tuple[tuple[int, str], ...]:
    """Return (part, what it says in public) of a delivery, for whoever may correct it.

    Raises ``NotFound`` and ``Forbidden``.
    """
    with app.read() as session:
        delivery = session.get(Delivery, delivery_id)
        if delivery is None:
            raise NotFound(texts.NO_SUCH.format(id=delivery_id))
        account = session.get_one(Account, delivery.account_id)
        access.authorize(actor, "post.correct", plantel_id=account.plantel_id)
        parts = session.scalars(
            select(col(Receipt.part))
            .where(col(Receipt.delivery_id) == delivery_id)
            .order_by(col(Receipt.part))
        ).all()
        said = [(part, public_text(session, delivery, part)) for part in parts]
    return tuple((part, text) for part, text in said if text is not None)
