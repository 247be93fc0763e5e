"""Whether a post may go out at the hour that somebody is giving it, by the manual of that hour."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import notices, rulebook
from publisher.app import App
from publisher.delivery.states import sources
from publisher.editorial.anew import Version, end_before, judge
from publisher.errors import Conflict
from publisher.models import Delivery, Post
from publisher.texts import rulebook as texts


def require_lasting(app: App, session: Session, post: Post) -> None:
    """Raise ``Conflict`` where a version that begins before the post is due stops it.

    Called once the deliveries have their hours, in the transaction that gives them. What is due
    before such a version begins goes out before it, or not at all. One statement where no version
    is to come, as nearly always.
    """
    now = app.clock()
    _, rows = rulebook.around(session, now)
    if not rows:
        return
    hours = session.execute(
        select(col(Delivery.due_at), col(Delivery.not_after)).where(
            col(Delivery.post_id) == post.id,
            col(Delivery.revision) == post.revision,
            col(Delivery.state).in_(sources("forbid")),
        )
    ).all()
    ends = [*(row.in_force_from for row in rows[1:]), None]
    for row, until in zip(rows, ends, strict=True):
        since = row.in_force_from
        under = [due for due, last in hours if last >= since and (until is None or due < until)]
        if not under:
            continue
        manual = rulebook.by_hash(session, row.hash)
        one = judge(app, session, manual, post.id or 0)
        if one is None or not one.barred:
            continue
        if max(under) >= since:
            raise Conflict(
                texts.STOPPED_THEN.format(
                    version=manual.version,
                    when=notices.when(session, since),
                    rules=texts.rules(one.rules),
                )
            )
        version = Version(id=row.id or 0, manual=manual, since=since, until=until)
        end_before(session, post, version, now=now)
