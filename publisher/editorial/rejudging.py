"""Whether a post still stands by the manual in force, whichever version judged it before."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import rulebook
from publisher.app import Actor, App
from publisher.editorial.checking import NEVER_EXCEPTED, Checked, FindingView, rules_digest
from publisher.editorial.posts import excepted, find_post
from publisher.editorial.snapshot import Snapshot
from publisher.editorial.submit import check_stored, store_findings
from publisher.errors import Conflict, Invalid
from publisher.models import CheckRun, Finding, ManualRecheck, Post
from publisher.texts import rulebook as texts

Changes = dict[str, list[dict[str, str]]]
"""``added`` and ``removed`` findings of the manual, as plain data."""

_GRAVITY = ("ok", "flag", "block")
_VERDICTS = {"block": "block", "warn": "flag", "info": "ok"}


def require_standing(app: App, session: Session, post: Post, snapshot: Snapshot) -> None:
    """Raise unless the manual in force lets the post be approved.

    A post that an older version judged is judged now: one that fares no worse goes on, its findings
    are renewed; for any other raises ``Conflict``, because nobody saw what is found. Raises
    ``Invalid`` where a *bloqueo* stands that no exception covers.
    """
    current = rulebook.hash_in_force(session, app.clock())
    run = session.get(CheckRun, (post.id, post.revision))
    if run is None or current is None:
        return
    if run.manual_hash != current:
        manual = rulebook.by_hash(session, current)
        checked, snapshot, _ = check_stored(app, session, post, manual)
        if worse(*compare(session, post, checked)):
            raise Conflict(texts.MANUAL_CHANGED.format(version=manual.version))
        store_findings(app, session, post, checked)
        rules = {view.rule for view in checked.blocks if view.source == "manual"}
    else:
        rules = _blocking(session, post) if run.verdict == "block" else set()
    if uncovered(session, post, snapshot, rules):
        raise Invalid(texts.STOPPED.format(rules=texts.rules(sorted(rules))))


def require_released(app: App, session: Session, post_id: int, revision: int) -> None:
    """Raise ``Conflict`` for a delivery whose content the manual in force stops.

    It is judged now, whatever held it: by a version that stops it no more, or with an exception for
    exactly this content, it goes on. What the version in force judged before its approval is not
    judged twice.
    """
    post = session.get_one(Post, post_id)
    run = session.get(CheckRun, (post_id, revision))
    current = rulebook.hash_in_force(session, app.clock())
    if run is None or current is None or post.revision != revision or run.manual_hash == current:
        return
    manual = rulebook.by_hash(session, current)
    checked, snapshot, _ = check_stored(app, session, post, manual)
    rules = {view.rule for view in checked.blocks if view.source == "manual"}
    if uncovered(session, post, snapshot, rules):
        said = texts.rules(sorted(rules))
        raise Conflict(texts.HELD_BY_MANUAL.format(version=manual.version, rules=said))


def see(app: App, actor: Actor, post_id: int) -> None:
    """Note that whoever decides on a post has seen what the new version says of it."""
    with app.write() as session:
        post = find_post(session, actor, "post.review", post_id)
        rows = session.scalars(
            select(ManualRecheck).where(
                col(ManualRecheck.post_id) == post_id,
                col(ManualRecheck.revision) == post.revision,
                col(ManualRecheck.seen_at).is_(None),
            )
        ).all()
        if not rows:
            return
        for row in rows:
            row.seen_at, row.seen_by = app.clock(), actor.person_id
        app.note(
            session,
            app.entry(actor, "manual.recheck_seen", "post", post_id, plantel_id=post.plantel_id),
        )


def compare(session: Session, post: Post, checked: Checked) -> tuple[str, str, Changes]:
    """Return the manual's verdict before and now, and the findings that came and went."""
    stored = session.scalars(
        select(Finding).where(
            col(Finding.post_id) == post.id,
            col(Finding.revision) == post.revision,
            col(Finding.source) == "manual",
        )
    ).all()
    now = [view for view in checked.findings if view.source == "manual"]
    old, new = [_key(row) for row in stored], [_key(view) for view in now]
    return (
        _verdict(row.severity for row in stored),
        _verdict(view.severity for view in now),
        {
            "added": [_told(view) for view in now if _key(view) not in old],
            "removed": [_told(row) for row in stored if _key(row) not in new],
        },
    )


def worse(before: str, after: str, changes: Changes) -> bool:
    """Tell whether somebody must look again: a graver verdict, or another warning or block."""
    more = any(finding["severity"] != "info" for finding in changes["added"])
    return _GRAVITY.index(after) > _GRAVITY.index(before) or (more and after != "ok")


def uncovered(session: Session, post: Post, snapshot: Snapshot, rules: Collection[str]) -> bool:
    """Tell whether the rules that stop a post have no exception for exactly its content."""
    if not rules:
        return False
    if NEVER_EXCEPTED & set(rules):
        return True
    return not excepted(session, post, rules_digest(snapshot, rules))


def _blocking(session: Session, post: Post) -> set[str]:
    return set(
        session.scalars(
            select(col(Finding.rule)).where(
                col(Finding.post_id) == post.id,
                col(Finding.revision) == post.revision,
                col(Finding.source) == "manual",
                col(Finding.severity) == "block",
            )
        )
    )


def _key(finding: Finding | FindingView) -> tuple[str, ...]:
    return (finding.rule, finding.network, finding.severity, finding.fragment)


def _told(finding: Finding | FindingView) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "network": finding.network,
        "severity": finding.severity,
        "fragment": finding.fragment,
        "explanation": finding.explanation,
        "suggestion": finding.suggestion,
    }


def _verdict(severities: Iterable[str]) -> str:
    return max((_VERDICTS[one] for one in severities), key=_GRAVITY.index, default="ok")
