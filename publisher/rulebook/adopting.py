"""From proposal to version: approved by somebody who neither edited nor proposed it.

Apart from ``proposals`` because a version that begins at once or soon first judges what it would
meet: that is the posts' side of the house, which itself reads the versions.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from publisher import access, notices
from publisher.app import Actor, App
from publisher.editorial import recheck
from publisher.editorial.anew import Version
from publisher.manual import document, editing
from publisher.manual.document import Manual
from publisher.models import ManualDraft, ManualVersion
from publisher.rulebook.acknowledging import readers
from publisher.rulebook.drafts import note, text_of
from publisher.rulebook.proposals import (
    LINK,
    proposed,
    require_new,
    require_other,
    require_proved,
    today,
)
from publisher.texts import rulebook as texts


def approve(app: App, actor: Actor, *, lock: int) -> int:
    """Make the proposal a version; returns its id. It judges from its date, or now if that passed.

    Whoever edited or proposed it last cannot. Operators are told, and owe their word that they read
    it from the moment that it judges. What is due in its first hours is judged by it in the same
    transaction where it begins within hours: nothing that it stops goes out once it is in force.
    """
    access.authorize(actor, "manual.approve")
    require_proved(text_of(app))
    with app.read() as session:
        row = proposed(session, lock)
        require_other(actor, row)
        coming = _version(app, row)
    foreseen = recheck.foresee(app, coming) if _begins_soon(app, coming) else {}
    with app.write() as session:
        row = proposed(session, lock)
        require_other(actor, row)
        now = app.clock()
        version = _version(app, row)
        manual = version.manual
        require_new(session, manual)
        version = replace(version, id=_add(app, session, actor, row, version))
        row.document, row.state, row.slot, row.lock = (
            document.dump(manual), "approved", None, row.lock + 1,
        )  # fmt: skip
        row.decided_by, row.decided_at = actor.person_id, now
        note(app, session, actor, row, "manual.approve", reason=row.summary)
        _tell(app, session, actor, row, manual, version.since)
        if _begins_soon(app, version):
            recheck.settle(app, session, version, foreseen)
        return version.id


def _version(app: App, row: ManualDraft) -> Version:
    """Return the proposal as the version that it would be if it were approved now."""
    now = app.clock()
    manual = document.load(row.document)
    start = row.in_force_from or now
    if start > now:
        return Version(id=0, manual=manual, since=start)
    return Version(id=0, manual=editing.dated(manual, today(app)), since=now)


def _begins_soon(app: App, version: Version) -> bool:
    return version.since <= app.clock() + recheck.AHEAD


def _add(app: App, session: Session, actor: Actor, row: ManualDraft, version: Version) -> int:
    made = ManualVersion(
        version=version.manual.version,
        hash=version.manual.hash,
        document=document.dump(version.manual),
        in_force_from=version.since,
        added_by=row.edited_by,
        at=app.clock(),
        approved_by=actor.person_id,
        approved_at=app.clock(),
        summary=row.summary,
    )
    session.add(made)
    session.flush()
    return made.id or 0


def _tell(
    app: App, session: Session, actor: Actor, row: ManualDraft, manual: Manual, start: datetime
) -> None:
    now = app.clock()
    heard = readers(session, now) | {row.edited_by, row.proposed_by or row.edited_by}
    for role in ("COOR", "DIRP"):
        heard |= access.persons_with(session, role, now=now)
    notices.notify(
        session,
        app,
        person_ids=heard - {actor.person_id},
        kind="manual.approved",
        subject=texts.NOTICE_APPROVED.format(version=manual.version),
        body=texts.NOTICE_APPROVED_BODY.format(
            when=notices.when(session, start), summary=row.summary
        ),
        link=LINK,
    )
