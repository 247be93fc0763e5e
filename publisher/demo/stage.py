"""The posts that a person finds on the screens of ``make demo``: one of each state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from publisher import localtime
from publisher.app import App
from publisher.demo import by_hand, samples
from publisher.demo import cast as acting
from publisher.demo.cast import Cast
from publisher.demo.samples import Sample
from publisher.editorial import approve, review
from publisher.models import Post
from publisher.texts import demo as texts
from publisher.texts import samples as words

DRAFTS, IN_REVIEW, IN_QUEUE, SCHEDULED, SOON = 3, 5, 8, 8, 6
FIRST_MINUTES = 3
HOUR = 60
OPENS, CLOSES = 8, 19


def set_stage(app: App, say: Callable[[str, int, int], None]) -> int:
    """Fill an empty demo; returns how many posts there are. A demo that has posts is left alone."""
    with app.read() as session:
        existing = session.execute(select(func.count()).select_from(Post)).scalar_one()
    if existing:
        return int(existing)
    cast = acting.gather_cast(app)
    waiting = by_hand.set_by_hand(app, cast)
    total = DRAFTS + IN_REVIEW + IN_QUEUE + SCHEDULED + SOON
    made = samples.approved(total, seed=7, planteles=cast.names)
    for number, (sample, media) in enumerate(acting.with_pictures(app, cast, made)):
        say(texts.PROGRESS_DRAFT, number, total)
        post_id = acting.write(app, cast, sample, media)
        if number >= DRAFTS:
            acting.send(app, cast, sample, post_id)
        place = number - DRAFTS - IN_REVIEW
        if place >= 0:
            _review(app, cast, sample, post_id, minutes=_minutes(place))
        if place >= IN_QUEUE:
            _approve(app, cast, post_id)
    say(texts.PROGRESS_DRAFT, total, total)
    vague = samples.returned(2, seed=7, planteles=cast.names)
    for sample in vague:
        post_id = acting.write(app, cast, sample)
        acting.send(app, cast, sample, post_id)
        review.give(app, cast.coordinador, post_id, decision="returned", reason=words.RETURN_REASON)
    return waiting + total + len(vague)


def _minutes(place: int) -> int:
    """Return how far ahead a post is: the queue within days, then hours, the last in minutes."""
    if place < IN_QUEUE:
        return 60 * (20 + 7 * place)
    if place < IN_QUEUE + SCHEDULED:
        return 60 * (2 + 5 * (place - IN_QUEUE))
    return FIRST_MINUTES + 2 * (place - IN_QUEUE - SCHEDULED)


def _review(app: App, cast: Cast, sample: Sample, post_id: int, *, minutes: int) -> None:
    _, _, zone = cast.planteles[sample.plantel]
    due = (app.clock() + timedelta(minutes=minutes)).replace(second=0)
    if minutes >= HOUR:
        due = _office_time(due, zone)
    review.give(
        app,
        cast.coordinador,
        post_id,
        decision="reviewed",
        account_ids=cast.targets(sample),
        local_at=localtime.wall_of(due, zone),
    )


def _office_time(instant: datetime, zone: str) -> datetime:
    """Return the same or the next moment at which an office would publish there."""
    local = instant.astimezone(localtime.zone(zone)).replace(second=0, microsecond=0)
    if OPENS <= local.hour < CLOSES:
        return local
    days = 1 if local.hour >= CLOSES else 0
    hour = OPENS + local.hour % (CLOSES - OPENS)
    return local.replace(hour=hour, minute=0) + timedelta(days=days)


def _approve(app: App, cast: Cast, post_id: int) -> None:
    with app.read() as session:
        digest = session.execute(select(col(Post.digest)).where(col(Post.id) == post_id)).scalar()
    approve.approve(app, cast.directora, post_id, digest=digest or "")
