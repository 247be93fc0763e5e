"""What stops or slows publications now, and until when, as sentences for people.

``standing`` tells of whole platforms and of the house, without an actor: it tells no content.
``waiting_accounts`` tells of single accounts, where the actor may read their deliveries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from connectors.registry import CONNECTORS
from publisher import access, notices
from publisher.app import Actor, App
from publisher.delivery import alarm, bucket
from publisher.delivery.pace import read_breakers, read_buckets
from publisher.models import Account
from publisher.texts import queries as texts


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """One thing in the way; ``until`` is None where nobody knows.

    ``scope`` is a connector's key or the alarm's name. What is "slow" is an alarm too, but all goes
    out.
    """

    kind: Literal["alarm", "slow", "breaker", "quota"]
    scope: str
    sentence: str
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WaitingAccount:
    """An account that its network made wait."""

    account_id: int
    plantel_id: int
    handle: str
    network: str
    until: datetime
    sentence: str


def standing(app: App) -> tuple[Obstacle, ...]:
    """Return what is in the way of everything, or of a whole platform."""
    now = app.clock()
    found: list[Obstacle] = []
    with app.read() as session:
        found += [
            Obstacle(kind="alarm" if one.halts else "slow", scope=one.name, sentence=one.sentence)
            for one in alarm.standing(session)
        ]
        for scope, known in sorted(read_breakers(session).items()):
            if known.is_closed or known.probe_at is None:
                continue
            sentence = texts.PLATFORM_SPARED.format(
                platform=texts.PLATFORMS.get(scope, scope),
                until=_hour(session, max(known.probe_at, now), now=now),
                reason=known.reason,
            )
            found.append(
                Obstacle(kind="breaker", scope=scope, sentence=sentence, until=known.probe_at)
            )
        for scope, quota in sorted(read_buckets(session, CONNECTORS).items()):
            until = bucket.ready_at(quota, now=now)
            if until is not None:
                sentence = texts.PLATFORM_SPENT.format(
                    platform=texts.PLATFORMS.get(scope, scope),
                    until=_hour(session, until, now=now),
                )
                found.append(Obstacle(kind="quota", scope=scope, sentence=sentence, until=until))
    return tuple(found)


def waiting_accounts(app: App, actor: Actor) -> tuple[WaitingAccount, ...]:
    """Return the accounts that wait for their network, where the actor reads deliveries."""
    now = app.clock()
    where = access.scope(actor, "delivery.read")
    statement = (
        select(
            col(Account.id),
            col(Account.plantel_id),
            col(Account.handle),
            col(Account.network),
            col(Account.ready_at),
        )
        .where(col(Account.ready_at) > now, col(Account.state) == "active")
        .order_by(col(Account.ready_at), col(Account.id))
    )
    if where is not None:
        statement = statement.where(col(Account.plantel_id).in_(sorted(where)))
    with app.read() as session:
        return tuple(
            WaitingAccount(
                account_id=row.id,
                plantel_id=row.plantel_id,
                handle=row.handle,
                network=row.network,
                until=row.ready_at,
                sentence=texts.ACCOUNT_WAITS.format(
                    account=f"{row.handle} ({texts.PLATFORMS.get(row.network, row.network)})",
                    until=_hour(session, row.ready_at, now=now),
                ),
            )
            for row in session.execute(statement)
        )


def _hour(session: Session, instant: datetime, *, now: datetime) -> str:
    """Return «las 10:05» for an instant of today, else the day too, in the institution's zone."""
    whole = notices.when(session, instant)
    day, _, hour = whole.rpartition(", ")
    if day == notices.when(session, now).rpartition(", ")[0]:
        return texts.AT_HOUR.format(hour=hour)
    return texts.AT_DAY.format(day=day, hour=hour)
