"""A reviewer's word that a finding was a false alarm, so that the office can tune its manual.

It changes no verdict: the check that said it stays on record. A warning that was dismissed no
longer makes a post risky in the trays; a *bloqueo* does, whatever is said of it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from publisher.app import Actor, App
from publisher.editorial.approve import open_post
from publisher.editorial.content import plain
from publisher.editorial.posts import find_post, note, require_state
from publisher.editorial.review import require_other
from publisher.errors import Conflict, Invalid, NotFound
from publisher.models import Finding, FindingDismissal, Post
from publisher.texts import editorial as texts

WORD_MIN, WORD_MAX = 3, 300


def dismiss(
    app: App, actor: Actor, post_id: int, *, rule: str, place: str, fragment: str, reason: str
) -> None:
    """Say that a finding of the manual on a waiting post was a false alarm, and why.

    The finding is named by what it says, because each check writes its rows anew. For whoever
    judges the post where it waits, never for who made it. Raises ``Invalid`` without a word of
    reason, ``Conflict`` where it was said already, ``NotFound`` where the last check found no such.
    """
    reason = " ".join(plain(reason).split())
    if not WORD_MIN <= len(reason) <= WORD_MAX:
        raise Invalid(texts.DISMISS_REASON, field="reason")
    with app.write() as session:
        finding, post = _open(app, session, actor, post_id, rule, place, fragment)
        if finding.source != "manual":
            raise Invalid(texts.DISMISS_NETWORK)
        if _said(session, finding) is not None:
            raise Conflict(texts.DISMISS_SAID)
        session.add(
            FindingDismissal(
                post_id=finding.post_id,
                revision=finding.revision,
                rule=finding.rule,
                severity=finding.severity,
                place=finding.network,
                fragment=finding.fragment,
                reason=reason,
                person_id=actor.person_id,
                at=app.clock(),
            )
        )
        action = "post.finding.dismissed"
        note(app, session, actor, post, action, reason=reason, told=_told(finding))


def reinstate(
    app: App, actor: Actor, post_id: int, *, rule: str, place: str, fragment: str
) -> None:
    """Take back that a finding was a false alarm, while the post still waits."""
    with app.write() as session:
        finding, post = _open(app, session, actor, post_id, rule, place, fragment)
        said = _said(session, finding)
        if said is None:
            raise Conflict(texts.DISMISS_NOT_SAID)
        session.delete(said)
        note(app, session, actor, post, "post.finding.reinstated", told=_told(finding))


def _open(
    app: App, session: Session, actor: Actor, post_id: int, rule: str, place: str, fragment: str
) -> tuple[Finding, Post]:
    """Return the finding of the last check and its post, locked, for whoever judges it now."""
    waiting = session.get(Post, post_id)
    if waiting is not None and waiting.state == "in_review":
        post = find_post(session, actor, "post.review", post_id)
    else:
        post, _ = open_post(app, session, actor, post_id)
    require_state(post, ("in_review", "reviewed"), texts.ACTION_DISMISS)
    require_other(actor, post)
    finding = session.scalars(
        select(Finding)
        .where(
            col(Finding.post_id) == post_id,
            col(Finding.revision) == post.revision,
            col(Finding.rule) == rule,
            col(Finding.network) == place,
            col(Finding.fragment) == fragment,
        )
        .limit(1)
    ).one_or_none()
    if finding is None:
        raise NotFound(texts.DISMISS_GONE)
    return finding, post


def _said(session: Session, finding: Finding) -> FindingDismissal | None:
    return session.scalars(
        select(FindingDismissal).where(
            col(FindingDismissal.post_id) == finding.post_id,
            col(FindingDismissal.revision) == finding.revision,
            col(FindingDismissal.rule) == finding.rule,
            col(FindingDismissal.place) == finding.network,
            col(FindingDismissal.fragment) == finding.fragment,
        )
    ).one_or_none()


def _told(finding: Finding) -> dict[str, Any]:
    return {"revision": finding.revision, "rule": finding.rule, "severity": finding.severity}
