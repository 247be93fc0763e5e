"""What accounts show and count is read now and then, and never at the cost of a send."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.after import Comment, Metrics
from connectors.contract import Usage
from connectors.errors import Throttled, Unavailable
from publisher.delivery import bucket as buckets
from publisher.delivery import survey
from publisher.delivery.bucket import Bucket
from publisher.delivery.pace import read_buckets
from publisher.errors import Conflict, NotFound
from publisher.models import RemotePost
from publisher.queries import activity, reach
from publisher.queries import post as queries
from tests.publisher.delivery.desk import Desk
from tests.support.networks import EPOCH, FakeConnector, Fault, Shown


def published(desk: Desk, *networks: str, code: str = "SAL") -> list[int]:
    ids = desk.due(*networks, code=code)
    desk.run(desk.engine())
    return ids


def survey_all(desk: Desk) -> int:
    """Let the time of every account come, and read them all."""
    desk.small.clock.pass_(seconds=survey.BILLED_EVERY * desk.timing.survey_every + 1)
    read = 0
    while found := survey.survey_due(desk.app):
        read += found
    return read


def rows(desk: Desk) -> list[RemotePost]:
    with desk.app.read() as session:
        return list(session.scalars(select(RemotePost).order_by(col(RemotePost.id))))


def stranger(desk: Desk, network: str = "x") -> Shown:
    account = next(post.account for post in desk.networks.posts if post.network == network)
    shown = Shown(
        network=network,
        account=account,
        text="Aviso que alguien escribió en el teléfono",
        media=(),
        alt_texts=(),
        remote_id=f"{network}-ajena",
        created=EPOCH,
    )
    desk.networks.posts.append(shown)
    return shown


def test_figures_stand_by_the_post_and_are_summed_for_the_plantel(desk: Desk) -> None:
    first = published(desk, "x", "facebook")
    published(desk, "x")
    told = {
        post.remote_id: Metrics(likes=5, comments=1, views=None if post.network == "x" else 90)
        for post in desk.networks.posts
    }
    desk.networks.figures.update(told)
    assert survey_all(desk) == 9
    dirv = desk.small.people["DIRV"]
    story = queries.story(desk.app, dirv, desk.row(first[0]).post_id)
    figures = {row.network: row.figures for row in story.deliveries}
    assert figures["x"] is not None
    assert (figures["x"].likes, figures["x"].views) == (5, None)
    (plantel,) = [r for r in activity.by_plantel(desk.app, dirv).rows if r.reach]
    assert plantel.reach["x"] == reach.Reach(posts=2, likes=10, comments=2, shares=None, views=None)
    assert plantel.reach["facebook"].views == 90


def test_a_post_that_went_out_elsewhere_is_told_as_such(desk: Desk) -> None:
    published(desk, "x")
    other = stranger(desk)
    survey_all(desk)
    dirv, plantel = desk.small.people["DIRV"], desk.small.planteles["SAL"]
    (row,) = reach.elsewhere(desk.app, dirv, plantel)
    assert (row.text, row.network) == (other.text, "x")
    assert all(one.text == "" for one in rows(desk) if one.delivery_id)
    with pytest.raises(NotFound):
        reach.elsewhere(desk.app, desk.small.people["DIRP.TOR"], plantel)


def test_one_that_turns_out_to_be_ours_is_no_longer_elsewhere(desk: Desk) -> None:
    (id_,) = published(desk, "x")
    desk.change_receipt(id_, remote_id="x-otra")
    survey_all(desk)
    dirv, plantel = desk.small.people["DIRV"], desk.small.planteles["SAL"]
    assert len(reach.elsewhere(desk.app, dirv, plantel)) == 1
    desk.change_receipt(id_, remote_id="x-1")
    assert reach.elsewhere(desk.app, dirv, plantel) == ()


def test_an_account_is_read_once_an_interval_and_a_billed_one_more_rarely(desk: Desk) -> None:
    survey_all(desk)
    desk.networks.calls.clear()
    assert survey.survey_due(desk.app) == 0
    desk.small.clock.pass_(seconds=desk.timing.survey_every + 1)
    while survey.survey_due(desk.app):
        pass
    asked = {call.connector for call in desk.networks.called("recent")}
    assert asked == {"facebook", "instagram"}
    assert survey.survey_due(desk.app) == 0


def test_a_reading_that_fails_costs_nothing_and_comes_again(desk: Desk) -> None:
    published(desk, "facebook")
    faults = [Fault(Unavailable()), Fault(KeyError("x"))]
    desk.networks.order("facebook", "recent", *faults)
    survey_all(desk)
    assert survey_all(desk) == 9
    assert any(row.delivery_id for row in rows(desk))


def test_nothing_is_asked_of_a_platform_that_asked_to_wait(desk: Desk) -> None:
    published(desk, "facebook")
    error = Throttled(code="facebook.throttled")
    until = desk.now + timedelta(days=9)
    error.usage = (Usage(scope="app", limit=1, remaining=0, blocked_until=until, throttled=True),)
    desk.networks.order("facebook", "recent", Fault(error))
    survey_all(desk)
    before = len([c for c in desk.networks.called("recent") if c.connector == "facebook"])
    survey_all(desk)
    after = len([c for c in desk.networks.called("recent") if c.connector == "facebook"])
    assert after == before


def test_the_quota_that_instagram_states_is_the_accounts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def allowance(self: FakeConnector, credential: Any) -> tuple[Usage, ...]:
        left = 5 if self.key == "instagram" else 50
        return (Usage(scope="account", limit=25, remaining=left, unit="posts"),)

    monkeypatch.setattr(FakeConnector, "allowance", allowance, raising=False)
    survey_all(desk)
    account = desk.small.accounts["SAL", "instagram"]
    with desk.app.read() as session:
        (bucket,) = read_buckets(session, [f"account:{account}"]).values()
    assert (bucket.capacity, bucket.tokens) == (25, 5)
    assert buckets.ready_at(bucket, now=desk.now) is not None  # a fifth is kept


def test_a_stated_count_wins_over_ours_and_per_cent_do_not() -> None:
    ours = Bucket(scope="a", tokens=90, capacity=100, window_seconds=86_400, updated_at=EPOCH)
    stated = Usage(scope="account", limit=25, remaining=24, unit="posts")
    assert buckets.told(ours, stated, counted=True, now=EPOCH).tokens == 24
    per_cent = Usage(scope="account", limit=100, remaining=3)
    assert buckets.told(ours, per_cent, counted=True, now=EPOCH).tokens == 90


def test_comments_are_read_when_somebody_asks_and_kept_nowhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id_,) = published(desk, "facebook")
    with pytest.raises(Conflict):
        survey.comments(desk.app, desk.small.people["DIRV"], id_)
    said = Comment(remote_id="1", author="Ana", text="¡Bien!", created_at=EPOCH)
    monkeypatch.setattr(FakeConnector, "comments", lambda *_, **__: (said,), raising=False)
    assert survey.comments(desk.app, desk.small.people["OPER.SAL"], id_) == (said,)
    assert rows(desk) == []
