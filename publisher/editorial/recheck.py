"""What a manual that came into force says of posts that an older one judged and are not out yet.

Drafts and posts that wait for a dictamen or an approval get the new findings; of an approved post
its findings stay what its approver saw, and what is not public yet is held where the manual now
stops it and no exception covers that. Whoever wrote, reviewed or approved a post is told when more
is found than before. Each post is judged once by each version.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import exists, or_, select, update
from sqlmodel import Session, col

from publisher import notices, rulebook
from publisher.access import persons_with
from publisher.app import SYSTEM, App
from publisher.delivery import facts
from publisher.delivery.states import RETRACTABLE, outcome, sources
from publisher.editorial.checking import Checked
from publisher.editorial.posts import EDITABLE
from publisher.editorial.rejudging import Changes, compare, uncovered, worse
from publisher.editorial.submit import check_stored, store_findings
from publisher.errors import PublisherError
from publisher.manual.document import Manual
from publisher.models import (
    CheckRun,
    Delivery,
    ManualRecheck,
    ManualVersion,
    Post,
    Review,
)
from publisher.texts import rulebook as texts

log = structlog.get_logger(__name__)

DONE = "manual.rechecked"
LOT = 50
_WAITING = (*EDITABLE, "in_review", "reviewed")


@dataclass(frozen=True, kw_only=True)
class Rechecked:
    """What a pass did: posts judged anew, of which something changed, deliveries held."""

    posts: int = 0
    changed: int = 0
    held: int = 0


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """One post as the manual in force judges it; ``version`` and ``state`` are those judged."""

    post_id: int
    revision: int
    version: int
    state: str
    checked: Checked
    before: str
    after: str
    changes: Changes
    barred: bool


def recheck(app: App) -> Rechecked:
    """Judge anew what an older manual judged, once for each version that comes into force.

    Judging reads; each lot is written in one transaction, and a post that changed meanwhile is
    left for the next pass.
    """
    with app.read() as session:
        current = rulebook.hash_in_force(session, app.clock())
        if current is None or facts.read(session, DONE) == current:
            return Rechecked()
        version_id = session.scalars(
            select(col(ManualVersion.id)).where(col(ManualVersion.hash) == current)
        ).one()
    manual = rulebook.in_force(app)
    total, after, whole = Rechecked(), 0, True
    while True:
        with app.read() as session:
            ids = _stale(session, current, version_id or 0, after)
        if not ids:
            break
        after = ids[-1]
        judged = [one for id_ in ids if (one := _judge(app, manual, id_)) is not None]
        done, complete = _write(app, manual, version_id or 0, judged)
        whole = whole and complete and len(judged) == len(ids)
        total = Rechecked(
            posts=total.posts + done.posts,
            changed=total.changed + done.changed,
            held=total.held + done.held,
        )
    _finish(app, manual, whole=whole)
    return total


def _stale(session: Session, current: str, version_id: int, after: int) -> list[int]:
    """Return the next posts that an older manual judged and that are not out yet."""
    waits = exists().where(
        col(Delivery.post_id) == col(Post.id),
        col(Delivery.revision) == col(Post.revision),
        col(Delivery.state).in_(sorted(RETRACTABLE)),
    )
    told = exists().where(
        col(ManualRecheck.post_id) == col(Post.id),
        col(ManualRecheck.revision) == col(Post.revision),
        col(ManualRecheck.manual_version_id) == version_id,
    )
    statement = (
        select(col(Post.id))
        .join(
            CheckRun,
            (col(CheckRun.post_id) == col(Post.id))
            & (col(CheckRun.revision) == col(Post.revision)),
        )
        .where(
            col(CheckRun.manual_hash) != current,
            or_(col(Post.state).in_(_WAITING), (col(Post.state) == "approved") & waits),
            ~told,
            col(Post.id) > after,
        )
        .order_by(col(Post.id))
        .limit(LOT)
    )
    return [found for found in session.scalars(statement) if found is not None]


def _judge(app: App, manual: Manual, post_id: int) -> _Judged | None:
    """Return what ``manual`` says of a post; None, and a line in the log, where it cannot tell."""
    try:
        with app.read() as session:
            post = session.get_one(Post, post_id)
            checked, snapshot, _ = check_stored(app, session, post, manual)
            before, after, changes = compare(session, post, checked)
            rules = {view.rule for view in checked.blocks if view.source == "manual"}
            return _Judged(
                post_id=post_id,
                revision=post.revision,
                version=post.version,
                state=post.state,
                checked=checked,
                before=before,
                after=after,
                changes=changes,
                barred=uncovered(session, post, snapshot, rules),
            )
    except PublisherError:
        log.exception("manual.recheck_failed", post=post_id)
        return None


def _write(
    app: App, manual: Manual, version_id: int, judged: Collection[_Judged]
) -> tuple[Rechecked, bool]:
    """Keep what a lot's judging found; returns what was done, and whether nothing was left over."""
    posts = changed = held = 0
    hear: dict[int, list[_Judged]] = {}
    with app.write() as session:
        for one in judged:
            post = _still(session, one)
            if post is None:
                continue
            stopped = 0
            if one.state != "approved":
                store_findings(app, session, post, one.checked)
            elif one.barred:
                stopped = _hold(app, session, post, manual, one)
            told = {**one.changes, "held": stopped}
            session.add(
                ManualRecheck(
                    post_id=one.post_id,
                    revision=one.revision,
                    manual_version_id=version_id,
                    before=one.before,
                    after=one.after,
                    changes=told,
                    at=app.clock(),
                )
            )
            posts, held = posts + 1, held + stopped
            changed += bool(one.changes["added"] or one.changes["removed"])
            if worse(one.before, one.after, one.changes):
                for person in _hearers(app, session, post):
                    hear.setdefault(person, []).append(one)
        _tell(app, session, manual, hear)
        if posts:
            _note(app, session, manual, Rechecked(posts=posts, changed=changed, held=held))
    return Rechecked(posts=posts, changed=changed, held=held), posts == len(judged)


