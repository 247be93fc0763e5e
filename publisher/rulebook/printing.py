"""A version of the manual as PDF, for whoever reads it on paper."""

from __future__ import annotations

from publisher import notices
from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.rulebook.versions import stored, versions
from publisher.texts import manual_paper as texts
from publisher.texts import rulebook as words


def printed(app: App, actor: Actor, version_id: int) -> tuple[str, bytes]:
    """Return the name and the bytes of a version's PDF. Raises ``NotFound``, ``Forbidden``."""
    from publisher.documents import manual as document

    row = next((one for one in versions(app, actor) if one.id == version_id), None)
    if row is None:
        raise NotFound(words.NO_SUCH_VERSION)
    manual = stored(app, version_id)
    now = app.clock()
    state = "current" if row.current else "future" if row.future else "past"
    with app.read() as session:
        since, made = (notices.when(session, one) for one in (row.in_force_from, now))
    sheet = document.ManualSheet(
        institution=app.institution.name,
        manual=manual,
        state=texts.STATES[state],
        since_words=since,
        approved_by=row.approved_by,
        summary=row.summary,
        made_at=now,
        made_words=made,
    )
    return document.file_name(manual), document.render(sheet)
