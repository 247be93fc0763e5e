"""Drafts: create, autosave, load, discard. Autosave never creates a revision; submitting does."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.editorial.content import (
    DraftContent,
    check_shape,
    fingerprint,
    normal,
    open_revision,
    plain,
    read_content,
    write_content,
)
from publisher.editorial.places import ask_fold, authorize_places, places_for, targets_of
from publisher.editorial.posts import EDITABLE, drop_request, find_post, note, record, require_state
from publisher.errors import Conflict, NotFound
from publisher.models import Person, Plantel, Post, Review
from publisher.texts import editorial as texts


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A post as its composer sees it; ``returned_*`` say why it came back, if it did."""

    post_id: int
    plantel_id: int
    plantel: str
    timezone: str
    state: str
    version: int
    revision: int
    author: str
    content: DraftContent
    returned_by: str = ""
    returned_reason: str = ""


def create(app: App, actor: Actor, *, plantel_id: int, content: DraftContent) -> int:
    """Store a new draft of a plantel and return its id.

    Raises ``Invalid``, and ``Forbidden`` where the plantel or an account is out of reach.
    """
    access.authorize(actor, "post.draft", plantel_id=plantel_id)
    content = normal(content)
    check_shape(content)
    now = app.clock()
    with app.write() as session:
        plantel = session.get(Plantel, plantel_id)
        if plantel is None:
            raise NotFound(texts.NO_SUCH_PLANTEL)
        if plantel.state != "active":
            raise Conflict(texts.PLANTEL_CLOSED.format(plantel=plantel.name))
        post = Post(
            plantel_id=plantel_id,
            author_id=actor.person_id,
            last_editor_id=actor.person_id,
            timezone=plantel.timezone,
            created_at=now,
            updated_at=now,
        )
        session.add(post)
        session.flush()
        _write(session, actor, post, content)
        _note(app, session, actor, post, "post.create", after=content)
        return int(post.id or 0)


def save(app: App, actor: Actor, post_id: int, *, version: int, content: DraftContent) -> int:
    """Store what the composer holds and return the new version.

    Raises ``Conflict`` when somebody saved another version meanwhile. Saving what is already stored
    changes nothing, not even who edited last. A post that goes out on accounts of other planteles
    is changed only by who may write for all of them.
    """
    content = normal(content)
    check_shape(content)
    with app.write() as session:
        post = find_post(session, actor, "post.draft", post_id)
        require_state(post, EDITABLE, texts.ACTION_EDIT)
        if post.version != version:
            raise Conflict(texts.CHANGED_MEANWHILE)
        stored = read_content(session, post)
        if stored == replace(content, fold=content.fold or 0):
            return post.version
        authorize_places(actor, "post.propose", targets_of(session, post))
        if post.state == "returned":
            open_revision(session, post)
            post.state = "draft"
        _write(session, actor, post, content)
        post.version += 1
        post.last_editor_id = actor.person_id
        post.digest = None
        post.updated_at = app.clock()
        session.flush()
        _note(app, session, actor, post, "post.save", before=stored, after=content)
        return post.version


def load(app: App, actor: Actor, post_id: int) -> Draft:
    """Return a post as its composer shows it."""
    with app.read() as session:
        post = session.get(Post, post_id)
        if post is None:
            raise NotFound(texts.NO_SUCH_POST.format(id=post_id))
        access.authorize(actor, "post.draft", plantel_id=post.plantel_id)
        plantel = session.get_one(Plantel, post.plantel_id)
        author = session.get_one(Person, post.author_id)
        returned = _last_return(session, post)
        return Draft(
            post_id=post_id,
            plantel_id=post.plantel_id,
            plantel=plantel.name,
            timezone=plantel.timezone,
            state=post.state,
            version=post.version,
            revision=post.revision,
            author=author.name,
            content=read_content(session, post),
            returned_by=returned[0],
            returned_reason=returned[1],
        )


def discard(app: App, actor: Actor, post_id: int, *, reason: str = "") -> None:
    """Give up a draft; it leaves the lists and stays in the record."""
    with app.write() as session:
        post = find_post(session, actor, "post.draft", post_id)
        require_state(post, EDITABLE, texts.ACTION_DISCARD)
        authorize_places(actor, "post.cancel", targets_of(session, post))
        drop_request(session, post, app.clock())
        post.state = "cancelled"
        post.version += 1
        record(app, session, actor, post, "cancelled", reason=plain(reason).strip())


def _write(session: Session, actor: Actor, post: Post, content: DraftContent) -> None:
    places = places_for(session, actor, content.account_ids)
    fold = ask_fold(content.local_at, content.time_mode, content.fold, post.timezone, places)
    write_content(session, post, content, fold=fold)


def _note(
    app: App,
    session: Session,
    actor: Actor,
    post: Post,
    action: str,
    *,
    before: DraftContent | None = None,
    after: DraftContent,
) -> None:
    note(
        app,
        session,
        actor,
        post,
        action,
        before=fingerprint(before) if before else "",
        after=fingerprint(after),
        told={"revision": post.revision, "version": post.version},
    )


def _last_return(session: Session, post: Post) -> tuple[str, str]:
    row = session.execute(
        select(col(Person.name), col(Review.reason))
        .join(Person, col(Person.id) == col(Review.person_id))
        .where(
            col(Review.post_id) == post.id,
            col(Review.decision) == "returned",
            col(Review.undone_at).is_(None),
        )
        .order_by(col(Review.id).desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row and post.state in EDITABLE else ("", "")
