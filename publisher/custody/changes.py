"""A change of what people hold of an account, from its record until it is in force.

Whoever changes the password at the network seals it here; the director and Vinculación say that
they know, never the one who made it. Nobody is told a value: who, when, which and why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from publisher import access, notices
from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.custody import duties
from publisher.custody.hearers import hearers
from publisher.custody.subjects import Subject, subject
from publisher.errors import Conflict, Invalid, NotFound
from publisher.texts import custody as texts
from vault import custody, store
from vault.audit import Trail
from vault.custody_tables import CHANGE_CAUSES, CredentialChange
from vault.errors import SecretSame
from vault.secret import Secret
from vault.tables import VaultSecretVersion

CAUSES = tuple(cause for cause in CHANGE_CAUSES if cause != "token")
LONGEST = 2_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SEED = re.compile(r"[A-Z2-7]{16,}=*")
_IN_REASON = 6


def record(
    app: App,
    actor: Actor,
    account_id: int,
    fields: Mapping[str, Secret],
    *,
    cause: str,
    reason: str,
) -> int:
    """Seal what changed of an account and open its change; return the change's id.

    ``fields`` are of ``vault.custody.FIELDS``; what is left empty, or is the value in force, stays
    as it is. ``cause`` is one of ``CAUSES``. The duties that it fulfils are closed; custodian,
    director and coordination hear of it, never of a value. Raises ``Forbidden``, ``NotFound``,
    ``Conflict``, and ``Invalid`` for a value that cannot be one, or was used before.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(texts.REASON_MISSING, field="reason")
    if cause not in CAUSES:
        raise Invalid(texts.CAUSE_UNKNOWN, field="cause")
    given = _given(fields)
    if any(len(one.reveal()) >= _IN_REASON and one.reveal() in reason for one in given.values()):
        raise Invalid(texts.VALUE_IN_REASON, field="reason")
    now = app.clock()
    with app.write() as session:
        held = subject(session, account_id)
        access.authorize(actor, "credential.rotate", plantel_id=held.plantel_id)
        versions = _seal(session, app, actor, held, given, reason=reason, now=now)
        if not versions:
            raise Invalid(texts.NOTHING_CHANGED, field="fields")
        directors = persons_with(session, "DIRP", now=now, plantel_id=held.plantel_id)
        change_id = custody.open_change(
            session,
            account_id=account_id,
            versions=versions,
            cause=cause,
            reason=reason,
            changed_by=actor.person_id,
            now=now,
            director_id=actor.person_id if actor.person_id in directors else None,
        )
        detail = {"change": change_id, "cause": cause, "versions": versions}
        _note(session, app, actor, "credential.change", held, reason=reason, detail=detail)
        duties.fulfil(session, app, actor, account_id, change_id, now=now)
        notices.notify(
            session,
            app,
            person_ids=hearers(session, account_id, now).everyone,
            kind="custody.change",
            subject=texts.CHANGED.format(account=held.name),
            body=texts.CHANGED_BODY.format(
                person=actor.name,
                fields=texts.fields(versions),
                account=held.name,
                plantel=held.plantel,
                when=notices.when(session, now, zone=held.timezone),
                cause=texts.CHANGE_CAUSES[cause],
                reason=reason,
            ),
            link=held.link,
        )
        return change_id


def mark_verified(app: App, actor: Actor, change_id: int) -> None:
    """Say that the new values open the account at its network: somebody of the plantel entered.

    A token is verified by the network itself. Raises ``Forbidden``, ``NotFound``, ``Conflict``.
    """
    now = app.clock()
    with app.write() as session:
        change, held = _change(session, change_id)
        access.authorize(actor, "custody.keep", plantel_id=held.plantel_id)
        _set(session, change, "verified_at", now)
        _note(session, app, actor, "custody.verify", held, detail={"change": change_id})


def confirm_as_director(app: App, actor: Actor, change_id: int) -> None:
    """Say as the plantel's director that the change is known. Raises as ``mark_verified`` does."""
    now = app.clock()
    with app.write() as session:
        change, held = _change(session, change_id)
        access.authorize(actor, "custody.direct", plantel_id=held.plantel_id)
        _set(session, change, "director_at", now, director_id=actor.person_id)
        _note(session, app, actor, "custody.director", held, detail={"change": change_id})


def acknowledge(app: App, actor: Actor, change_id: int) -> None:
    """Say *enterado* for Vinculación; never by whoever made the change. The plantel hears of it.

    Raises as ``mark_verified`` does.
    """
    now = app.clock()
    with app.write() as session:
        change, held = _change(session, change_id)
        access.authorize(actor, "custody.acknowledge", plantel_id=held.plantel_id)
        if change.changed_by == actor.person_id:
            raise Conflict(texts.OWN_CHANGE)
        _set(session, change, "vinculacion_at", now, vinculacion_id=actor.person_id)
        _note(session, app, actor, "custody.acknowledge", held, detail={"change": change_id})
        heard = hearers(session, held.account_id, now)
        notices.notify(
            session,
            app,
            person_ids=(heard.everyone - heard.coordinators) - {actor.person_id},
            kind="custody.acknowledged",
            subject=texts.ACKNOWLEDGED.format(account=held.name),
            body=texts.ACKNOWLEDGED_BODY.format(person=actor.name, account=held.name),
            link=held.link,
        )


