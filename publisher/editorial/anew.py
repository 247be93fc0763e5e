"""One post judged by a version that did not judge it before, and what is done about it.

Of an approved post its findings stay what its approver saw: what the version stops is held, from
the hour at which the version comes into force. What is due before that hour may still go out before
it, and not after: its last moment is moved there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import ColumnElement, exists, func, select, update
from sqlmodel import Session, col

from publisher import notices
from publisher.app import SYSTEM, App
from publisher.delivery.outbox.holding import hold_unsent
from publisher.delivery.states import STATES, TERMINAL, sources
from publisher.errors import PublisherError
from publisher.manual.document import Manual
from publisher.models import CheckRun, Delivery, ManualRecheck, Post
from publisher.texts import rulebook as texts

if TYPE_CHECKING:
    from publisher.editorial.checking import Checked
    from publisher.editorial.rejudging import Changes

log = structlog.get_logger(__name__)

_STOPPABLE: Final = sources("forbid")
_LIVE: Final = tuple(state for state in STATES if state not in TERMINAL)
_JUST_BEFORE: Final = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Version:
    """A stored or proposed version; ``until`` is when the next one takes over, None: nothing yet.

    ``id`` is 0 until it is stored.
    """

    id: int
    manual: Manual
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One post as a version judges it; ``version`` and ``state`` are those of the post judged."""

    post_id: int
    revision: int
    version: int
    state: str
    checked: Checked
    before: str
    after: str
    changes: Changes
    barred: bool

    @property
    def rules(self) -> list[str]:
        """The rules that stop it."""
        return sorted({view.rule for view in self.checked.blocks if view.source == "manual"})


def judge(app: App, session: Session, manual: Manual, post_id: int) -> Judged | None:
    """Return what ``manual`` says of a post; None, and a line in the log, where it cannot tell."""
    # what judges texts is imported where a manual came into force, and not by a worker at rest
    from publisher.editorial.rejudging import compare, uncovered
    from publisher.editorial.submit import check_stored

    try:
        post = session.get_one(Post, post_id)
        checked, snapshot, _ = check_stored(app, session, post, manual)
        before, after, changes = compare(session, post, checked)
        rules = {view.rule for view in checked.blocks if view.source == "manual"}
        return Judged(
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


def still(session: Session, one: Judged) -> Post | None:
    """Return the post, locked, if nobody touched it since it was judged."""
    post = session.scalars(
        select(Post)
        .where(col(Post.id) == one.post_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    same = (post.revision, post.version, post.state) == (one.revision, one.version, one.state)
    return post if same else None


def leaving(session: Session, version: Version, *, by: datetime, limit: int) -> list[int]:
    """Return approved posts that may go out under ``version`` until ``by``, the first due first.

    Only those that another version judged, and which this one has not been asked about.
    """
    last = by if version.until is None else min(by, version.until)
    found = session.execute(
        select(col(Post.id))
        .join(
            Delivery,
            (col(Delivery.post_id) == col(Post.id))
            & (col(Delivery.revision) == col(Post.revision)),
        )
        .join(
            CheckRun,
            (col(CheckRun.post_id) == col(Post.id))
            & (col(CheckRun.revision) == col(Post.revision)),
        )
        .where(
            col(Delivery.state).in_(_LIVE),
            col(Delivery.due_at) <= last,
            col(Delivery.not_after) >= version.since,
            col(Post.state) == "approved",
            col(CheckRun.manual_hash) != version.manual.hash,
            ~told(version.id),
        )
        .group_by(col(Post.id))
        .order_by(func.min(col(Delivery.due_at)), col(Post.id))
        .limit(limit)
    )
    return [row[0] for row in found]


def told(version_id: int) -> ColumnElement[bool]:
    """Return whether a version has been asked about the post's revision."""
    return exists().where(
        col(ManualRecheck.post_id) == col(Post.id),
        col(ManualRecheck.revision) == col(Post.revision),
        col(ManualRecheck.manual_version_id) == version_id,
    )


def stop(app: App, session: Session, post: Post, version: Version, one: Judged) -> int:
    """Hold what would go out under ``version``, and let what is due before it go out before it.

    Returns how many are held. The fence grows, so that a worker lets go of what it has. What was
    held for another reason is held for this one: an account that comes back would otherwise let it
    go.
    """
    now = app.clock()
    mine = [col(Delivery.post_id) == post.id, col(Delivery.revision) == post.revision]
    under = [] if version.since <= now else [col(Delivery.due_at) >= version.since]
    if version.until is not None:
        under.append(col(Delivery.due_at) < version.until)
    sentence = _sentence(session, version, one, now=now)
    held = hold_unsent(
        session, "forbid", *mine, *under, reason="manual", sentence=sentence, now=now
    )
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
    end_before(session, post, version, now=now)
    return len(held)


def end_before(session: Session, post: Post, version: Version, *, now: datetime) -> None:
    """Let no delivery of a post that ``version`` stops go out once it is in force."""
    if version.since <= now:
        return
    session.execute(
        update(Delivery)
        .where(
            col(Delivery.post_id) == post.id,
            col(Delivery.revision) == post.revision,
            col(Delivery.state).in_(_LIVE),
            col(Delivery.due_at) < version.since,
            col(Delivery.not_after) >= version.since,
        )
        .values(not_after=version.since - _JUST_BEFORE, updated_at=now)
    )


def _sentence(session: Session, version: Version, one: Judged, *, now: datetime) -> str:
    said = {"version": version.manual.version, "rules": texts.rules(one.rules)}
    if version.since <= now:
        return texts.HELD.format(**said)
    return texts.HELD_AHEAD.format(**said, when=notices.when(session, version.since))
