"""Who hears of each step of an opening, and in which words; never a value.

Each notice is written in the transaction of what it tells: what nobody else would hear of does not
happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from publisher import notices
from publisher.access import persons_with
from publisher.app import App
from publisher.custody.hearers import hearers
from publisher.custody.reasons import reasons
from publisher.custody.subjects import Subject, subject
from publisher.errors import Conflict
from publisher.models import Person
from publisher.texts import disclosure as texts
from vault.disclosure import Opening

LINK = "/requerimientos?requerimiento={id}"


def tell(
    session: Session,
    app: App,
    one: Opening,
    subject_line: str,
    body: str,
    *,
    kind: str,
    now: datetime,
    also: Iterable[int] = (),
    only: Iterable[int] | None = None,
    **facts: str,
) -> None:
    """Tell custodian, director, coordination and auditors, whoever asked, and ``also``.

    ``only`` replaces them all. ``facts`` fill the sentences beside what the opening says.
    """
    held = subject(session, one.account_id, live=False)
    heard = {one.asked_by, *also, *listeners(session, one.account_id, now=now)}
    known = {
        "account": held.name,
        "plantel": held.plantel,
        "fields": listed(one.fields),
        "code": reasons(one.kind).get(one.reason_code, one.reason_code),
        "asker": name_of(session, one.asked_by),
        **facts,
    }
    notices.notify(
        session,
        app,
        person_ids=heard if only is None else only,
        kind=kind,
        subject=subject_line.format(**known),
        body=body.format(**known),
        link=LINK.format(id=one.id),
    )


def listeners(session: Session, account_id: int, *, now: datetime) -> frozenset[int]:
    """Return who hears of every step about an account."""
    return hearers(session, account_id, now).everyone | persons_with(session, "AUD", now=now)


def witnessed(session: Session, held: Subject, *, person_id: int, now: datetime) -> None:
    """Raise ``Conflict`` where nobody but the reader would hear of an opening."""
    if not listeners(session, held.account_id, now=now) - {person_id}:
        raise Conflict(texts.NOBODY_HEARS)


def listed(fields: Iterable[str]) -> str:
    """Return field names as people say them: a, b y c."""
    words = [texts.FIELDS.get(name, name) for name in fields]
    return texts.AND.join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def name_of(session: Session, person_id: int) -> str:
    """Return a person's name."""
    person = session.get(Person, person_id)
    return person.name if person else ""