def _still(session: Session, one: _Judged) -> Post | None:
    """Return the post, locked, if nobody touched it since it was judged."""
    post = session.scalars(
        select(Post)
        .where(col(Post.id) == one.post_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    same = (post.revision, post.version, post.state) == (one.revision, one.version, one.state)
    return post if same else None


def _hold(app: App, session: Session, post: Post, manual: Manual, one: _Judged) -> int:
    """Hold what is not public yet; the fence grows, so that a worker lets go of what it has.

    What was held for another reason is held for this one: an account that comes back would
    otherwise let it go.
    """
    blocks = sorted({view.rule for view in one.checked.blocks if view.source == "manual"})
    sentence = texts.HELD.format(version=manual.version, rules=texts.rules(blocks))
    result: Any = session.execute(
        update(Delivery)
        .where(
            col(Delivery.post_id) == post.id,
            col(Delivery.revision) == post.revision,
            col(Delivery.state).in_(sources("forbid")),
        )
        .values(
            state=outcome("forbid"),
            hold_reason="manual",
            reason=sentence,
            fence=Delivery.__table__.c.fence + 1,  # type: ignore[attr-defined]
            owner=None,
            lease_until=None,
            updated_at=app.clock(),
        )
    )
    held = int(result.rowcount)
    if held:
        app.note(
            session,
            app.entry(
                SYSTEM,
                "post.held",
                "post",
                post.id,
                plantel_id=post.plantel_id,
                reason=sentence,
                before=post.digest or "",
            ),
        )
    return held


def _hearers(app: App, session: Session, post: Post) -> set[int]:
    """Return who wrote, sent in, reviewed or approved this revision, or is to decide on it."""
    heard = {post.author_id, post.submitted_by_id or post.author_id}
    heard |= set(
        session.scalars(
            select(col(Review.person_id)).where(
                col(Review.post_id) == post.id,
                col(Review.revision) == post.revision,
                col(Review.decision).in_(("reviewed", "approved")),
            )
        )
    )
    waits_for = {"in_review": "COOR", "reviewed": "DIRV"}.get(post.state)
    if waits_for:
        heard |= persons_with(session, waits_for, now=app.clock())
    return heard


def _tell(app: App, session: Session, manual: Manual, hear: dict[int, list[_Judged]]) -> None:
    """Tell each person once a lot; who has one post is led to it."""
    for person, posts in sorted(hear.items()):
        ids = [one.post_id for one in posts]
        barred = [one.post_id for one in posts if one.barred]
        draft = len(posts) == 1 and posts[0].state in EDITABLE
        one_link = f"/nueva?id={ids[0]}" if draft else f"/publicacion?id={ids[0]}"
        notices.notify(
            session,
            app,
            person_ids=[person],
            kind="manual.recheck",
            subject=texts.NOTICE_RECHECK.format(version=manual.version),
            body=texts.recheck_body(ids, barred),
            link=one_link if len(ids) == 1 else "/avisos",
        )


def _note(app: App, session: Session, manual: Manual, done: Rechecked) -> None:
    app.note(
        session,
        app.entry(
            SYSTEM,
            "manual.recheck",
            "manual",
            manual.version,
            after=manual.hash,
            detail=f'{{"posts": {done.posts}, "changed": {done.changed}, "held": {done.held}}}',
        ),
    )


def _finish(app: App, manual: Manual, *, whole: bool) -> None:
    """Remember that this version has judged everything; what was left over comes next time."""
    if whole:
        with app.write() as session:
            facts.write(session, DONE, manual.hash, at=app.clock())
