"""Changes to what is public, done by a worker: look, do, look again where the answer was lost.

Each round begins with a look (``change_round``). Taking down twice does no harm, and a text is
replaced only where the one that was to be replaced still stands, so a killed worker's change is
simply taken up again after its lease. The emergency stop keeps corrections back, which make
something visible, and never removals.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select, update
from sqlmodel import Session, col

from connectors.contract import Credential
from publisher import notices
from publisher.app import SYSTEM, App
from publisher.custody import kept
from publisher.delivery.aftermath import LINK
from publisher.delivery.change_round import Change, Ending, go
from publisher.models import Account, Delivery, Pause, RemoteChange
from vault import store

TAKEN = 4
_TABLE: Any = RemoteChange.__table__  # type: ignore[attr-defined]
_WAITING = ("asked", "working")
_LITERALLY: Any = bindparam("waiting", _WAITING, expanding=True, literal_execute=True)
"""As literals: a partial index is not used for a parameter."""
_DONE = {"removal": "delivery.removed", "correction": "delivery.corrected"}
_FAILED = {"removal": "delivery.not_removed", "correction": "delivery.not_corrected"}


def change_due(app: App) -> int:
    """Do one round of each change that is due; returns how many were. No transaction is open."""
    with app.read() as session:
        if session.execute(_due(app.clock())).first() is None:
            return 0
    with app.write() as session:
        taken = _take(app, session)
    for change in taken:
        ending = go(app, change)
        with app.write() as session:
            _settle(app, session, change, ending)
    return len(taken)


def _take(app: App, session: Session) -> list[Change]:
    """Take what is due; ``next_at`` keeps other workers off it for as long as a call may last."""
    now = app.clock()
    ids = list(session.execute(_due(now).with_for_update(skip_locked=True)).scalars())
    if not ids:
        return []
    until = now + timedelta(seconds=app.timing.lease)
    session.execute(
        update(_TABLE)
        .where(_TABLE.c.id.in_(ids))
        .values(state="working", tries=_TABLE.c.tries + 1, next_at=until)
    )
    rows = session.execute(
        select(RemoteChange, Delivery, Account)
        .join(Delivery, col(Delivery.id) == col(RemoteChange.delivery_id))
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(col(RemoteChange.id).in_(ids))
        .order_by(col(RemoteChange.part).desc(), col(RemoteChange.id))
    ).all()
    used = store.use_many(session, app.keyring, {account.id for _, _, account in rows})
    return [
        Change(
            id=change.id,
            kind=change.kind,
            delivery_id=delivery.id,
            post_id=delivery.post_id,
            part=change.part,
            tries=change.tries,
            remote_id=change.remote_id,
            permalink=change.permalink,
            asked_by=change.asked_by,
            before=change.replaced,
            text=change.text,
            digest=change.digest,
            account_id=account.id,
            handle=account.handle,
            network=account.network,
            plantel_id=account.plantel_id,
            connector=account.connector,
            credential=_credential(app, account.external_id, used.get(account.id)),
            evidence=change.evidence,
        )
        for change, delivery, account in rows
    ]


def _due(now: datetime) -> Select[tuple[int]]:
    return (
        select(_TABLE.c.id)
        .where(
            _TABLE.c.state.in_(_LITERALLY),
            _TABLE.c.next_at <= now,
            or_(_TABLE.c.kind != "correction", ~_stopped().exists()),
        )
        .order_by(_TABLE.c.next_at, _TABLE.c.part.desc(), _TABLE.c.id)
        .limit(TAKEN)
    )


def _stopped() -> Select[int | None]:
    """Return the subquery of emergency stops that hold for the account of a change."""
    return (
        select(col(Pause.id))
        .select_from(Delivery)
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .join(
            Pause,
            and_(
                col(Pause.lifted_at).is_(None),
                or_(
                    col(Pause.plantel_id).is_(None),
                    col(Pause.plantel_id) == col(Account.plantel_id),
                ),
            ),
        )
        .where(col(Delivery.id) == _TABLE.c.delivery_id)
        .correlate(_TABLE)
    )


def _credential(app: App, external_id: str, used: store.Used | None) -> Credential | None:
    if used is None or not used.fields:
        return None
    return kept.credential(app, external_id, used)


def _settle(app: App, session: Session, change: Change, ending: Ending) -> None:
    now = app.clock()
    done: Any = session.execute(
        update(_TABLE)
        .where(
            _TABLE.c.id == change.id,
            _TABLE.c.tries == change.tries,
            _TABLE.c.state == "working",
        )
        .values(
            state=ending.state,
            next_at=now + ending.wait,
            sentence=ending.sentence,
            code=ending.code,
            found_by=ending.found_by,
            evidence=ending.evidence,
            done_at=now if ending.state == "done" else None,
        )
    )
    if not done.rowcount or ending.state in _WAITING:
        return
    _tell(app, session, change, ending, now)


def _tell(app: App, session: Session, change: Change, ending: Ending, now: datetime) -> None:
    """Write down how it ended, and tell whoever answers for the account and whoever asked."""
    done, corrected = ending.state == "done", change.kind == "correction"
    told = {"part": change.part, "found_by": ending.found_by, "shown": ending.evidence}
    if corrected:
        told |= {"change": change.id, "digest": change.digest}
    app.note(
        session,
        app.entry(
            SYSTEM,
            (_DONE if done else _FAILED)[change.kind],
            "delivery",
            change.delivery_id,
            plantel_id=change.plantel_id,
            reason=ending.sentence,
            result="ok" if done else "failed",
            before=_sha256(change.before) if corrected else change.remote_id,
            after=_sha256(change.text) if corrected and done else "",
            detail=json.dumps(told, ensure_ascii=False),
        ),
    )
    words = change.words
    account = f"{change.handle} ({change.network})"
    people = set(notices.custodians(session, change.plantel_id, now=now))
    notices.notify(
        session,
        app,
        person_ids=people | {change.asked_by} if corrected else people,
        kind=f"delivery.{change.kind}",
        subject=(words.DONE_SUBJECT if done else words.FAILED_SUBJECT).format(account=account),
        body=words.DONE_BODY if done else ending.sentence,
        link=LINK.format(post=change.post_id),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
