"""Deciding on many posts at once: each on its own, so that one that cannot stops no other.

``favour_many`` ``return_many``; ``approve.approve_many`` is the Directora's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import partial

from publisher.app import Actor, App
from publisher.editorial import approve, review
from publisher.editorial.approve import Answer
from publisher.editorial.content import read_content
from publisher.errors import Conflict, NotFound, PublisherError
from publisher.models import Post
from publisher.texts import editorial as texts


def favour_many(app: App, actor: Actor, items: Iterable[tuple[int, int]]) -> tuple[Answer, ...]:
    """Give a favourable dictamen to posts, with the accounts and the time that they propose.

    ``items`` are (post id, version on the screen).
    """
    return tuple(
        _answer(post_id, partial(_favour, app, actor, post_id, version), texts.REVIEWED_DONE)
        for post_id, version in items
    )


def return_many(
    app: App,
    actor: Actor,
    post_ids: Iterable[int],
    *,
    reason: str = "",
    phrases: Collection[int] = (),
) -> tuple[Answer, ...]:
    """Return posts to their authors from where each of them waits, all with the same reason."""
    return tuple(
        _answer(
            post_id,
            partial(end_where_it_waits, app, actor, post_id, "returned", reason, phrases),
            texts.RETURNED_DONE,
        )
        for post_id in post_ids
    )


def end_where_it_waits(
    app: App,
    actor: Actor,
    post_id: int,
    decision: review.Ending,
    reason: str,
    phrases: Collection[int] = (),
) -> None:
    """Return or reject a post from consulta or from the queue, wherever it waits now."""
    with app.read() as session:
        post = session.get(Post, post_id)
        if post is None:
            raise NotFound(texts.NO_SUCH_POST.format(id=post_id))
        state = post.state
    if state == "in_review":
        review.give(app, actor, post_id, decision=decision, reason=reason, phrases=phrases)
    elif decision == "returned":
        approve.send_back(app, actor, post_id, reason=reason, phrases=phrases)
    else:
        approve.reject(app, actor, post_id, reason=reason, phrases=phrases)


def _favour(app: App, actor: Actor, post_id: int, version: int) -> None:
    with app.read() as session:
        post = session.get(Post, post_id)
        if post is None:
            raise NotFound(texts.NO_SUCH_POST.format(id=post_id))
        if post.version != version:
            raise Conflict(texts.OTHER_VERSION)
        proposed = read_content(session, post)
    review.give(
        app,
        actor,
        post_id,
        decision="reviewed",
        account_ids=proposed.account_ids,
        local_at=proposed.local_at,
        time_mode=proposed.time_mode,
        fold=proposed.fold,
        version=version,
    )


def _answer(post_id: int, verb: Callable[[], None], done: str) -> Answer:
    try:
        verb()
    except PublisherError as error:
        return Answer(post_id=post_id, ok=False, sentence=str(error))
    return Answer(post_id=post_id, ok=True, sentence=done)
