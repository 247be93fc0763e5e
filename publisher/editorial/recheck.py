"""What a manual that comes into force says of posts that an older one judged and are not out yet.

Drafts and posts that wait for a dictamen or an approval get the new findings; of an approved post
its findings stay what its approver saw, and what is not public yet is held where the manual now
stops it and no exception covers that. Whoever wrote, reviewed or approved a post is told when more
is found than before. Each post is judged once by each version.

What may go out in the first hours of a version is judged before it is in force: by the worker in
the hours before, by the approval of a version that begins at once or soon, and by a worker that
starts after it. The rest is judged by the worker as soon as the version is in force.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import exists, or_, select
from sqlmodel import Session, col

from publisher import notices, rulebook
from publisher.access import persons_with
from publisher.app import SYSTEM, App
from publisher.delivery import facts
from publisher.delivery.states import RETRACTABLE
from publisher.editorial.anew import Judged, Version, judge, leaving, still, stop, told
from publisher.editorial.posts import EDITABLE
from publisher.models import CheckRun, Delivery, ManualRecheck, Post, Review
from publisher.texts import rulebook as texts

DONE = "manual.rechecked"
LOT = 50
AHEAD: Final = timedelta(hours=6)
"""How long before its hour a version begins to judge."""
SPAN: Final = timedelta(hours=2)
"""What is due within this of a version's hour, or of a worker's start, is judged before it."""
MOST: Final = 500
"""How many posts are judged before a version counts; the first due are the first."""
_WAITING = (*EDITABLE, "in_review", "reviewed")


@dataclass(frozen=True, kw_only=True)
class Rechecked:
    """What a pass did: posts judged anew, of which something changed, deliveries held."""

    posts: int = 0
    changed: int = 0
    held: int = 0

    def __add__(self, other: Rechecked) -> Rechecked:
        """Return the sum of two passes."""
        return Rechecked(
            posts=self.posts + other.posts,
            changed=self.changed + other.changed,
            held=self.held + other.held,
        )


def recheck(app: App) -> Rechecked:
    """Judge anew what an older manual judged, once for each version that comes into force.

    Judging reads; each lot is written in one transaction, and a post that changed meanwhile is
    left for the next pass.
    """
    current, coming, done = _versions(app)
    total = Rechecked()
    if current is not None and not done:
        total += _soon(app, current) + _everything(app, current)
    for version in coming:
        total += _soon(app, version)
    return total


def recheck_soon(app: App) -> Rechecked:
    """Judge what a worker that starts would send first, where a version began while none worked."""
    current, _, done = _versions(app)
    return Rechecked() if current is None or done else _soon(app, current)


def foresee(app: App, version: Version) -> Mapping[int, Judged]:
    """Return what a version that is about to be approved says of what it would meet first."""
    by = max(version.since, app.clock()) + SPAN
    with app.read() as session:
        ids = leaving(session, version, by=by, limit=MOST)
        found = [judge(app, session, version.manual, id_) for id_ in ids]
    return {one.post_id: one for one in found if one is not None}


def settle(
    app: App, session: Session, version: Version, foreseen: Mapping[int, Judged]
) -> Rechecked:
    """Write what was foreseen in the transaction that makes the version count.

    What was approved or changed since is judged here.
    """
    by = max(version.since, app.clock()) + SPAN
    judged = []
    for id_ in leaving(session, version, by=by, limit=MOST):
        one = foreseen.get(id_)
        if one is None or still(session, one) is None:
            one = judge(app, session, version.manual, id_)
        if one is not None:
            judged.append(one)
    return _keep(app, session, version, judged)


def _versions(app: App) -> tuple[Version | None, Sequence[Version], bool]:
    """Return the version in force, those soon to be, and whether the former has judged all."""
    now = app.clock()
    with app.read() as session:
        current, coming = rulebook.around(session, now, until=now + AHEAD)
        if current is None:
            return None, (), True
        done = facts.read(session, DONE) == current.hash
        if done and not coming:
            return None, (), True
        rows = [current, *coming]
        ends = [*(row.in_force_from for row in coming), None]
        versions = [
            Version(
                id=row.id or 0,
                manual=rulebook.by_hash(session, row.hash),
                since=row.in_force_from,
                until=end,
            )
            for row, end in zip(rows, ends, strict=True)
        ]
    return versions[0], versions[1:], done


def _soon(app: App, version: Version) -> Rechecked:
    by = max(version.since, app.clock()) + SPAN
    with app.read() as session:
        ids = leaving(session, version, by=by, limit=MOST)
    total = Rechecked()
    for start in range(0, len(ids), LOT):
        done, _ = _lot(app, version, ids[start : start + LOT])
        total += done
    return total


def _everything(app: App, version: Version) -> Rechecked:
    total, after, whole = Rechecked(), 0, True
    while True:
        with app.read() as session:
            ids = _stale(session, version, after)
        if not ids:
            break
        after = ids[-1]
        done, complete = _lot(app, version, ids)
        whole = whole and complete
        total += done
    if whole:
        # what was left over comes next time
        with app.write() as session:
            facts.write(session, DONE, version.manual.hash, at=app.clock())
    return total


def _stale(session: Session, version: Version, after: int) -> list[int]:
    """Return the next posts that an older manual judged and that are not out yet."""
    waits = exists().where(
        col(Delivery.post_id) == col(Post.id),
        col(Delivery.revision) == col(Post.revision),
        col(Delivery.state).in_(sorted(RETRACTABLE)),
    )
    statement = (
        select(col(Post.id))
        .join(
            CheckRun,
            (col(CheckRun.post_id) == col(Post.id))
            & (col(CheckRun.revision) == col(Post.revision)),
        )
        .where(
            col(CheckRun.manual_hash) != version.manual.hash,
            or_(col(Post.state).in_(_WAITING), (col(Post.state) == "approved") & waits),
            ~told(version.id),
            col(Post.id) > after,
        )
        .order_by(col(Post.id))
        .limit(LOT)
    )
    return [found for found in session.scalars(statement) if found is not None]


def _lot(app: App, version: Version, ids: Sequence[int]) -> tuple[Rechecked, bool]:
    """Judge some posts and write it; returns what was done, and whether nothing was left over."""
    judged = []
    for id_ in ids:
        with app.read() as session:
            one = judge(app, session, version.manual, id_)
        if one is not None:
            judged.append(one)
    with app.write() as session:
        done = _keep(app, session, version, judged)
    return done, done.posts == len(ids)


def _keep(app: App, session: Session, version: Version, judged: Collection[Judged]) -> Rechecked:
    """Keep what judging found of posts that nobody touched meanwhile, and tell whom it concerns."""
    from publisher.editorial.rejudging import worse
    from publisher.editorial.submit import store_findings

    posts = changed = held = 0
    hear: dict[int, list[Judged]] = {}
    for one in judged:
        post = still(session, one)
        if post is None:
            continue
        stopped = 0
        if one.state != "approved":
            store_findings(app, session, post, one.checked)
        elif one.barred:
            stopped = stop(app, session, post, version, one)
        session.add(
            ManualRecheck(
                post_id=one.post_id,
                revision=one.revision,
                manual_version_id=version.id,
                before=one.before,
                after=one.after,
                changes={**one.changes, "held": stopped},
                at=app.clock(),
            )
        )
        posts, held = posts + 1, held + stopped
        changed += bool(one.changes["added"] or one.changes["removed"])
        if worse(one.before, one.after, one.changes):
            for person in _hearers(app, session, post):
                hear.setdefault(person, []).append(one)
    done = Rechecked(posts=posts, changed=changed, held=held)
    _tell(app, session, version, hear)
    if posts:
        _note(app, session, version, done)
    return done


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


def _tell(app: App, session: Session, version: Version, hear: dict[int, list[Judged]]) -> None:
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
            subject=texts.NOTICE_RECHECK.format(version=version.manual.version),
            body=texts.recheck_body(ids, barred),
            link=one_link if len(ids) == 1 else "/avisos",
        )


def _note(app: App, session: Session, version: Version, done: Rechecked) -> None:
    app.note(
        session,
        app.entry(
            SYSTEM,
            "manual.recheck",
            "manual",
            version.manual.version,
            after=version.manual.hash,
            detail=f'{{"posts": {done.posts}, "changed": {done.changed}, "held": {done.held}}}',
        ),
    )
