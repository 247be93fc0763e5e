"""The accounts that a post is meant for, and when each of them is due.

A post belongs to one plantel, its home, and may go out on accounts of others: whoever changes,
sends or stops it needs the right at every plantel that it reaches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from publisher import access, localtime
from publisher.app import Actor, App
from publisher.errors import Invalid
from publisher.models import Account, Plantel, Post, Target
from publisher.texts import editorial as texts


@dataclass(frozen=True, kw_only=True)
class Place:
    """An account with what planning needs of its plantel."""

    account_id: int
    network: str
    connector: str
    external_id: str
    handle: str
    state: str
    plantel_id: int
    plantel: str
    timezone: str


def authorize_places(actor: Actor, action: str, places: Iterable[Place]) -> None:
    """Raise ``Forbidden`` unless the actor may do ``action`` at the plantel of every account.

    A post of one plantel may go out on accounts of others: whoever touches it touches them all.
    """
    for plantel_id in sorted({place.plantel_id for place in places}):
        access.authorize(actor, action, plantel_id=plantel_id)


def places_for(session: Session, actor: Actor, account_ids: Collection[int]) -> tuple[Place, ...]:
    """Return the accounts with their planteles. Raises ``Forbidden`` where one is out of reach."""
    places = places_of(session, account_ids)
    authorize_places(actor, "post.propose", places)
    return places


def targets_of(session: Session, post: Post) -> tuple[Place, ...]:
    """Return the accounts that the working revision is meant for."""
    ids = session.scalars(
        select(col(Target.account_id)).where(
            col(Target.post_id) == post.id, col(Target.revision) == post.revision
        )
    )
    return places_of(session, tuple(ids))


def places_of(session: Session, account_ids: Collection[int]) -> tuple[Place, ...]:
    """Return the accounts with their planteles, by plantel and network. Raises ``Invalid``."""
    rows = session.execute(
        select(
            col(Account.id).label("account_id"),
            col(Account.network),
            col(Account.connector),
            col(Account.external_id),
            col(Account.handle),
            col(Account.state),
            col(Account.plantel_id),
            col(Plantel.name).label("plantel"),
            col(Plantel.timezone),
        )
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(col(Account.id).in_(account_ids))
        .order_by(col(Plantel.name), col(Account.network))
    ).mappings()
    places = tuple(Place(**row) for row in rows)
    if len(places) != len(set(account_ids)):
        raise Invalid(texts.NO_SUCH_ACCOUNT, field="account_ids")
    return places


def write_targets(session: Session, post: Post, account_ids: Collection[int]) -> None:
    """Replace the accounts that the working revision is meant for."""
    session.execute(
        delete(Target).where(col(Target.post_id) == post.id, col(Target.revision) == post.revision)
    )
    for account_id in sorted(set(account_ids)):
        session.add(Target(post_id=post.id or 0, revision=post.revision, account_id=account_id))
    session.flush()


def ask_fold(
    local_at: str | None, time_mode: str, fold: int | None, home: str, places: Iterable[Place]
) -> int:
    """Return which of two equal hours is meant. Raises ``Invalid`` where nobody said it.

    ``home`` is the post's own zone; in ``local`` mode each account's zone counts too.
    """
    if fold is not None or not local_at:
        return fold or 0
    zones = {home} | {place.timezone for place in places if time_mode == "local"}
    for zone in sorted(zones):
        localtime.require_no_fold(local_at, zone)
    return 0


def require_targets(post: Post, places: tuple[Place, ...], app: App) -> None:
    """Raise ``Invalid`` unless there are accounts, all active, and a time still to come."""
    if not places:
        raise Invalid(texts.NO_ACCOUNTS, field="account_ids")
    for place in places:
        if place.state != "active":
            raise Invalid(
                texts.ACCOUNT_INACTIVE.format(handle=place.handle, plantel=place.plantel),
                field="account_ids",
            )
        if post.local_at and due_at(post, place.timezone) <= app.clock():
            raise Invalid(
                texts.TIME_PAST.format(wall=post.local_at.replace("T", " "), zone=place.timezone),
                field="local_at",
            )


def due_at(post: Post, plantel_zone: str) -> datetime:
    """Return the UTC instant at which ``post`` is due for a plantel. Raises ``Invalid``."""
    if not post.local_at:
        raise Invalid(texts.NO_TIME, field="local_at")
    return localtime.resolve(post.local_at, zone_for(post, plantel_zone), post.fold)


def zone_for(post: Post, plantel_zone: str) -> str:
    """Return the zone whose clock shows the post's time for an account of a plantel."""
    return plantel_zone if post.time_mode == "local" else post.timezone