def _seal(
    session: Session,
    app: App,
    actor: Actor,
    held: Subject,
    given: Mapping[str, Secret],
    *,
    reason: str,
    now: datetime,
) -> dict[str, int]:
    """Seal what differs from the values in force; return the versions of those fields."""
    by = app.by(actor)
    trail = Trail(key=app.audit_key, new_id=app.new_id)
    current = custody.held_versions(session, [held.account_id])[held.account_id]
    versions = {}
    for name, value in given.items():
        seal = store.rotate if name in current else store.put
        try:
            _refuse_used(session, app, held.account_id, name, value, current.get(name, 0))
            versions[name] = seal(
                session,
                app.keyring,
                account_id=held.account_id,
                field=name,
                value=value,
                by=by,
                now=now,
                reason=reason,
                trail=trail,
                plantel_id=held.plantel_id,
            )
        except SecretSame:
            continue
    return versions


def _refuse_used(
    session: Session, app: App, account_id: int, name: str, value: Secret, current: int
) -> None:
    """Refuse a password that the account had before: somebody may know it still."""
    if name not in custody.ROTATING:
        return
    used = session.scalars(
        select(col(VaultSecretVersion.digest)).where(
            col(VaultSecretVersion.account_id) == account_id,
            col(VaultSecretVersion.field) == name,
            col(VaultSecretVersion.version) < current,
        )
    ).all()
    if store.digest(app.keyring, account_id, name, value) in used:
        raise Invalid(texts.USED_BEFORE.format(field=texts.FIELDS[name]), field=name)


def _given(fields: Mapping[str, Secret]) -> dict[str, Secret]:
    """Return the fields that hold something, as they are to be kept."""
    if set(fields) - set(custody.FIELDS):
        names = ", ".join(texts.FIELDS[name] for name in custody.FIELDS)
        raise Invalid(texts.FIELDS_UNKNOWN.format(fields=names), field="fields")
    given = {}
    for name in custody.FIELDS:
        value = _as_kept(name, fields[name]) if name in fields else Secret("")
        # no frame of a refusal may hold a value in clear: a traceback may show its locals
        problem = _problem(name, value)
        if problem:
            raise Invalid(problem, field=name)
        if value:
            given[name] = value
    if not given:
        raise Invalid(texts.NOTHING_GIVEN, field="fields")
    return given


def _as_kept(name: str, typed: Secret) -> Secret:
    """Return what was typed without what a person adds to it; empty for nothing."""
    value = typed.reveal().strip("\r\n")
    if name == custody.SEED:
        value = re.sub(r"[\s-]", "", value).upper()
    elif name in {custody.USER, custody.MAIL}:
        value = value.strip()
    return Secret(value if value.strip() else "")


def _problem(name: str, value: Secret) -> str:
    """Return what is wrong with a value, empty for nothing."""
    field = texts.FIELDS[name]
    if len(value.reveal()) > LONGEST:
        return texts.TOO_LONG.format(field=field, limit=LONGEST)
    if _CONTROL.search(value.reveal().replace("\r\n", "\n")):
        return texts.NOT_TEXT.format(field=field)
    if name == custody.SEED and value and not _SEED.fullmatch(value.reveal()):
        return texts.SEED_INVALID
    return ""


def _change(session: Session, change_id: int) -> tuple[CredentialChange, Subject]:
    change = session.get(CredentialChange, change_id)
    if change is None:
        raise NotFound(texts.NO_SUCH_CHANGE)
    return change, subject(session, change.account_id, live=False)


def _set(
    session: Session, change: CredentialChange, column: str, now: datetime, **values: int
) -> None:
    """Fill one step of a change that still lacks it. Raises ``Conflict``."""
    table = CredentialChange.__table__  # type: ignore[attr-defined]
    done = session.execute(
        update(CredentialChange)
        .where(
            col(CredentialChange.id) == change.id,
            table.c[column].is_(None),
            col(CredentialChange.superseded_at).is_(None),
        )
        .values({column: now, **values})
        .returning(col(CredentialChange.id))
    ).first()
    if done is None:
        raise Conflict(texts.SUPERSEDED if change.superseded_at else texts.STEP_DONE)


def _note(
    session: Session,
    app: App,
    actor: Actor,
    action: str,
    held: Subject,
    *,
    detail: Mapping[str, object],
    reason: str = "",
) -> None:
    app.note(
        session,
        app.entry(
            actor,
            action,
            "account",
            held.account_id,
            plantel_id=held.plantel_id,
            reason=reason,
            detail=json.dumps(detail),
        ),
    )
