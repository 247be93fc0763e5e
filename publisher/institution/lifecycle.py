"""The life of planteles and accounts: renamed, merged, closed, replaced, paused, resumed.

Whatever the change, the future deliveries of its accounts are held by one guarded UPDATE and wait
for a person; what was published stays as it was.
"""

from __future__ import annotations

import json

from sqlalchemy import select, update
from sqlmodel import Session, col

from publisher import access
from publisher.access import in_force
from publisher.app import Actor, App
from publisher.custody import leaving
from publisher.errors import Conflict, Invalid
from publisher.institution.holding import (
    accounts_of,
    active_plantel,
    hold,
    hold_renamed,
    live_account,
    release,
)
from publisher.institution.plan_accounts import EXTERNAL_ID
from publisher.models import Account, Designation, Plantel
from publisher.texts import institution as texts


def rename_plantel(app: App, actor: Actor, plantel_id: int, *, name: str, reason: str) -> int:
    """Give a plantel its new name; the code stays. Returns how many deliveries are now held."""
    access.authorize(actor, "institution.manage")
    name, reason = " ".join(name.split()), _reason(reason)
    if not name:
        raise Invalid(texts.ROW_REQUIRED.format(column=texts.COLUMN_LABELS["nombre"]), field="name")
    with app.write() as session:
        plantel = active_plantel(session, plantel_id)
        if plantel.name == name:
            raise Conflict(texts.NAME_SAME)
        before = plantel.name
        plantel.name = name
        held = hold_renamed(session, app, plantel_id, before=before, reason=reason)
        told = json.dumps({"antes": before, "ahora": name, "detenidos": held}, ensure_ascii=False)
        _note(app, session, actor, "plantel.rename", plantel_id, reason, told)
        return held


def close_plantel(app: App, actor: Actor, plantel_id: int, *, reason: str) -> int:
    """Close a plantel: its accounts and designations end. Returns how many deliveries are held."""
    access.authorize(actor, "institution.manage")
    reason = _reason(reason)
    with app.write() as session:
        plantel = active_plantel(session, plantel_id)
        plantel.state = "closed"
        held = _end(session, app, plantel_id, texts.HELD_CLOSED.format(reason=reason))
        _note(app, session, actor, "plantel.close", plantel_id, reason, _held(held))
        return held


def merge_planteles(app: App, actor: Actor, from_id: int, into_id: int, *, reason: str) -> int:
    """Merge one plantel into another: the first ends as in ``close_plantel`` and names the second.

    Its history stays under its own code. Returns how many deliveries are held.
    """
    access.authorize(actor, "institution.manage")
    reason = _reason(reason)
    if from_id == into_id:
        raise Invalid(texts.MERGE_SELF, field="into")
    with app.write() as session:
        source, into = active_plantel(session, from_id), active_plantel(session, into_id)
        source.state, source.merged_into_id = "merged", into_id
        sentence = texts.HELD_MERGED.format(into=into.name, reason=reason)
        held = _end(session, app, from_id, sentence)
        told = json.dumps({"into": into_id, "detenidos": held})
        _note(app, session, actor, "plantel.merge", from_id, reason, told)
        return held


def replace_account(
    app: App,
    actor: Actor,
    account_id: int,
    *,
    handle: str,
    external_id: str,
    url: str = "",
    reason: str,
) -> int:
    """Put another account of the same network in the place of one that is lost; return its id.

    The approval of what waits names the old account: those deliveries are held. An account of the
    plantel that was replaced before comes back, with its credential and history: so an account may
    change between the identifiers that the official and the unofficial way know it by.
    """
    access.authorize(actor, "institution.manage")
    reason = _reason(reason)
    handle, external_id = handle.strip().lstrip("@"), external_id.strip()
    if not handle:
        raise Invalid(texts.HANDLE_INVALID.format(handle=handle), field="handle")
    if not EXTERNAL_ID.fullmatch(external_id):
        value = external_id[:40]
        raise Invalid(texts.EXTERNAL_ID_INVALID.format(value=value), field="external_id")
    with app.write() as session:
        old = live_account(session, account_id)
        active_plantel(session, old.plantel_id)
        back = _replaced_before(session, old, external_id)
        old.state, old.state_reason = "replaced", reason
        session.flush()
        new = back or Account(
            plantel_id=old.plantel_id,
            network=old.network,
            connector=old.network,
            handle=handle,
            external_id=external_id,
            created_at=app.clock(),
        )
        new.handle, new.url = handle, url.strip() or new.url
        new.state, new.state_reason, new.replaced_by_id = "active", "", None
        session.add(new)
        session.flush()
        old.replaced_by_id = new.id
        sentence = texts.HELD_REPLACED.format(reason=reason)
        held = hold(session, app, old.plantel_id, [account_id], sentence)
        told = json.dumps({"new": new.id, "detenidos": held})
        _note(app, session, actor, "account.replace", account_id, reason, told, old.plantel_id)
        return new.id or 0


