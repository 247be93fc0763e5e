"""A post for somebody who may do something with it, and what is written down of what they did."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.editorial.standing import waiting_since
from publisher.errors import Conflict, NotFound
from publisher.models import (
    CheckRun,
    ExceptionRequest,
    Finding,
    FindingDismissal,
    Post,
    Review,
)
from publisher.texts import editorial as texts

EDITABLE: Final = ("draft", "returned")
_CENTRAL: Final = ("DIRV", "COOR")


def find_post(
    session: Session, actor: Actor, action: str, post_id: int, *, delegated: bool = False
) -> Post:
    """Return the post, locked, if ``actor`` may do ``action`` on its plantel.

    Raises ``NotFound`` where there is none, ``Forbidden`` where it is not theirs.
    """
    post = session.scalars(
        select(Post)
        .where(col(Post.id) == post_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if post is None:
        raise NotFound(texts.NO_SUCH_POST.format(id=post_id))
    access.authorize(actor, action, plantel_id=post.plantel_id, delegated=delegated)
    return post


def require_state(post: Post, states: Collection[str], action: str) -> None:
    """Raise ``Conflict`` unless the post is in one of ``states``."""
    if post.state not in states:
        raise Conflict(
            texts.WRONG_STATE.format(state=texts.STATES[post.state].lower(), action=action)
        )


def record(
    app: App,
    session: Session,
    actor: Actor,
    post: Post,
    decision: str,
    *,
    reason: str = "",
    cites: Collection[str] = (),
    was: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Write down a decision on the post's revision, and its audit entry.

    ``cites`` are the rules that the reason names. ``was`` is how the post stood before
    (``standing``): with it, the entry tells on what grounds it was decided and how long it waited.
    """
    now = app.clock()
    told: dict[str, Any] = {"revision": post.revision, **detail}
    if was is not None:
        told |= _grounds(session, post, now)
    if cites:
        told["cites"] = list(cites)
    session.add(
        Review(
            post_id=post.id or 0,
            revision=post.revision,
            person_id=actor.person_id,
            decision=decision,
            reason=reason,
            cites=",".join(cites),
            was=dict(was) if was is not None else None,
            at=now,
        )
    )
    post.updated_at = now
    action = f"post.{decision}"
    note(app, session, actor, post, action, reason=reason, after=post.digest or "", told=told)
    session.flush()


def note(
    app: App,
    session: Session,
    actor: Actor,
    post: Post,
    action: str,
    *,
    reason: str = "",
    before: str = "",
    after: str = "",
    told: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Write the audit entry of what ``actor`` did with a post.

    ``before`` and ``after`` are digests, ``told`` what else an entry of ``action`` holds.
    """
    detail = json.dumps(told, ensure_ascii=False) if told else ""
    app.note(
        session,
        app.entry(
            actor,
            action,
            "post",
            post.id,
            plantel_id=post.plantel_id,
            reason=reason,
            before=before,
            after=after,
            detail=detail,
        ),
    )


def _grounds(session: Session, post: Post, now: datetime) -> dict[str, Any]:
    """Return what a decision rested on: the verdict, the findings, and the seconds it waited."""
    since = waiting_since(session, post)
    check = session.get(CheckRun, (post.id, post.revision))
    told: dict[str, Any] = {"waited_s": int((now - since).total_seconds()) if since else None}
    if check is not None:
        told |= {"verdict": check.verdict, "manual": check.manual_version}
    for name, table in (("findings", Finding), ("dismissed", FindingDismissal)):
        rules = session.scalars(
            select(col(table.rule))
            .where(col(table.post_id) == post.id, col(table.revision) == post.revision)
            .distinct()
            .order_by(col(table.rule))
        ).all()
        if rules:
            told[name] = list(rules)
    return told


def is_central(actor: Actor) -> bool:
    """Tell whether a person acts for Vinculación or Difusión, and not for a plantel."""
    return not actor.roles.isdisjoint(_CENTRAL)


def made_centrally(app: App, session: Session, post: Post) -> bool:
    """Tell whether author and last editor both act for Vinculación or Difusión now.

    Whoever reviews or sends the post in decides nothing here: a text that a plantel touched is a
    plantel's text.
    """
    now = app.clock()
    central = {
        person for role in _CENTRAL for person in access.persons_with(session, role, now=now)
    }
    return {post.author_id, post.last_editor_id} <= central


def excepted(session: Session, post: Post, digest: str) -> bool:
    """Tell whether the Directora granted an exception for exactly this content of the post."""
    found = session.execute(
        select(col(ExceptionRequest.id)).where(
            col(ExceptionRequest.post_id) == post.id,
            col(ExceptionRequest.state) == "granted",
            col(ExceptionRequest.content_digest) == digest,
        )
    ).first()
    return found is not None


def open_request(session: Session, post: Post) -> ExceptionRequest | None:
    """Return the post's request for an exception that waits for the Directora."""
    return session.scalars(
        select(ExceptionRequest).where(
            col(ExceptionRequest.post_id) == post.id, col(ExceptionRequest.state) == "open"
        )
    ).one_or_none()


def drop_request(session: Session, post: Post, now: datetime) -> None:
    """End the open request, if any, without anybody's decision: its content is gone."""
    pending = open_request(session, post)
    if pending is not None:
        pending.state = "denied"
        pending.resolution = texts.EXCEPTION_REPLACED
        pending.resolved_at = now
        session.flush()
