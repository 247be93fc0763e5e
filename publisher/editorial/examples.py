"""Good examples: published posts that the office holds up, shown by topic to who writes.

``choose`` and ``drop``; which posts are worth it is ``queries.examples``' suggestion.
"""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.editorial import posts
from publisher.editorial.content import plain
from publisher.errors import Conflict, Invalid, NotFound
from publisher.models import Delivery, GoodExample, Post, Receipt
from publisher.texts import learning as texts

ACTION = "manual.edit"
NOTE_MAX = 300


def choose(app: App, actor: Actor, post_id: int, *, note: str = "") -> None:
    """Hold a published post up as an example of its topic; ``note`` says what is good about it.

    Raises ``NotFound``, ``Conflict`` where nothing of it is public or it was chosen already,
    ``Invalid`` for a note that is too long.
    """
    access.authorize(actor, ACTION)
    note = " ".join(plain(note).split())
    if len(note) > NOTE_MAX:
        raise Invalid(texts.NOTE_LONG.format(n=NOTE_MAX), field="note")
    with app.write() as session:
        post = session.get(Post, post_id)
        if post is None:
            raise NotFound(texts.NO_SUCH_POST)
        if session.get(GoodExample, post_id) is not None:
            raise Conflict(texts.CHOSEN)
        if not _is_public(session, post):
            raise Conflict(texts.NOT_PUBLIC)
        session.add(
            GoodExample(
                post_id=post_id,
                revision=post.revision,
                topic=post.topic,
                note=note,
                chosen_by=actor.person_id,
                at=app.clock(),
            )
        )
        posts.note(app, session, actor, post, "post.example.chosen", reason=note)


def drop(app: App, actor: Actor, post_id: int) -> None:
    """Hold a post up no longer. Raises ``NotFound`` where it was no example."""
    access.authorize(actor, ACTION)
    with app.write() as session:
        row = session.get(GoodExample, post_id)
        if row is None:
            raise NotFound(texts.NO_EXAMPLE)
        session.delete(row)
        post = session.get_one(Post, post_id)
        posts.note(app, session, actor, post, "post.example.dropped")


def _is_public(session: Session, post: Post) -> bool:
    shown = exists().where(col(Receipt.delivery_id) == col(Delivery.id), col(Receipt.part) == 0)
    found = session.scalar(
        select(col(Delivery.id))
        .where(
            col(Delivery.post_id) == post.id,
            col(Delivery.revision) == post.revision,
            col(Delivery.state) == "published",
            shown,
        )
        .limit(1)
    )
    return found is not None
