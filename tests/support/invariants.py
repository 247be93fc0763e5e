"""What must never be broken, as functions over a database and what the sandbox saw.

The numbers are those of the protocol (I1–I14); each function returns the violations as sentences,
none if all is well. ``all_of`` runs those that need no knowledge of the scenario.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlmodel import col

from publisher.app import App
from publisher.delivery.states import DECIDABLE, TERMINAL
from publisher.editorial.snapshot import load_snapshots
from publisher.models import Account, Approval, Attempt, Delivery, Post, Receipt
from tests.support import transitions

Shown = tuple[str, str, str, tuple[str, ...], tuple[str, ...]]
SLACK = timedelta(seconds=2)


@dataclass(frozen=True)
class Seen:
    """A database, and the sandbox's posts and requests."""

    app: App
    posts: Sequence[Mapping[str, Any]]
    requests: Sequence[Mapping[str, Any]]


def all_of(seen: Seen) -> list[str]:
    """Return the violations of every invariant below."""
    checks: tuple[Callable[[Seen], list[str]], ...] = (
        i1_once,
        i2_published_is_there,
        i3_no_orphans,
        i4_intent_before_call,
        i5_doubt_ends_with_evidence,
        i6_one_in_flight,
        i7_only_approved_by_another,
        i9_everything_ends,
        i10_tries_are_bounded,
        i12_legal_history,
        i13_sound_database,
        i14_order_within_account,
    )
    return [f"{check.__name__}: {line}" for check in checks for line in check(seen)]


def i1_once(seen: Seen) -> list[str]:
    """No approved content is visible more often than it was approved."""
    extra = shown(seen) - approved(seen)
    return [f"{n} too many of {what[:3]}" for what, n in extra.items()]


def i2_published_is_there(seen: Seen) -> list[str]:
    """What is published exists on its network, on its account."""
    visible = {(post["network"], post["account"], str(post["id"])) for post in seen.posts}
    with seen.app.read() as session:
        rows = session.execute(
            select(
                col(Delivery.id),
                col(Delivery.network),
                col(Account.external_id),
                col(Receipt.remote_id),
            )
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .outerjoin(Receipt, col(Receipt.delivery_id) == col(Delivery.id))
            .where(col(Delivery.state) == "published")
        ).all()
    return [
        f"delivery {row.id} has no post {row.remote_id}"
        for row in rows
        if (row.network, row.external_id, row.remote_id) not in visible
    ]


def i3_no_orphans(seen: Seen) -> list[str]:
    """Each visible post belongs to exactly one delivery."""
    with seen.app.read() as session:
        rows = session.execute(
            select(col(Account.network), col(Account.external_id), col(Receipt.remote_id)).join(
                Account, col(Account.id) == col(Receipt.account_id)
            )
        ).all()
    owned = Counter(tuple(row) for row in rows)
    return [
        f"post {post['id']} of {post['network']} belongs to {n} deliveries"
        for post in seen.posts
        if (n := owned[post["network"], post["account"], str(post["id"])]) != 1
    ]


def i4_intent_before_call(seen: Seen) -> list[str]:
    """Each visible post has an attempt of its account that was opened before it."""
    opened: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    with seen.app.read() as session:
        rows = session.execute(
            select(col(Account.network), col(Account.external_id), col(Attempt.opened_at))
            .join(Delivery, col(Delivery.id) == col(Attempt.delivery_id))
            .join(Account, col(Account.id) == col(Delivery.account_id))
        )
        for network, account, at in rows:
            opened[network, account].append(at)
    problems = []
    for account in {(post["network"], post["account"]) for post in seen.posts}:
        created = sorted(
            moment(post["created"])
            for post in seen.posts
            if (post["network"], post["account"]) == account
        )
        attempts = sorted(opened[account])
        # the n-th post of an account is later than its n-th attempt
        if len(attempts) < len(created) or any(
            made + SLACK < tried for made, tried in zip(created, attempts, strict=False)
        ):
            problems.append(f"{account}: {len(created)} posts, {len(attempts)} attempts")
    return problems


def i5_doubt_ends_with_evidence(seen: Seen) -> list[str]:
    """No attempt without an answer leads to ``published`` without a receipt."""
    with seen.app.read() as session:
        rows = session.execute(
            select(col(Delivery.id))
            .outerjoin(Receipt, col(Receipt.delivery_id) == col(Delivery.id))
            .where(col(Delivery.state) == "published", col(Receipt.remote_id).is_(None))
        ).scalars()
        return [f"delivery {id_} is published without proof" for id_ in rows]


def i6_one_in_flight(seen: Seen) -> list[str]:
    """At most one delivery of an account is in flight."""
    return _rows(
        seen,
        "SELECT account_id FROM delivery WHERE state IN ('leased', 'staging', 'sending', 'unknown')"
        " GROUP BY account_id HAVING COUNT(*) > 1",
    )


