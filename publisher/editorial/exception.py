"""The exception to a *bloqueo*: asked with a reason, resolved only by the Directora.

It holds for exactly the content that it was asked for. Rules 6.3 and 6.4 (personal data) and a
network's own refusal are never excepted.
"""

from __future__ import annotations

from sqlmodel import Session

from publisher import access, notices, rulebook
from publisher.app import Actor, App
from publisher.editorial import veda
from publisher.editorial.checking import NEVER_EXCEPTED, Checked, exception_digest
from publisher.editorial.content import plain
from publisher.editorial.places import authorize_places
from publisher.editorial.posts import (
    EDITABLE,
    drop_request,
    find_post,
    note,
    open_request,
    require_state,
)
from publisher.editorial.submit import check_stored, store_findings
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import ExceptionRequest, Post
from publisher.texts import editorial as texts

REASON_MIN = 20
RESOLUTION_MIN = 10


def ask_exception(app: App, actor: Actor, post_id: int, *, reason: str) -> None:
    """Ask the Directora to let a *bloqueo* through, for exactly the present content."""
    reason = plain(reason).strip()
    if len(reason) < REASON_MIN:
        raise Invalid(texts.EXCEPTION_REASON, field="reason")
    manual = rulebook.in_force(app)
    with app.write() as session:
        post = find_post(session, actor, "post.submit", post_id)
        require_state(post, EDITABLE, texts.ACTION_EXCEPTION)
        checked, snapshot, places = check_stored(app, session, post, manual)
        authorize_places(actor, "post.submit", places)
        _refuse_unexceptable(checked)
        store_findings(app, session, post, checked)
        digest = exception_digest(snapshot, checked)
        _replace_open(app, session, post, digest)
        session.add(
            ExceptionRequest(
                post_id=post_id,
                revision=post.revision,
                content_digest=digest,
                requested_by=actor.person_id,
                reason=reason,
                created_at=app.clock(),
            )
        )
        note(app, session, actor, post, "post.exception.asked", reason=reason, after=digest)
        notices.notify(
            session,
            app,
            role="DIRV",
            kind="exception.asked",
            subject=texts.NOTICE_EXCEPTION,
            body=reason,
            link=f"/publicacion?id={post_id}",
        )


def resolve_exception(
    app: App, actor: Actor, post_id: int, *, grant: bool, reason: str, legal_basis: str = ""
) -> None:
    """Grant or deny the open request; only the Directora, never on her own content.

    What an electoral window forbids is granted only with a ``legal_basis`` of 20 letters or more.
    Raises ``Conflict`` where nothing waits, and for a grant of what is no longer the content.
    """
    reason = plain(reason).strip()
    if len(reason) < RESOLUTION_MIN:
        raise Invalid(texts.RETURN_REASON, field="reason")
    manual = rulebook.in_force(app)
    with app.write() as session:
        post = find_post(session, actor, "post.exception", post_id)
        request = open_request(session, post)
        if request is None or post.state not in EDITABLE:
            raise Conflict(texts.EXCEPTION_NONE)
        if not access.may_judge(
            actor.person_id,
            author_id=post.author_id,
            last_editor_id=post.last_editor_id,
            submitter_ids=(request.requested_by,),
        ):
            raise Forbidden(texts.EXCEPTION_OWN)
        if grant:
            checked, snapshot, _ = check_stored(app, session, post, manual)
            _refuse_unexceptable(checked)
            if exception_digest(snapshot, checked) != request.content_digest:
                raise Conflict(texts.EXCEPTION_CHANGED)
            request.legal_basis = veda.require_legal_basis(checked.findings, legal_basis)
        request.state = "granted" if grant else "denied"
        request.resolved_by = actor.person_id
        request.resolution = reason
        request.resolved_at = app.clock()
        note(
            app,
            session,
            actor,
            post,
            f"post.exception.{request.state}",
            reason=reason,
            after=request.content_digest,
            told={"legal_basis": request.legal_basis} if request.legal_basis else {},
        )
        notices.notify(
            session,
            app,
            person_ids=[request.requested_by],
            kind=f"exception.{request.state}",
            subject=texts.NOTICE_EXCEPTION_DONE[request.state],
            body=reason,
            link=f"/nueva?id={post_id}",
        )


def _refuse_unexceptable(checked: Checked) -> None:
    if not checked.blocks:
        raise Conflict(texts.NO_BLOCK)
    for finding in checked.blocks:
        if finding.source == "connector":
            raise Invalid(texts.BLOCKED_BY_NETWORK.format(sentence=finding.explanation))
        if finding.rule in NEVER_EXCEPTED:
            raise Forbidden(texts.NEVER_EXCEPTED)


def _replace_open(app: App, session: Session, post: Post, digest: str) -> None:
    pending = open_request(session, post)
    if pending is not None and pending.content_digest == digest:
        raise Conflict(texts.EXCEPTION_OPEN)
    drop_request(session, post, app.clock())
