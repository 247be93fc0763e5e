"""Comments are read when they change, kept while people work on them, and told when they wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.after import Comment, Metrics
from connectors.errors import Unavailable
from publisher.delivery import listening, removal, survey
from publisher.errors import NotFound
from publisher.models import RemoteComment
from publisher.queries import comments
from tests.publisher.delivery.desk import Desk, ScriptedPage
from tests.publisher.delivery.test_correction import by_rule, published
from tests.support.networks import EPOCH


class People:
    """What people wrote under the posts of a page, and how often it was asked."""

    def __init__(self) -> None:
        self.said: list[Comment] = []
        self.asked: list[str] = []
        self.down = False

    def say(self, number: int, at: datetime, author: str = "Ana", **more: Any) -> None:
        self.said.insert(
            0,
            Comment(
                remote_id=f"c{number}",
                author=author,
                text=f"Pregunta {number}",
                created_at=at,
                **more,
            ),
        )

    def comments(self, remote_id: str, *, limit: int) -> tuple[Comment, ...]:
        self.asked.append(remote_id)
        if self.down:
            raise Unavailable
        return tuple(self.said[:limit])


class TalkedOf(ScriptedPage):
    """A page under whose posts people write; a class of its own: protocols remember classes."""

    people: People

    def comments(self, _: Any, remote_id: str, *, limit: int = 20) -> tuple[Comment, ...]:
        return self.people.comments(remote_id, limit=limit)


@pytest.fixture
def crowd(desk: Desk) -> People:
    people = People()

    def connect(key: str) -> Any:
        if key != "facebook":
            return desk.networks(key)
        page = TalkedOf(key=key, networks=desk.networks)
        page.people = people
        return page

    desk.small = replace(desk.small, app=replace(desk.app, connect=connect))
    return people


def read(desk: Desk, crowd: People) -> None:
    remote_id = desk.networks.posts[0].remote_id
    desk.networks.figures[remote_id] = Metrics(likes=0, comments=len(crowd.said))
    desk.small.clock.pass_(seconds=desk.timing.survey_every + 1)
    while survey.survey_due(desk.app):
        pass


def kept(desk: Desk) -> list[str]:
    with desk.app.read() as session:
        found = session.scalars(
            select(col(RemoteComment.remote_id)).order_by(col(RemoteComment.remote_id))
        )
        return list(found)


def test_comments_are_read_once_for_each_change_and_not_our_own(desk: Desk, crowd: People) -> None:
    published(desk)
    read(desk, crowd)
    assert crowd.asked == []
    crowd.say(1, desk.now)
    crowd.say(2, desk.now, author="facebook_sal")
    crowd.say(3, desk.now, author="", own=True)
    read(desk, crowd)
    assert kept(desk) == ["c1"]
    read(desk, crowd)
    assert len(crowd.asked) == 1
    crowd.said.pop()
    crowd.say(4, desk.now)
    crowd.say(5, desk.now)
    read(desk, crowd)
    assert kept(desk) == ["c4", "c5"]  # what its author took back is forgotten


@by_rule
def test_what_could_not_be_read_is_asked_again(desk: Desk, crowd: People) -> None:
    published(desk)
    crowd.say(1, desk.now)
    crowd.down = True
    read(desk, crowd)
    crowd.down = False
    read(desk, crowd)
    assert kept(desk) == ["c1"]


def test_only_young_posts_that_changed_are_worth_a_call() -> None:
    figures = {str(n): Metrics(comments=n) for n in range(20)} | {"x": Metrics(likes=3)}
    since = {str(n): EPOCH - timedelta(hours=n) for n in range(20)} | {"x": EPOCH}
    listened = {"1": 1, "2": 1}
    asked = listening.asks(figures, listened, since, EPOCH)
    assert asked == tuple(str(n) for n in range(2, 2 + listening.ASKED))
    late = EPOCH + listening.MEMORY
    assert listening.asks(figures, listened, since, late) == ()


def test_one_that_waits_over_a_working_day_is_late_until_somebody_attends(
    desk: Desk, crowd: People
) -> None:
    id_ = published(desk)
    crowd.say(1, desk.now)
    read(desk, crowd)
    oper = desk.small.operador()
    (row,) = comments.waiting(desk.app, oper).rows
    assert (row.is_late, comments.late(desk.app, oper)) == (False, 0)
    desk.small.clock.pass_(days=2)
    assert comments.late(desk.app, oper) == 1
    assert comments.waiting(desk.app, desk.small.operador("TOR")).rows == ()
    assert comments.waiting(desk.app, desk.small.people["AUD"]).rows == ()
    for stranger in ("OPER.TOR", "AUD", "ADM"):
        with pytest.raises(NotFound):
            listening.attend(desk.app, desk.small.people[stranger], [row.id])
    assert listening.attend(desk.app, oper, [row.id]) == 1
    assert listening.attend(desk.app, oper, [row.id]) == 0
    assert comments.late(desk.app, oper) == 0
    (shown,) = comments.of_post(desk.app, oper, desk.row(id_).post_id)
    assert (shown.handler, shown.is_late) == (oper.name, False)
    assert listening.reopen(desk.app, oper, [row.id]) == 1
    assert desk.acts("comment.") == ["comment.attended", "comment.reopened"]
    removal.remove(desk.app, desk.small.directora, [id_], reason="Se publicó por error.")
    assert comments.late(desk.app, oper) == 0
