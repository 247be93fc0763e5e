"""The dictamen of Difusión: it reviews, and proposes accounts and time (RS-5.1.4, CD-5.2.3)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from sqlmodel import Session

from publisher import access, notices, rulebook
from publisher.app import Actor, App
from publisher.editorial import clearance, veda
from publisher.editorial.content import check_time, plain
from publisher.editorial.phrases import compose
from publisher.editorial.places import (
    ask_fold,
    authorize_places,
    places_for,
    require_targets,
    targets_of,
    write_targets,
)
from publisher.editorial.posts import find_post, record, require_state
from publisher.editorial.standing import standing
from publisher.editorial.submit import check_stored, refuse_blocked, store_findings
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.media import reach
from publisher.models import Post
from publisher.texts import editorial as texts

Decision = Literal["reviewed", "returned", "rejected"]
Ending = Literal["returned", "rejected"]
REASON_MIN = 10


def give(
    app: App,
    actor: Actor,
    post_id: int,
    *,
    decision: Decision,
    reason: str = "",
    phrases: Collection[int] = (),
    account_ids: tuple[int, ...] = (),
    local_at: str | None = None,
    time_mode: str = "local",
    fold: int | None = None,
    version: int | None = None,
) -> None:
    """Give the dictamen on a post in consulta.

    ``reviewed`` fixes accounts and time and sends it to the Directora's queue; ``returned`` and
    ``rejected`` need a reason, or ``phrases`` (ids of those kept for it). Nobody reviews what they
    wrote, edited or sent in. ``version`` is that of the screen: another one raises ``Conflict``,
    so that nobody judges what they did not see. Raises ``Invalid`` too for an hour that happens
    twice when ``fold`` does not say which.
    """
    check_time(local_at, time_mode, fold)
    manual = rulebook.in_force(app)
    if decision == "reviewed":
        reach.ask(app)
    with app.write() as session:
        post = find_post(session, actor, "post.review", post_id)
        require_state(post, ("in_review",), texts.ACTION_REVIEW)
        require_other(actor, post)
        if version is not None and version != post.version:
            raise Conflict(texts.OTHER_VERSION)
        clearance.require(session, actor, post)
        if decision != "reviewed":
            end(app, session, actor, post, decision, reason, phrases)
            return
        if not local_at:
            raise Invalid(texts.NO_TIME, field="local_at")
        was = standing(session, post)
        places = places_for(session, actor, account_ids)
        post.local_at, post.time_mode = local_at, time_mode
        post.fold = ask_fold(local_at, time_mode, fold, post.timezone, places)
        write_targets(session, post, account_ids)
        require_targets(post, places, app)
        checked, snapshot, _ = check_stored(app, session, post, manual)
        refuse_blocked(session, post, checked, snapshot)
        veda.require_grounds(checked.findings, reason)
        store_findings(app, session, post, checked)
        post.state = "reviewed"
        post.digest = snapshot.digest
        post.version += 1
        record(app, session, actor, post, "reviewed", reason=plain(reason).strip(), was=was)


def withdraw(app: App, actor: Actor, post_id: int, *, reason: str = "") -> None:
    """Take a post out of consulta or of the queue; it can be edited again as a new revision.

    Whoever neither wrote nor sent it says why. Raises ``Invalid``, ``Forbidden``, ``Conflict``.
    """
    reason = plain(reason).strip()
    with app.write() as session:
        post = find_post(session, actor, "post.cancel", post_id)
        require_state(post, ("in_review", "reviewed"), texts.ACTION_WITHDRAW)
        authorize_places(actor, "post.cancel", targets_of(session, post))
        makers = {post.author_id, post.submitted_by_id or post.author_id}
        if actor.person_id not in makers and len(reason) < REASON_MIN:
            raise Invalid(texts.WITHDRAW_REASON, field="reason")
        post.state = "returned"
        post.digest = None
        post.awaits_clearance = False
        post.version += 1
        record(app, session, actor, post, "withdrawn", reason=reason)
        notices.notify(
            session,
            app,
            person_ids=makers - {actor.person_id},
            kind="post.withdrawn",
            subject=texts.NOTICE_WITHDRAWN,
            body=reason,
            link=f"/nueva?id={post_id}",
        )


def end(
    app: App,
    session: Session,
    actor: Actor,
    post: Post,
    decision: Ending,
    reason: str,
    phrases: Collection[int] = (),
) -> None:
    """Return or reject a post with its reason, and tell its author."""
    said = compose(session, phrases, plain(reason).strip())
    if len(said.text) < REASON_MIN:
        raise Invalid(texts.RETURN_REASON, field="reason")
    was = standing(session, post)
    post.state = decision
    post.digest = None
    post.awaits_clearance = False
    post.version += 1
    record(app, session, actor, post, decision, reason=said.text, cites=said.rules, was=was)
    returned = decision == "returned"
    notices.notify(
        session,
        app,
        person_ids={post.author_id, post.submitted_by_id or post.author_id},
        kind=f"post.{decision}",
        subject=texts.NOTICE_RETURNED if returned else texts.NOTICE_REJECTED,
        body=said.text,
        link=f"/nueva?id={post.id}" if returned else f"/publicacion?id={post.id}",
    )


def require_other(actor: Actor, post: Post) -> None:
    """Raise ``Forbidden`` for whoever wrote, last edited or sent in the post."""
    submitters = () if post.submitted_by_id is None else (post.submitted_by_id,)
    if not access.may_judge(
        actor.person_id,
        author_id=post.author_id,
        last_editor_id=post.last_editor_id,
        submitter_ids=submitters,
    ):
        raise Forbidden(texts.OWN_CONTENT)
