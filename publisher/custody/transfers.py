"""Handing the custody of accounts over: both sign, every password changes between, one acta.

The director of the plantel (or the Directora) opens it; who holds the accounts signs the delivery;
then whoever receives changes every password and signs; the director closes it: the old term ends
before the new one begins. Nobody signs both sides and nobody who knew a password keeps one. Source:
RS-5.1.3, reliability §2.4.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.custody import duties, parties, terms
from publisher.custody.subjects import subjects
from publisher.custody.transfer_notes import note, tell
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Plantel, WebSession
from publisher.texts import transfers as texts
from vault import custody, paper
from vault.custody_tables import CustodyTransfer


def open_transfer(
    app: App,
    actor: Actor,
    plantel_id: int,
    to_id: int,
    account_ids: Collection[int],
    *,
    cause: str,
    witness: str,
) -> int:
    """Open the handing over of accounts of a plantel to ``to_id``; return its id.

    Who hands over is whoever holds them all, or held them last. Raises ``Forbidden``, ``NotFound``,
    ``Invalid`` whose ``field`` says what to correct, ``Conflict`` where one of them is being handed
    over already.
    """
    access.authorize(actor, "custody.transfer", plantel_id=plantel_id)
    cause, witness = _line(cause), _line(witness)
    now = app.clock()
    with app.write() as session:
        # held, so that of two at once the second sees the first
        plantel = session.get(Plantel, plantel_id, with_for_update={"key_share": True})
        if plantel is None:
            raise NotFound(texts.NO_SUCH)
        held = parties.chosen(session, plantel, account_ids)
        from_id = parties.holder(session, plantel_id, held, to_id, now=now)
        if not terms.is_keeper(session, plantel_id, to_id, now=now):
            raise Invalid(texts.NOT_KEEPER.format(plantel=plantel.name), field="to_id")
        parties.check_words(session, cause, witness, from_id, to_id)
        parties.require_free(session, plantel_id, held)
        row = CustodyTransfer(
            folio=app.new_id(),
            plantel_id=plantel_id,
            from_id=from_id,
            to_id=to_id,
            cause=cause,
            witness=witness,
            accounts=[
                {
                    "account_id": account_id,
                    "before": custody.fingerprint(session, app.keyring, account_id),
                    "after": "",
                    "change_id": None,
                }
                for account_id in held
            ],
            opened_by=actor.person_id,
            opened_at=now,
        )
        session.add(row)
        session.flush()
        row.folio = paper.folio("ACT", _year(now, plantel), row.id or 0)
        session.flush()
        note(session, app, actor, "custody.transfer.open", row, reason=cause)
        tell(session, app, row, texts.OPENED, texts.OPENED_BODY, now=now, person=actor.name)
        return row.id or 0


def deliver(app: App, actor: Actor, transfer_id: int) -> None:
    """Sign the delivery; from now on every password is due to change.

    By whoever hands over. In that person's absence (no longer of the plantel) by the director or
    the Directora, never by whoever receives. Raises ``Forbidden``, ``NotFound``, ``Conflict``.
    """
    now = app.clock()
    with app.write() as session:
        row = _find(session, transfer_id)
        absent = parties.require_deliverer(session, actor, row, now=now)
        _move(session, row, "open", delivered_at=now)
        note(session, app, actor, "custody.transfer.deliver", row, absent=absent)
        for account_id in parties.account_ids_of(row):
            duties.oblige(session, app, account_id, "transfer", transfer_id, now=now)
        extra = texts.ABSENT if absent and row.from_id else ""
        body = "\n".join(part for part in (texts.DELIVERED_BODY, extra) if part)
        tell(session, app, row, texts.DELIVERED, body, now=now, person=actor.name)


def receive(app: App, actor: Actor, transfer_id: int) -> None:
    """Sign the reception, once every account has a password that the giver does not know.

    Raises ``Forbidden``, ``NotFound``, ``Conflict`` naming the accounts whose password is the old
    one still.
    """
    now = app.clock()
    with app.write() as session:
        row = _find(session, transfer_id)
        if actor.person_id != row.to_id:
            access.authorize(actor, "custody.read", plantel_id=row.plantel_id)
            raise Forbidden(texts.ONLY_RECEIVER.format(name=parties.name_of(session, row.to_id)))
        _require_state(row, "delivered")
        parties.require_receiver(session, row, now=now)
        accounts = _changed(session, app, row)
        _move(session, row, "delivered", received_at=now, accounts=accounts)
        note(session, app, actor, "custody.transfer.receive", row)
        tell(session, app, row, texts.RECEIVED, texts.RECEIVED_BODY, now=now, person=actor.name)


def complete(app: App, actor: Actor, transfer_id: int) -> None:
    """Close it: the old term and the old custodian's sessions end, then the new term begins.

    Not by whoever receives. Raises ``Forbidden``, ``NotFound``, ``Conflict``.
    """
    now = app.clock()
    with app.write() as session:
        row = _find(session, transfer_id)
        access.authorize(actor, "custody.transfer", plantel_id=row.plantel_id)
        if actor.person_id == row.to_id:
            raise Forbidden(texts.NOT_CLOSED_BY_RECEIVER)
        _require_state(row, "received")
        parties.require_receiver(session, row, now=now)
        # again: somebody may have changed one since the reception was signed
        accounts = _changed(session, app, row)
        _move(session, row, "received", completed_at=now, accounts=accounts)
        ended = _end_sessions(session, actor, row, now=now)
        held = subjects(session, parties.account_ids_of(row))
        # whoever received may have been assigned one meanwhile: that term is not this acta's
        terms.end_terms(session, list(held), now=now, custodian_id=row.to_id)
        for one in held.values():
            reason = texts.TERM_REASON.format(folio=row.folio, cause=row.cause)
            terms.begin_term(
                session, app, actor, one, row.to_id, reason=reason, now=now, transfer_id=row.id
            )
        note(session, app, actor, "custody.transfer.complete", row, sessions=ended)
        tell(session, app, row, texts.COMPLETED, texts.COMPLETED_BODY, now=now, person=actor.name)


def cancel(app: App, actor: Actor, transfer_id: int, *, reason: str) -> None:
    """Give it up before it is closed; passwords that were handed over must change all the same.

    Raises ``Forbidden``, ``NotFound``, ``Invalid``, ``Conflict``.
    """
    reason = _line(reason)
    now = app.clock()
    with app.write() as session:
        row = _find(session, transfer_id)
        access.authorize(actor, "custody.transfer", plantel_id=row.plantel_id)
        if not reason:
            raise Invalid(texts.REASON_MISSING, field="reason")
        delivered = row.delivered_at is not None
        _move(session, row, "live", cancelled_at=now, cancel_reason=reason)
        note(session, app, actor, "custody.transfer.cancel", row, reason=reason)
        body = texts.CANCELLED_BODY
        if delivered and row.received_at is None:
            body = f"{body}\n{texts.STILL_DUE}"
        tell(
            session,
            app,
            row,
            texts.CANCELLED,
            body,
            now=now,
            person=actor.name,
            reason=reason,
        )


def _require_state(row: CustodyTransfer, state: paper.TransferState) -> None:
    if paper.transfer_state(row) != state:
        raise _not_now(row)


def _not_now(row: CustodyTransfer) -> Conflict:
    words = texts.STATES[paper.transfer_state(row)]
    return Conflict(texts.NOT_NOW.format(folio=row.folio, state=words))


def _move(session: Session, row: CustodyTransfer, when: str, **values: object) -> None:
    if not paper.move_transfer(session, row.id or 0, when=when, **values):
        raise _not_now(row)


def _changed(session: Session, app: App, row: CustodyTransfer) -> list[dict[str, Any]]:
    """Return the acta's accounts with what each holds now. Raises ``Conflict`` for an old one."""
    held = subjects(session, parties.account_ids_of(row))
    givers = {row.from_id} if row.from_id is not None else set[int]()
    since = row.delivered_at or row.opened_at
    accounts, old = [], []
    for one in row.accounts:
        account_id = int(one["account_id"])
        change = paper.new_password(session, account_id, since=since, not_by=givers)
        if change is None:
            old.append(held[account_id].name)
            continue
        after = custody.fingerprint(session, app.keyring, account_id)
        accounts.append(one | {"after": after, "change_id": change.id})
    if old:
        raise Conflict(texts.NOT_CHANGED.format(accounts=parties.listed(old)))
    return accounts


def _end_sessions(session: Session, actor: Actor, row: CustodyTransfer, *, now: datetime) -> int:
    """End the sessions of who handed over, but the one that closes the acta; return how many."""
    if row.from_id is None:
        return 0
    statement = update(WebSession).where(
        col(WebSession.person_id) == row.from_id, col(WebSession.revoked_at).is_(None)
    )
    if actor.session_ref:
        statement = statement.where(
            ~col(WebSession.token_hash).startswith(actor.session_ref, autoescape=True)
        )
    ended = session.execute(
        statement.values(revoked_at=now).returning(col(WebSession.token_hash))
    ).all()
    return len(ended)


def _find(session: Session, transfer_id: int) -> CustodyTransfer:
    row = session.get(CustodyTransfer, transfer_id)
    if row is None:
        raise NotFound(texts.NO_SUCH)
    return row


def _year(now: datetime, plantel: Plantel) -> int:
    return now.astimezone(ZoneInfo(plantel.timezone)).year


def _line(text: str) -> str:
    return " ".join(text.split())
