"""The visto bueno of a plantel's director, before a post reaches Difusión (DP-5.3.1).

``clear`` and ``object_to`` judge exactly the content that was on the screen; ``switch`` turns the
option on or off for the institution, ``is_asked`` tells which.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlmodel import Session, col

from publisher import access, notices
from publisher.app import Actor, App
from publisher.editorial import clearance
from publisher.editorial.content import plain
from publisher.editorial.posts import find_post, require_state
from publisher.editorial.review import end
from publisher.editorial.snapshot import load_snapshot
from publisher.errors import Conflict
from publisher.models import Institution, Post
from publisher.texts import clearance as texts


def clear(app: App, actor: Actor, post_id: int, *, digest: str) -> None:
    """Give the visto bueno to the content with ``digest``; the post goes on to Difusión.

    Raises ``Conflict`` where it does not wait for one, or the content is another.
    """
    with app.write() as session:
        post = _open(session, actor, post_id, digest)
        clearance.write(app, session, actor, post, digest, "cleared")
        post.awaits_clearance = False
        post.version += 1
        post.updated_at = app.clock()
        notices.notify(
            session,
            app,
            person_ids={post.author_id, post.submitted_by_id or post.author_id} - {actor.person_id},
            kind="post.cleared",
            subject=texts.CLEARED_SUBJECT,
            body=texts.CLEARED_BODY,
            link=f"/publicacion?id={post_id}",
        )


def object_to(app: App, actor: Actor, post_id: int, *, digest: str, reason: str) -> None:
    """Withhold the visto bueno: the post returns to its author with the reason.

    Raises what ``clear`` raises, and ``Invalid`` without a reason of ten letters.
    """
    with app.write() as session:
        post = _open(session, actor, post_id, digest)
        end(app, session, actor, post, "returned", reason)
        clearance.write(app, session, actor, post, digest, "objected", plain(reason).strip())


def switch(app: App, actor: Actor, *, on: bool) -> int:
    """Ask for the visto bueno from now on, or no longer; return how many posts that released.

    Turned off, what waits for a director goes on to Difusión as it is.
    """
    access.authorize(actor, "clearance.switch")
    with app.write() as session:
        house = session.get_one(Institution, 1)
        if house.clearance == on:
            raise Conflict(texts.ALREADY[on])
        house.clearance = on
        waiting = [] if on else _waiting(session)
        session.execute(
            update(Post)
            .where(col(Post.id).in_(waiting))
            .values(awaits_clearance=False, version=col(Post.version) + 1)
        )
        app.note(
            session,
            app.entry(
                actor,
                "institution.clearance",
                "institution",
                1,
                before=str(not on).lower(),
                after=str(on).lower(),
                detail=f'{{"released": {len(waiting)}}}',
            ),
        )
        for role in ("DIRP", "OPER", "COOR"):
            notices.notify(
                session,
                app,
                role=role,
                kind="institution.clearance",
                subject=texts.SWITCHED_SUBJECT[on],
                body=texts.SWITCHED_BODY[on].format(name=actor.name),
            )
        return len(waiting)


def is_asked(app: App) -> bool:
    """Tell whether the institution asks for the visto bueno now."""
    with app.read() as session:
        return clearance.is_on(session)


def _open(session: Session, actor: Actor, post_id: int, digest: str) -> Post:
    post = find_post(session, actor, "post.clear", post_id)
    require_state(post, ("in_review",), texts.ACTION)
    if not post.awaits_clearance:
        raise Conflict(texts.NOT_WAITING)
    if not digest or load_snapshot(session, post_id, post.revision).content_digest != digest:
        raise Conflict(texts.OTHER_DIGEST)
    return post


def _waiting(session: Session) -> list[int]:
    found = session.scalars(
        select(col(Post.id))
        .where(col(Post.state) == "in_review", col(Post.awaits_clearance).is_(True))
        .with_for_update()
    )
    return [post_id for post_id in found if post_id is not None]