def i7_only_approved_by_another(seen: Seen) -> list[str]:
    """Nothing was attempted late, or without the approval of somebody else."""
    with seen.app.read() as session:
        rows = session.execute(
            select(
                col(Attempt.delivery_id),
                col(Attempt.opened_at),
                col(Attempt.digest),
                col(Delivery.due_at),
                col(Delivery.not_after),
                col(Approval.digest).label("approved"),
                col(Approval.approver_id),
                col(Post.author_id),
            )
            .join(Delivery, col(Delivery.id) == col(Attempt.delivery_id))
            .join(Post, col(Post.id) == col(Delivery.post_id))
            .outerjoin(
                Approval,
                (col(Approval.post_id) == col(Delivery.post_id))
                & (col(Approval.revision) == col(Delivery.revision)),
            )
        ).all()
    return [
        f"delivery {row.delivery_id} was attempted against its approval"
        for row in rows
        if row.approved != row.digest
        or row.approver_id == row.author_id
        or not row.due_at <= row.opened_at <= row.not_after
    ]


def i9_everything_ends(seen: Seen) -> list[str]:
    """Every delivery ended or waits for a person."""
    with seen.app.read() as session:
        rows = session.execute(select(col(Delivery.id), col(Delivery.state))).all()
    return [
        f"delivery {id_} is stuck in {state}"
        for id_, state in rows
        if state not in TERMINAL | DECIDABLE
    ]


def i10_tries_are_bounded(seen: Seen) -> list[str]:
    """One re-send after doubt at most, and a bounded number of unsent tries."""
    doubts: Counter[int] = Counter()
    unsent: Counter[int] = Counter()
    with seen.app.read() as session:
        for attempt in session.execute(select(Attempt)).scalars():
            doubts[attempt.delivery_id] += attempt.outcome == "unknown"
            unsent[attempt.delivery_id] += attempt.outcome in {"not_sent", "throttled"}
    most = seen.app.timing.unsent_tries + 1
    return [f"delivery {id_}: {n} doubts" for id_, n in doubts.items() if n > 2] + [
        f"delivery {id_}: {n} unsent tries" for id_, n in unsent.items() if n > most
    ]


def i12_legal_history(seen: Seen) -> list[str]:
    """Each recorded change of state is one of the table's."""
    return [str(change) for change in transitions.illegal(seen.app.engine)]


def i13_sound_database(seen: Seen) -> list[str]:
    """The database says that it is whole; no attempt is open of what is not being sent."""
    open_ = _rows(
        seen,
        "SELECT attempt.delivery_id FROM attempt JOIN delivery ON delivery.id = delivery_id"
        " WHERE attempt.outcome IS NULL AND delivery.state <> 'sending'",
    )
    if seen.app.engine.dialect.name != "sqlite":
        return open_
    with seen.app.engine.connect() as connection:
        whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        keys = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return open_ + ([] if whole == "ok" else [str(whole)]) + [str(key) for key in keys]


def i14_order_within_account(seen: Seen) -> list[str]:
    """Within an account, first attempts follow due times."""
    return _rows(
        seen,
        "WITH firsts AS (SELECT d.account_id, d.due_at, d.id, MIN(a.opened_at) AS at"
        " FROM delivery d JOIN attempt a ON a.delivery_id = d.id"
        " GROUP BY d.account_id, d.due_at, d.id)"
        " SELECT x.id FROM firsts x JOIN firsts y ON x.account_id = y.account_id"
        " AND x.due_at < y.due_at AND x.at > y.at",
    )


def approved(seen: Seen) -> Counter[Shown]:
    """Return what was approved and not cancelled, as its networks must show it."""
    wanted: Counter[Shown] = Counter()
    with seen.app.read() as session:
        rows = session.execute(
            select(Delivery, col(Account.external_id)).join(
                Account, col(Account.id) == col(Delivery.account_id)
            )
        ).all()
        keys = [(delivery.post_id, delivery.revision) for delivery, _ in rows]
        snapshots = load_snapshots(session, keys)
    for delivery, external_id in rows:
        snapshot = snapshots[delivery.post_id, delivery.revision]
        media = snapshot.media.get(delivery.network, ())
        wanted[
            delivery.network,
            external_id,
            snapshot.text(delivery.network),
            tuple(item.sha256 for item in media),
            tuple(item.alt_text for item in media),
        ] += delivery.state != "cancelled"
    return wanted


def shown(seen: Seen) -> Counter[Shown]:
    """Return what the networks show."""
    return Counter(
        (
            post["network"],
            post["account"],
            post["text"],
            tuple(post["media_digests"]),
            tuple(post["alt_texts"]),
        )
        for post in seen.posts
    )


def moment(value: str) -> datetime:
    """Read a time of the sandbox."""
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _rows(seen: Seen, query: str) -> list[str]:
    with seen.app.engine.connect() as connection:
        return [str(tuple(row)) for row in connection.execute(text(query))]
