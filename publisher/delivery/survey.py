"""What accounts show and what people did with it, read now and then by a worker.

Each reading asks an account for its newest posts, for the figures of ours of the last days, and,
where the network states one, for its quota of posts; then for the comments of those posts that have
others than before (``listening``). Nothing is asked of a platform that is spared or short of quota:
sends come first. A person who may see the post reads its comments at once when they ask
(``comments``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from connectors import prices
from connectors.after import Comment, Listener, Meter, Metrics, Rationed, offers
from connectors.contract import Credential, Seen, Usage
from connectors.errors import ConnectorError
from connectors.registry import CONNECTORS
from publisher import access, db
from publisher.app import Actor, App
from publisher.custody import kept
from publisher.delivery import bucket as buckets
from publisher.delivery import listening, unlisted
from publisher.delivery.listening import Heard
from publisher.delivery.outbox.removed import removing
from publisher.delivery.pace import hear, read_breakers, read_buckets
from publisher.errors import Conflict, NotFound
from publisher.models import Account, Delivery, Receipt, RemotePost
from publisher.texts import survey as texts
from vault import store

log = structlog.get_logger(__name__)

TAKEN = 4
LISTED = 20
MEASURED = 50
MEMORY = timedelta(days=30)
EXCERPT = 280
BILLED_EVERY = 4
"""A network that bills reads is asked this many times less often."""

BILLED = frozenset(row.network for row in prices.rows() if row.item == "read")
_TABLE: Any = RemotePost.__table__  # type: ignore[attr-defined]
_FIGURES = ("likes", "comments", "shares", "views")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An account to read; ``ours`` are its posts of the last days: (delivery, since when).

    ``listened`` is how many comments each had when they were last read.
    """

    account_id: int
    connector: str
    handle: str
    credential: Credential
    ours: Mapping[str, tuple[int, datetime]]
    listened: Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one account showed; what could not be read is empty."""

    shown: tuple[Seen, ...] = ()
    figures: Mapping[str, Metrics] | None = None
    usage: tuple[Usage, ...] = ()
    heard: Mapping[str, Heard] = field(default_factory=dict)


def survey_due(app: App) -> int:
    """Read the accounts whose turn it is; returns how many. No transaction is open."""
    now = app.clock()
    with app.read() as session:
        ids = _due(app, session, now)
    if not ids:
        return 0
    with app.write() as session:
        subjects = _take(app, session, ids, now)
    for subject in subjects:
        reading = _read(app, subject)
        with app.write() as session:
            _keep(session, subject, reading, now=app.clock())
    return len(subjects)


def comments(app: App, actor: Actor, delivery_id: int, *, limit: int = 20) -> tuple[Comment, ...]:
    """Read the newest comments of a published delivery, for whoever may see it; none is stored.

    Raises ``NotFound``, ``Forbidden``, and ``Conflict`` where the network gives none or does not
    answer.
    """
    with app.read() as session:
        row = session.execute(
            select(Account, Receipt)
            .join(Delivery, col(Delivery.account_id) == col(Account.id))
            .join(Receipt, col(Receipt.delivery_id) == col(Delivery.id))
            .where(col(Delivery.id) == delivery_id, col(Receipt.part) == 0)
        ).first()
        if row is None:
            raise NotFound(texts.NO_SUCH)
        account, receipt = row
        access.authorize(actor, "calendar.read", plantel_id=account.plantel_id)
        credential = _credential(app, session, account)
    listener = offers(app.connector(account.connector), Listener)  # type: ignore[type-abstract]
    if listener is None or credential is None:
        raise Conflict(texts.NO_COMMENTS_HERE)
    if db.in_transaction():
        raise RuntimeError("no network inside a transaction")
    try:
        return listener.comments(credential, receipt.remote_id, limit=limit)
    except ConnectorError as error:
        unlisted.report(app, error)
        raise Conflict(texts.NOT_ANSWERED.format(said=error.sentence)) from None


def _due(app: App, session: Session, now: datetime) -> list[int]:
    every = timedelta(seconds=app.timing.survey_every)
    last = func.coalesce(col(Account.surveyed_at), col(Account.created_at))
    rare = col(Account.network).in_(BILLED) & (last <= now - BILLED_EVERY * every)
    often = col(Account.network).not_in(BILLED) & (last <= now - every)
    spared = _spared(session, now)
    return [
        id_ or 0
        for id_ in session.scalars(
            select(col(Account.id))
            .where(
                col(Account.state) == "active",
                col(Account.connector).not_in(spared),
                or_(rare, often),
                or_(col(Account.ready_at).is_(None), col(Account.ready_at) <= now),
            )
            .order_by(last, col(Account.id))
            .limit(TAKEN)
        )
    ]


def _spared(session: Session, now: datetime) -> frozenset[str]:
    """Return the connectors of which nothing more is asked than what sends need."""
    broken = {key for key, known in read_breakers(session).items() if not known.is_closed}
    found = read_buckets(session, CONNECTORS)
    return frozenset(broken | {k for k, b in found.items() if buckets.free(b, now=now) < 1})


def _take(app: App, session: Session, ids: Sequence[int], now: datetime) -> list[Subject]:
    """Mark the accounts as read now, before they are: one that fails is asked next time."""
    taken: Any = session.execute(
        update(Account)
        .where(
            col(Account.id).in_(ids),
            func.coalesce(col(Account.surveyed_at), col(Account.created_at)) < now,
        )
        .values(surveyed_at=now)
        .returning(col(Account.id))
    )
    subjects = []
    for account_id in sorted(taken.scalars()):
        account = session.get_one(Account, account_id)
        credential = _credential(app, session, account)
        if credential is not None:
            subjects.append(
                Subject(
                    account_id=account_id,
                    connector=account.connector,
                    handle=account.handle,
                    credential=credential,
                    ours=_ours(session, account_id, since=now - MEMORY),
                    listened=_listened(session, account_id, since=now - MEMORY),
                )
            )
    return subjects


def _credential(app: App, session: Session, account: Account) -> Credential | None:
    account_id = account.id or 0
    used = store.use_many(session, app.keyring, [account_id]).get(account_id)
    if used is None or not used.fields:
        return None
    return kept.credential(app, account.external_id, used)


def _ours(session: Session, account_id: int, *, since: datetime) -> dict[str, tuple[int, datetime]]:
    rows = session.execute(
        select(col(Receipt.remote_id), col(Receipt.delivery_id), col(Receipt.published_at))
        .where(
            col(Receipt.account_id) == account_id,
            col(Receipt.part) == 0,
            col(Receipt.published_at) >= since,
            ~removing().exists(),
        )
        .order_by(col(Receipt.published_at).desc())
        .limit(MEASURED)
    )
    return {row.remote_id: (row.delivery_id, row.published_at) for row in rows}


def _listened(session: Session, account_id: int, *, since: datetime) -> dict[str, int | None]:
    rows = session.execute(
        select(col(RemotePost.remote_id), col(RemotePost.listened)).where(
            col(RemotePost.account_id) == account_id, col(RemotePost.created_at) >= since
        )
    )
    return {row.remote_id: row.listened for row in rows}


def _read(app: App, subject: Subject) -> Reading:
    if db.in_transaction():
        raise RuntimeError("no network inside a transaction")
    shown: tuple[Seen, ...] = ()
    figures: Mapping[str, Metrics] = {}
    usage: tuple[Usage, ...] = ()
    heard: Mapping[str, Heard] = {}
    try:
        connector = app.connector(subject.connector)
        rationed = offers(connector, Rationed)  # type: ignore[type-abstract]
        if rationed is not None:
            usage = rationed.allowance(subject.credential)
        since = app.clock() - MEMORY
        shown = connector.recent(subject.credential, since=since, limit=LISTED).items
        meter = offers(connector, Meter)  # type: ignore[type-abstract]
        if meter is not None and subject.ours:
            figures = meter.metrics(subject.credential, list(subject.ours))
        since_of = {id_: at for id_, (_, at) in subject.ours.items()}
        ids = listening.asks(figures, subject.listened, since_of, app.clock())
        heard = listening.hear(connector, subject.credential, figures, ids)
    except ConnectorError as error:
        unlisted.report(app, error)
        log.info("survey.failed", account=subject.account_id, code=error.code)
        usage = (*usage, *error.usage)
    except Exception:
        # a reading is no one's duty: its defect is logged, and the next one comes by itself
        log.exception("survey.defect", account=subject.account_id)
    return Reading(shown=shown, figures=figures, usage=usage, heard=heard)


def _keep(session: Session, subject: Subject, reading: Reading, *, now: datetime) -> None:
    hear(session, subject.connector, subject.account_id, reading.usage, now=now)
    _upsert(
        session, (_shown(subject, seen, now) for seen in reading.shown), ("permalink", "seen_at")
    )
    links = {seen.remote_id: seen.permalink for seen in reading.shown}
    _upsert(
        session,
        (
            {
                "account_id": subject.account_id,
                "remote_id": remote_id,
                "delivery_id": subject.ours[remote_id][0],
                "text": "",
                "permalink": links.get(remote_id, ""),
                "created_at": subject.ours[remote_id][1],
                "first_seen_at": now,
                "seen_at": now,
                "measured_at": now,
                **{name: getattr(told, name) for name in _FIGURES},
            }
            for remote_id, told in (reading.figures or {}).items()
            if remote_id in subject.ours
        ),
        ("delivery_id", "measured_at", *_FIGURES),
    )
    listening.keep(session, subject.account_id, subject.handle, reading.heard, now=now)


def _shown(subject: Subject, seen: Seen, now: datetime) -> dict[str, Any]:
    delivery_id, _ = subject.ours.get(seen.remote_id, (None, None))
    return {
        "account_id": subject.account_id,
        "remote_id": seen.remote_id,
        "delivery_id": delivery_id,
        "text": "" if delivery_id else seen.text[:EXCERPT],
        "permalink": seen.permalink,
        "created_at": seen.created_at,
        "first_seen_at": now,
        "seen_at": now,
    }


def _upsert(session: Session, rows: Iterable[Mapping[str, Any]], changed: Sequence[str]) -> None:
    values = [dict(row) for row in rows]
    if not values:
        return
    insert: Any = (
        sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    )
    statement = insert(_TABLE)
    statement = statement.on_conflict_do_update(
        index_elements=["account_id", "remote_id"],
        set_={name: statement.excluded[name] for name in changed},
    )
    session.connection().execute(statement, values)
