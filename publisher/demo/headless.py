"""The main job without a browser: from draft to the sandbox's timelines."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from publisher import localtime
from publisher.app import App
from publisher.delivery.states import DECIDABLE, TERMINAL
from publisher.demo import cast as acting
from publisher.demo import samples
from publisher.demo.cast import Cast
from publisher.demo.samples import Sample
from publisher.editorial import approve, review
from publisher.errors import Invalid, Unready
from publisher.models import Delivery, Post
from publisher.texts import demo as texts
from publisher.texts import samples as words

Say = Callable[[str, int, int], None]

MARGIN_BASE = 3.0
MARGIN_EACH = 0.12
"""Seconds, and seconds a post, that dictamen and approval may take before the posts are due."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What was made: ids of approved posts, and what the manual and people sent back.

    ``slipped`` are texts that the manual had to refuse and did not.
    """

    approved: tuple[int, ...]
    refused: int
    slipped: tuple[str, ...]
    returned: int
    due_at: datetime

    @property
    def first(self) -> int:
        """The id of the first approved post."""
        return min(self.approved)


def prepare(
    app: App,
    cast: Cast,
    *,
    posts: int,
    seed: int,
    due_in: float | None = None,
    say: Say,
) -> Prepared:
    """Make ``posts`` approved posts, and some that the manual refuses and people return.

    ``due_in`` is seconds from the start of approval; without it, as soon as they are all approved.
    """
    good = samples.approved(posts, seed=seed, planteles=cast.names)
    bad = samples.blocked(max(1, posts // 10), seed=seed, planteles=cast.names)
    vague = samples.returned(max(1, posts // 20), seed=seed, planteles=cast.names)
    slipped = tuple(sample.text for sample in bad if not _is_refused(app, cast, sample))
    for sample in vague:
        post_id = acting.write(app, cast, sample)
        acting.send(app, cast, sample, post_id)
        review.give(app, cast.coordinador, post_id, decision="returned", reason=words.RETURN_REASON)
    submitted: list[int] = []
    for sample, media in acting.with_pictures(app, cast, good):
        say(texts.PROGRESS_DRAFT, len(submitted), posts)
        post_id = acting.write(app, cast, sample, media)
        acting.send(app, cast, sample, post_id)
        submitted.append(post_id)
    say(texts.PROGRESS_DRAFT, posts, posts)
    wait = MARGIN_BASE + MARGIN_EACH * posts
    due = app.clock() + timedelta(seconds=max(wait, due_in or 0.0))
    _approve_all(app, cast, good, submitted, due, say)
    return Prepared(
        approved=tuple(submitted),
        refused=len(bad) - len(slipped),
        slipped=slipped,
        returned=len(vague),
        due_at=due,
    )


def wait_until_done(
    app: App,
    *,
    since_post: int,
    timeout: float,
    say: Say,
    check_alive: Callable[[], None],
) -> dict[str, int]:
    """Wait until nothing from post ``since_post`` on is on its way; returns counts by state.

    Raises ``Unready`` after ``timeout`` seconds without an end, and what ``check_alive`` raises.
    """
    end = time.monotonic() + timeout
    while True:
        states = count_states(app, since_post=since_post)
        ended = sum(n for state, n in states.items() if state in TERMINAL | DECIDABLE)
        total = sum(states.values())
        say(texts.PROGRESS_PUBLISH, ended, total)
        if ended == total:
            return states
        if time.monotonic() > end:
            raise Unready(texts.UNFINISHED.format(n=total - ended, seconds=timeout))
        check_alive()
        time.sleep(0.2)


def count_states(app: App, *, since_post: int) -> dict[str, int]:
    """Return how many deliveries of the posts from ``since_post`` on are in each state."""
    with app.read() as session:
        rows = session.execute(
            select(col(Delivery.state), func.count())
            .where(col(Delivery.post_id) >= since_post)
            .group_by(col(Delivery.state))
        ).all()
    return dict(rows)


def _approve_all(
    app: App,
    cast: Cast,
    good: Sequence[Sample],
    submitted: Sequence[int],
    due: datetime,
    say: Say,
) -> None:
    for number, (sample, post_id) in enumerate(zip(good, submitted, strict=True)):
        say(texts.PROGRESS_REVIEW, number, len(good))
        _, _, zone = cast.planteles[sample.plantel]
        review.give(
            app,
            cast.coordinador,
            post_id,
            decision="reviewed",
            account_ids=cast.targets(sample),
            local_at=localtime.wall_of(due, zone),
        )
    with app.read() as session:
        digests = session.execute(
            select(col(Post.id), col(Post.digest)).where(
                col(Post.id) >= min(submitted), col(Post.state) == "reviewed"
            )
        ).all()
    mine = set(submitted)
    answers = approve.approve_many(
        app,
        cast.directora,
        [(post_id, digest or "") for post_id, digest in digests if post_id in mine],
    )
    say(texts.PROGRESS_REVIEW, len(good), len(good))
    failed = [answer.sentence for answer in answers if not answer.ok]
    if failed:
        raise Unready(failed[0])


def _is_refused(app: App, cast: Cast, sample: Sample) -> bool:
    """Tell whether the manual stops a sample on its way to consulta."""
    post_id = acting.write(app, cast, sample)
    try:
        acting.send(app, cast, sample, post_id)
    except Invalid:
        return True
    return False
