"""What a correction rests on: where it stands, who may decide on it, and what it may not be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from connectors.after import Corrector, offers
from publisher import access
from publisher.app import Actor, App
from publisher.delivery.outbox.removed import removing
from publisher.delivery.states import DECIDABLE, TERMINAL
from publisher.editorial.content import TEXT_MAX
from publisher.editorial.rewording import Judged, public_text
from publisher.editorial.snapshot import digest_of, load_snapshot
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Account, Delegation, Delivery, Post, Receipt, RemoteChange
from publisher.people import delegation_in_force
from publisher.people.delegations import used_of
from publisher.texts import correction as texts

APPROVER: Final = "DIRV"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A part that is public and may be corrected; ``before`` is what it says now."""

    delivery: Delivery
    account: Account
    receipt: Receipt
    before: str


def binding(*, delivery_id: int, part: int, remote_id: str, before: str, after: str) -> str:
    """Return what an approval of a correction binds: both texts, and where they stand."""
    return digest_of(
        {
            "format": 1,
            "delivery": delivery_id,
            "part": part,
            "remote": remote_id,
            "before": before,
            "after": after,
        }
    )


def offered(app: App, connector: str) -> bool:
    """Tell whether a text that is public can be changed through this connector."""
    return offers(app.connector(connector), Corrector) is not None  # type: ignore[type-abstract]


def place_of(
    app: App, session: Session, actor: Actor, delivery_id: int, part: int, *, lock: bool = False
) -> Place:
    """Return what is to be corrected, for whoever may; ``Conflict`` where nothing can be."""
    statement = (
        select(Delivery, Account)
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(col(Delivery.id) == delivery_id)
    )
    row = session.execute(statement.with_for_update(of=Delivery) if lock else statement).first()
    if row is None:
        raise NotFound(texts.NO_SUCH.format(id=delivery_id))
    delivery, account = row
    access.authorize(actor, "post.correct", plantel_id=account.plantel_id)
    if not offered(app, account.connector):
        assisted = account.connector.endswith("_assisted")
        raise Conflict(texts.not_offered("" if assisted else account.network))
    if delivery.state not in TERMINAL | DECIDABLE:
        raise Conflict(texts.STILL_GOING)
    receipt = session.get(Receipt, (delivery_id, part))
    before = public_text(session, delivery, part)
    if receipt is None or before is None:
        raise Conflict(texts.NOTHING_PUBLIC)
    forms = load_snapshot(session, delivery.post_id, delivery.revision).forms
    if part == 0 and forms.get(delivery.network) == "story":
        raise Conflict(texts.STORY)
    gone = removing().where(
        col(Receipt.delivery_id) == delivery_id,
        col(Receipt.part) == part,
        col(RemoteChange.state) != "failed",
    )
    if session.execute(gone.limit(1)).first():
        raise Conflict(texts.LEAVING)
    return Place(delivery=delivery, account=account, receipt=receipt, before=before)


def require_new(before: str, text: str) -> None:
    """Raise ``Invalid`` for a text that is none, too long, or the one that is public."""
    if not text:
        raise Invalid(texts.EMPTY, field="text")
    if len(text) > TEXT_MAX:
        raise Invalid(texts.TOO_LONG.format(n=TEXT_MAX), field="text")
    if text == before.strip():
        raise Invalid(texts.SAME, field="text")


def refuse_blocked(judged: Judged) -> None:
    """Raise ``Invalid`` for a *bloqueo*: of what is public already there is no exception."""
    network = next((f for f in judged.blocks if f.source == "connector"), None)
    if network is not None:
        raise Invalid(texts.BLOCKED_BY_NETWORK.format(sentence=network.explanation), field="text")
    if judged.blocks:
        rules = ", ".join(sorted({f"regla {finding.rule}" for finding in judged.blocks}))
        raise Invalid(texts.BLOCKED.format(rules=rules), field="text")


def find_change(session: Session, change_id: int) -> tuple[RemoteChange, Delivery, Account, Post]:
    """Return a correction, locked, with what it stands on."""
    row = session.execute(
        select(RemoteChange, Delivery, Account, Post)
        .join(Delivery, col(Delivery.id) == col(RemoteChange.delivery_id))
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .join(Post, col(Post.id) == col(Delivery.post_id))
        .where(col(RemoteChange.id) == change_id, col(RemoteChange.kind) == "correction")
        .with_for_update(of=RemoteChange)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound(texts.NO_SUCH_CHANGE.format(id=change_id))
    change, delivery, account, post = row
    return change, delivery, account, post


def authority(app: App, session: Session, actor: Actor, post: Post) -> Delegation | None:
    """Return the delegation by which the actor decides, None for the Directora herself."""
    if APPROVER in actor.roles:
        access.authorize(actor, "post.approve", plantel_id=post.plantel_id)
        return None
    found = delegation_in_force(session, actor.person_id, app.clock())
    access.authorize(actor, "post.approve", plantel_id=post.plantel_id, delegated=found is not None)
    return found


def require_within(session: Session, delegation: Delegation, judged: Judged) -> None:
    """Raise ``Forbidden`` beyond the delegation's limits; corrections count as approvals do."""
    session.refresh(delegation, with_for_update=True)
    if delegation.only_clean and judged.verdict != "ok":
        raise Forbidden(texts.DELEGATION_CLEAN)
    most = delegation.max_posts
    if most is not None and used_of(session, delegation) >= most:
        raise Forbidden(texts.DELEGATION_SPENT.format(n=most))


def require_waiting(change: RemoteChange) -> None:
    """Raise ``Conflict`` unless nobody decided on it yet."""
    if change.state != "proposed":
        raise Conflict(texts.NOT_WAITING.format(state=texts.STATES[change.state]))


def close(app: App, change: RemoteChange, actor: Actor, code: str, sentence: str) -> None:
    """End a correction that was never applied; ``sentence`` says why."""
    change.state, change.code, change.sentence = "failed", code, sentence
    change.refused_by, change.refused_at = actor.person_id, app.clock()


def approvers(app: App, session: Session) -> frozenset[int]:
    """Return who may approve now: the Directora, and whom she lent that power."""
    now = app.clock()
    delegates = {
        person
        for person in access.persons_with(session, "COOR", now=now)
        if delegation_in_force(session, person, now) is not None
    }
    return access.persons_with(session, APPROVER, now=now) | delegates
