"""Changes to what is public, done by a worker: look, do, look again where the answer was lost.

Each round begins with a look. It keeps what the network shows as evidence, and it settles the round
before: what is gone was taken down, whoever lost the reply. Taking down twice does no harm, so a
killed worker's change is simply taken up again after its lease.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, select, update
from sqlmodel import Session, col

from connectors.after import Remover, offers
from connectors.contract import Credential, Seen
from connectors.errors import (
    ConnectorError,
    CredentialRejected,
    NotConfigured,
    OutcomeUnknown,
    Refused,
    Throttled,
)
from publisher import db, notices
from publisher.app import SYSTEM, App
from publisher.delivery import unlisted
from publisher.delivery.aftermath import LINK
from publisher.delivery.retry import backoff
from publisher.models import Account, Delivery, RemoteChange
from publisher.texts import removal as texts
from vault import store

log = structlog.get_logger(__name__)

TAKEN = 4
TRIES = 12
_TABLE: Any = RemoteChange.__table__  # type: ignore[attr-defined]
_WAITING = ("asked", "working")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change in hand; ``tries`` is its fence."""

    id: int
    delivery_id: int
    post_id: int
    part: int
    tries: int
    remote_id: str
    permalink: str
    account_id: int
    handle: str
    network: str
    plantel_id: int
    connector: str
    credential: Credential | None
    evidence: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What a round came to: the next state, when to go on, and what to tell people."""

    state: str
    wait: timedelta = timedelta()
    sentence: str = ""
    code: str = ""
    found_by: str = ""
    evidence: dict[str, Any] | None = None


def change_due(app: App) -> int:
    """Do one round of each change that is due; returns how many were. No transaction is open."""
    with app.read() as session:
        if session.execute(_due(app.clock())).first() is None:
            return 0
    with app.write() as session:
        taken = _take(app, session)
    for change in taken:
        ending = _round(app, change)
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
            delivery_id=delivery.id,
            post_id=delivery.post_id,
            part=change.part,
            tries=change.tries,
            remote_id=change.remote_id,
            permalink=change.permalink,
            account_id=account.id,
            handle=account.handle,
            network=account.network,
            plantel_id=account.plantel_id,
            connector=account.connector,
            credential=_credential(account.external_id, used.get(account.id)),
            evidence=change.evidence,
        )
        for change, delivery, account in rows
    ]


def _due(now: datetime) -> Select[tuple[int]]:
    return (
        select(_TABLE.c.id)
        .where(_TABLE.c.state.in_(_WAITING), _TABLE.c.next_at <= now)
        .order_by(_TABLE.c.next_at, _TABLE.c.part.desc(), _TABLE.c.id)
        .limit(TAKEN)
    )


def _credential(external_id: str, used: store.Used | None) -> Credential | None:
    if used is None or not used.fields:
        return None
    return Credential(external_id, {name: field.reveal() for name, field in used.fields.items()})


def _round(app: App, change: Change) -> Ending:
    if db.in_transaction():
        raise RuntimeError("no network inside a transaction")
    evidence = change.evidence
    try:
        remover = offers(app.connector(change.connector), Remover)  # type: ignore[type-abstract]
        if remover is None:
            return Ending(state="failed", sentence=texts.NOT_OFFERED)
        if change.credential is None:
            return Ending(state="failed", sentence=texts.NO_CREDENTIAL)
        seen = remover.see(change.credential, change.remote_id)
        if seen is None:
            return Ending(state="done", found_by="look", evidence=evidence)
        evidence = evidence or _shown(seen, app.clock())
        remover.delete(
            change.credential,
            change.remote_id,
            deadline=time.monotonic() + app.timing.call_deadline,
        )
    except ConnectorError as error:
        unlisted.report(app, error)
        return replace(after_error(app, error, change.tries), evidence=evidence)
    except Exception:
        log.exception("change.defect", change=change.id)
        return replace(again(app, change.tries, texts.DEFECT), evidence=evidence)
    return Ending(state="done", found_by="reply", evidence=evidence)


def after_error(app: App, error: ConnectorError, tries: int) -> Ending:
    """Say what follows when the network did not do it; a refusal leaves it to a person's hands."""
    match error:
        case Refused() | CredentialRejected() | NotConfigured():
            sentence = texts.REFUSED.format(said=error.sentence)
            return Ending(state="failed", sentence=sentence, code=error.code)
        case OutcomeUnknown():
            ending = again(app, tries, texts.LOOKING)
            wait = timedelta(seconds=app.timing.listing_lag)
            return replace(ending, wait=max(ending.wait, wait), code=error.code)
        case Throttled(until=until) if until is not None:
            ending = again(app, tries, error.sentence)
            return replace(ending, wait=max(ending.wait, until - app.clock()), code=error.code)
        case _:
            return replace(again(app, tries, error.sentence), code=error.code)


def again(app: App, tries: int, sentence: str) -> Ending:
    """Return the ending that leads to another round, or to a person after too many."""
    if tries >= TRIES:
        return Ending(state="failed", sentence=texts.GIVEN_UP.format(said=sentence))
    wait = backoff(tries, timing=app.timing, jitter=app.jitter())
    return Ending(state="asked", wait=wait, sentence=sentence)


def _shown(seen: Seen, now: datetime) -> dict[str, Any]:
    return {
        "at": now.isoformat(),
        "text": seen.text,
        "link": seen.permalink,
        "created": seen.created_at.isoformat(),
        "media": list(seen.media_keys),
    }


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
    removed = ending.state == "done"
    app.note(
        session,
        app.entry(
            SYSTEM,
            "delivery.removed" if removed else "delivery.not_removed",
            "delivery",
            change.delivery_id,
            plantel_id=change.plantel_id,
            reason=ending.sentence,
            result="ok" if removed else "failed",
            before=change.remote_id,
            detail=json.dumps(
                {"part": change.part, "found_by": ending.found_by, "shown": ending.evidence},
                ensure_ascii=False,
            ),
        ),
    )
    account = f"{change.handle} ({change.network})"
    notices.notify(
        session,
        app,
        person_ids=notices.custodians(session, change.plantel_id, now=now),
        kind="delivery.removal",
        subject=(texts.DONE_SUBJECT if removed else texts.FAILED_SUBJECT).format(account=account),
        body=texts.DONE_BODY if removed else ending.sentence,
        link=LINK.format(post=change.post_id),
    )