def _replaced_before(session: Session, old: Account, external_id: str) -> Account | None:
    """Return the account of the plantel that ``old`` once replaced, if it has that identifier.

    Raises ``Conflict`` where the identifier is any other account's.
    """
    taken = session.scalars(
        select(Account).where(
            col(Account.network) == old.network, col(Account.external_id) == external_id
        )
    ).one_or_none()
    if taken is None:
        return None
    if taken.state == "replaced" and taken.plantel_id == old.plantel_id:
        return taken
    plantel = session.get_one(Plantel, taken.plantel_id)
    raise Conflict(texts.ACCOUNT_TAKEN.format(network=old.network, plantel=plantel.name))


def pause_account(app: App, actor: Actor, account_id: int, *, reason: str) -> int:
    """Stop one account until ``resume_account``. Returns how many deliveries are held."""
    reason = _reason(reason)
    with app.write() as session:
        account = live_account(session, account_id)
        access.authorize(actor, "queue.pause", plantel_id=account.plantel_id)
        account.state, account.state_reason = "paused", reason
        sentence = texts.HELD_PAUSED.format(reason=reason)
        held = hold(session, app, account.plantel_id, [account_id], sentence)
        _note(
            app,
            session,
            actor,
            "account.pause",
            account_id,
            reason,
            _held(held),
            account.plantel_id,
        )
        return held


def resume_account(app: App, actor: Actor, account_id: int, *, reason: str = "") -> int:
    """Let a paused account publish again; what it held is scheduled as it was.

    What is past its limit by then is held again by the engine as late. Returns how many resumed.
    """
    now = app.clock()
    with app.write() as session:
        account = live_account(session, account_id)
        access.authorize(actor, "queue.pause", plantel_id=account.plantel_id)
        if account.state != "paused":
            raise Conflict(texts.ACCOUNT_NOT_PAUSED)
        account.state, account.state_reason = "active", ""
        resumed = release(session, [account_id], now)
        told = json.dumps({"reanudados": resumed})
        _note(app, session, actor, "account.resume", account_id, reason, told, account.plantel_id)
        return resumed


def release_plantel(app: App, actor: Actor, plantel_id: int, *, reason: str) -> int:
    """Schedule again what a rename held, once somebody has read it. Returns how many resumed."""
    access.authorize(actor, "delivery.decide", plantel_id=plantel_id)
    reason = _reason(reason)
    with app.write() as session:
        active_plantel(session, plantel_id)
        resumed = release(
            session, accounts_of(session, plantel_id, states=("active",)), app.clock()
        )
        told = json.dumps({"reanudados": resumed})
        _note(app, session, actor, "plantel.release", plantel_id, reason, told)
        return resumed


def _end(session: Session, app: App, plantel_id: int, sentence: str) -> int:
    now = app.clock()
    live = accounts_of(session, plantel_id)
    # Before the designations end: whoever answered for the accounts still hears of it.
    held = hold(session, app, plantel_id, live, sentence)
    session.execute(
        update(Account)
        .where(col(Account.id).in_(live))
        .values(state="closed", state_reason=sentence)
    )
    designations = session.scalars(
        select(Designation).where(col(Designation.plantel_id) == plantel_id, in_force(now))
    ).all()
    for designation in designations:
        designation.ends_at = now
    session.flush()
    for designation in designations:
        leaving.oblige_for_designation(session, app, designation, now=now)
    return held


def _note(
    app: App,
    session: Session,
    actor: Actor,
    action: str,
    object_id: int,
    reason: str,
    detail: str,
    plantel_id: int | None = None,
) -> None:
    entry = app.entry(
        actor,
        action,
        action.partition(".")[0],
        object_id,
        plantel_id=object_id if plantel_id is None else plantel_id,
        reason=reason,
        detail=detail,
    )
    app.note(session, entry)


def _held(count: int) -> str:
    return json.dumps({"detenidos": count})


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(texts.CHANGE_REASON, field="reason")
    return reason
