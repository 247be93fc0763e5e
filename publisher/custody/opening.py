"""One opening of values to a person: recorded in one transaction, given out once it is chained.

Whatever way led here (a request, the custodian's own reading, an emergency, a printed sheet), the
values leave through ``linked``: after the commit, after the seal, after proof of both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import notices, people, sealing
from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.custody import duties, telling
from publisher.custody.reasons import reasons
from publisher.custody.subjects import Subject, subject
from publisher.errors import Conflict, Forbidden, Invalid, NotFound, Unready
from publisher.models import Person
from publisher.texts import disclosure as texts
from vault import audit, disclosure, store
from vault.audit import Trail
from vault.custody_tables import Disclosure
from vault.disclosure import BREAK_GLASS, OWN, REQUEST, Opening
from vault.secret import Secret
from vault.tables import VaultSecret

OBJECT = "disclosure"

NEVER = frozenset({"ADM", "AUD"})
"""Who holds one of these roles reads no value and lets nobody read one, whatever else they hold."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The values of one opening, for the screen of whoever opened it and nothing else.

    ``until`` is when that screen forgets them; ``person`` and ``at`` are its watermark.
    """

    id: int
    account: str
    fields: Mapping[str, Secret]
    person: str
    at: datetime
    until: datetime


def never_for(actor: Actor) -> None:
    """Raise ``Forbidden`` for whoever administers or audits, and for the installation itself."""
    if actor.roles & NEVER or not actor.person_id:
        raise Forbidden(texts.NEVER)


def require(session: Session, app: App, actor: Actor, *, now: datetime) -> None:
    """Ask what every opening asks of its person: a fresh second factor, and fewer than five today.

    In the transaction that opens: the person's row is held, so that two at once are both counted;
    with the weaker lock, which lets others write them a notice meanwhile.
    """
    people.require_factor(session, app, actor)
    session.execute(
        select(col(Person.id))
        .where(col(Person.id) == actor.person_id)
        .with_for_update(key_share=True)
    )
    if disclosure.spent(disclosure.opened_lately(session, actor.person_id, now=now)):
        oldest = session.scalars(
            select(col(Disclosure.shown_at))
            .where(
                col(Disclosure.asked_by) == actor.person_id, col(Disclosure.shown_at).is_not(None)
            )
            .order_by(col(Disclosure.shown_at).desc())
            .offset(disclosure.OPENINGS - 1)
            .limit(1)
        ).one()
        free = (oldest or now) + disclosure.PERIOD
        when = notices.when(session, free)
        raise Conflict(texts.SPENT.format(limit=disclosure.OPENINGS, when=when))


def find(session: Session, disclosure_id: int) -> tuple[Opening, Subject]:
    """Return an opening and its account. Raises ``NotFound``."""
    one = disclosure.find(session, disclosure_id)
    if one is None:
        raise NotFound(texts.NO_SUCH)
    return one, subject(session, one.account_id, live=False)


def apply(
    session: Session,
    app: App,
    actor: Actor,
    held: Subject,
    fields: Sequence[str],
    kind: str,
    reason_code: str,
    reason: str,
    *,
    now: datetime,
) -> Opening:
    """Check what was filled in, insert the row and its entry."""
    lack = disclosure.lack(
        fields=fields,
        held=_stored(session, held.account_id),
        reason_code=reason_code,
        codes=reasons(kind),
        reason=reason,
    )
    if lack is not None:
        sentence = texts.LACKS[lack].format(length=disclosure.REASON_LENGTH)
        raise Invalid(sentence, field=_FIELD_OF[lack])
    made = disclosure.add(
        session,
        account_id=held.account_id,
        fields=fields,
        kind=kind,
        reason_code=reason_code,
        reason=reason,
        asked_by=actor.person_id,
        now=now,
    )
    one, _ = find(session, made)
    if kind == REQUEST:
        note(session, app, actor, "disclosure.ask", one, held, reason=one.reason)
    return one


def show(
    session: Session,
    app: App,
    actor: Actor,
    one: Opening,
    held: Subject,
    *,
    now: datetime,
    entries: list[str],
) -> dict[str, Secret]:
    """Use the approval up, open the values, and leave entries, notices and the duty."""
    require(session, app, actor, now=now)
    telling.witnessed(session, held, person_id=actor.person_id, now=now)
    if not disclosure.show(session, one.id, by=actor.person_id, now=now):
        raise Conflict(texts.NOT_OPEN.format(state=texts.STATES["shown"]))
    values = reveal(
        session, app, actor, held, one.fields, reason=one.reason, now=now, entries=entries
    )
    action = "disclosure.break_glass" if one.kind == BREAK_GLASS else "disclosure.show"
    entries.append(note(session, app, actor, action, one, held, reason=one.reason))
    _tell_shown(session, app, actor, one, now=now)
    if one.kind != OWN:
        cause = "break_glass" if one.kind == BREAK_GLASS else "disclosure"
        duties.oblige(session, app, one.account_id, cause, one.id, now=now)
    return values


def given(
    app: App,
    one: Opening,
    held: Subject,
    values: dict[str, Secret],
    *,
    person: str,
    now: datetime,
    entries: Sequence[str],
) -> Opened:
    """Give the values out, after the transaction, once the chain holds the entries."""
    linked(app, entries)
    return Opened(
        id=one.id,
        account=held.name,
        fields=values,
        person=person,
        at=now,
        until=app.clock() + disclosure.SHOWN_FOR,
    )


def reveal(
    session: Session,
    app: App,
    actor: Actor,
    held: Subject,
    fields: Iterable[str],
    *,
    reason: str,
    now: datetime,
    entries: list[str],
) -> dict[str, Secret]:
    """Open the values, an audit entry each; their ids are added to ``entries`` for ``linked``."""

    def new_id() -> str:
        entries.append(app.new_id())
        return entries[-1]

    by = app.by(actor)
    return {
        name: store.reveal(
            session,
            app.keyring,
            account_id=held.account_id,
            field=name,
            by=by,
            reason=reason,
            now=now,
            trail=Trail(key=app.audit_key, new_id=new_id),
            plantel_id=held.plantel_id,
        )
        for name in fields
    }


def linked(app: App, entries: Iterable[str]) -> None:
    """Return only when the chain holds these committed entries; else raise ``Unready``.

    Call it after the transaction and before anybody sees a value.
    """
    wanted = tuple(entries)
    sealing.seal(app, wait=True)
    with app.read() as session:
        if not wanted or not audit.all_linked(session, wanted):
            raise Unready(texts.NOT_LINKED)


def state(one: Opening, now: datetime) -> str:
    """Return the word for where an opening stands, passed ones that nobody closed yet included."""
    open_still = one.state in disclosure.OPEN_STATES
    passed = open_still and disclosure.expired(one.expires_at, now=now)
    return texts.STATES["expired" if passed else one.state]


def note(
    session: Session,
    app: App,
    actor: Actor,
    action: str,
    one: Opening,
    held: Subject,
    *,
    reason: str = "",
) -> str:
    """Leave an entry and return its id."""
    detail = {
        "account": one.account_id,
        "fields": list(one.fields),
        "kind": one.kind,
        "code": one.reason_code,
        "asked_by": one.asked_by,
        "decided_by": one.decided_by,
    }
    entry = app.entry(
        actor,
        action,
        OBJECT,
        one.id,
        plantel_id=held.plantel_id,
        reason=reason,
        detail=json.dumps(detail),
    )
    app.note(session, entry)
    return entry.id


def _tell_shown(session: Session, app: App, actor: Actor, one: Opening, *, now: datetime) -> None:
    emergency = one.kind == BREAK_GLASS
    body = texts.BROKEN_BODY if emergency else texts.SHOWN_BODY
    if one.decided_by is not None:
        body = f"{body}\n{texts.SHOWN_ALLOWED}"
    telling.tell(
        session,
        app,
        one,
        texts.BROKEN if emergency else texts.SHOWN,
        body,
        kind="disclosure.break_glass" if emergency else "disclosure.shown",
        now=now,
        also={
            *(persons_with(session, "DIRV", now=now) if emergency else ()),
            *(() if one.decided_by is None else (one.decided_by,)),
        },
        person=actor.name,
        reason=one.reason,
        when=notices.when(session, now),
        due=notices.when(session, one.review_due) if one.review_due else "",
        decider="" if one.decided_by is None else telling.name_of(session, one.decided_by),
    )


def _stored(session: Session, account_id: int) -> frozenset[str]:
    names = select(col(VaultSecret.field)).where(col(VaultSecret.account_id) == account_id)
    return frozenset(session.scalars(names))


_FIELD_OF = {
    "fields": "fields",
    "field_unknown": "fields",
    "field_machine": "fields",
    "code": "reason_code",
    "reason": "reason",
}
