"""What people decide of held and doubtful deliveries, and the emergency stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from publisher.app import Actor
from publisher.delivery import decide
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import DeliveryPart
from tests.publisher.delivery.desk import Desk

REASON = "Se revisó la cuenta con la operadora"
LINK = "https://x.com/cuenta/status/77?s=20"


@pytest.fixture
def doubtful(desk: Desk) -> int:
    """A delivery that waits for a person after a doubt."""
    (id_,) = desk.due()
    desk.change(id_, state="needs_decision")
    return id_


def test_resume_sends_a_doubtful_one_once_more_and_never_again_by_itself(
    desk: Desk, doubtful: int
) -> None:
    decide.resume(desk.app, desk.small.coordinador, doubtful, reason=REASON)
    row = desk.row(doubtful)
    assert (row.state, row.resend_used, row.unsent_tries) == ("scheduled", True, 0)
    desk.run(desk.engine())
    assert desk.state(doubtful) == "published"
    assert desk.acts() == ["delivery.resume", "delivery.published"]


def test_resume_gives_a_late_one_its_margin_from_now(desk: Desk) -> None:
    (id_,) = desk.due()
    desk.small.clock.now = desk.row(id_).not_after + timedelta(hours=5)
    desk.run(desk.engine())
    assert desk.row(id_).hold_reason == "late"
    decide.resume(desk.app, desk.small.coordinador, id_, reason=REASON)
    desk.run(desk.engine())
    assert desk.state(id_) == "published"


def test_confirm_keeps_the_link_as_proof(desk: Desk, doubtful: int) -> None:
    decide.confirm(desk.app, desk.small.coordinador, doubtful, permalink=LINK, reason=REASON)
    assert desk.state(doubtful) == "published"
    (receipt,) = desk.receipts(doubtful)
    assert (receipt.remote_id, receipt.found_by) == ("77", "person")


def test_confirm_of_a_first_part_lets_the_next_follow(desk: Desk, doubtful: int) -> None:
    desk.write(lambda s: s.add(DeliveryPart(delivery_id=doubtful, position=1, kind="reply")))
    decide.confirm(desk.app, desk.small.coordinador, doubtful, permalink=LINK, reason=REASON)
    row = desk.row(doubtful)
    assert (row.state, row.part, row.published_at) == ("scheduled", 1, None)


def test_a_link_belongs_to_one_delivery(desk: Desk, doubtful: int) -> None:
    decide.confirm(desk.app, desk.small.coordinador, doubtful, permalink=LINK, reason=REASON)
    (second,) = desk.due()
    desk.change(second, state="needs_decision")
    with pytest.raises(Conflict):
        decide.confirm(desk.app, desk.small.coordinador, second, permalink=LINK, reason=REASON)


@pytest.mark.parametrize(
    ("link", "remote_id"),
    [
        ("https://x.com/c/status/77", "77"),
        ("https://www.instagram.com/p/AbC/ ", "AbC"),
        ("https://facebook.com/permalink.php?story_fbid=88&id=9", "88"),
        ("https://facebook.com/watch/?v=66", "66"),
    ],
)
def test_the_id_is_read_from_the_link(link: str, remote_id: str) -> None:
    assert decide._remote_id(link) == remote_id


@pytest.mark.parametrize("link", ["", "77", "x.com/c/77", "https://x.com", "ftp://x/7", "http://["])
def test_what_is_no_link_is_refused(desk: Desk, doubtful: int, link: str) -> None:
    with pytest.raises(Invalid):
        decide.confirm(desk.app, desk.small.coordinador, doubtful, permalink=link, reason=REASON)
    assert desk.state(doubtful) == "needs_decision"


def test_discard_is_for_good(desk: Desk, doubtful: int) -> None:
    decide.discard(desk.app, desk.small.coordinador, doubtful, reason=REASON)
    desk.run(desk.engine())
    assert desk.state(doubtful) == "cancelled"
    assert desk.networks.posts == []
    with pytest.raises(Conflict):
        decide.resume(desk.app, desk.small.coordinador, doubtful, reason=REASON)


VERBS: dict[str, Callable[[Desk, Actor, int, str], Any]] = {
    "resume": lambda d, a, i, r: decide.resume(d.app, a, i, reason=r),
    "confirm": lambda d, a, i, r: decide.confirm(d.app, a, i, permalink=LINK, reason=r),
    "discard": lambda d, a, i, r: decide.discard(d.app, a, i, reason=r),
}


@pytest.mark.parametrize("verb", VERBS)
def test_only_difusion_decides_and_only_what_waits_and_with_a_reason(
    desk: Desk, doubtful: int, verb: str
) -> None:
    act = VERBS[verb]
    for role in ("OPER.SAL", "DIRP.SAL", "AUD", "ADM"):
        with pytest.raises(Forbidden):
            act(desk, desk.small.people[role], doubtful, REASON)
    with pytest.raises(Invalid):
        act(desk, desk.small.coordinador, doubtful, "   no   ")
    with pytest.raises(NotFound):
        act(desk, desk.small.coordinador, 999_999, REASON)
    desk.change(doubtful, state="sending")
    with pytest.raises(Conflict):
        act(desk, desk.small.coordinador, doubtful, REASON)
    assert desk.acts() == []


def test_a_director_stops_the_own_plantel_and_nothing_else(desk: Desk) -> None:
    director = desk.small.people["DIRP.SAL"]
    own, other = desk.small.planteles["SAL"], desk.small.planteles["TOR"]
    for plantel_id in (other, None):
        with pytest.raises(Forbidden):
            decide.stop(desk.app, director, plantel_id=plantel_id, reason=REASON)
    decide.stop(desk.app, director, plantel_id=own, reason=REASON)
    with pytest.raises(Conflict):
        decide.stop(desk.app, director, plantel_id=own, reason=REASON)
    with pytest.raises(Forbidden):
        decide.stop(desk.app, desk.small.operador(), plantel_id=own, reason=REASON)
    decide.lift(desk.app, director, plantel_id=own, reason=REASON)
    with pytest.raises(Conflict):
        decide.lift(desk.app, director, plantel_id=own, reason=REASON)
    assert desk.acts("queue.") == ["queue.stop", "queue.lift"]


def test_what_grew_late_during_a_stop_waits_for_a_person(desk: Desk) -> None:
    (id_,) = desk.due()
    decide.stop(desk.app, desk.small.directora, plantel_id=None, reason=REASON)
    desk.small.clock.now = desk.row(id_).not_after + timedelta(seconds=1)
    decide.lift(desk.app, desk.small.directora, plantel_id=None, reason=REASON)
    desk.run(desk.engine())
    assert (desk.state(id_), desk.row(id_).hold_reason) == ("held", "late")
    assert desk.networks.posts == []
