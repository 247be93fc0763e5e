"""What is public is taken down once, by whoever may, with its evidence kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.errors import CredentialRejected, OutcomeUnknown, Refused, Throttled, Unavailable
from publisher.delivery import change_round, changes, removal
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import RemoteChange
from publisher.queries import post as queries
from tests.publisher.delivery.desk import Desk
from tests.support.networks import Fault

REASON = "La fotografía muestra a una persona sin permiso."


def published(desk: Desk, *networks: str, code: str = "SAL") -> list[int]:
    ids = desk.due(*networks, code=code)
    desk.run(desk.engine())
    assert {desk.state(id_) for id_ in ids} == {"published"}
    return ids


def rows(desk: Desk) -> list[RemoteChange]:
    with desk.app.read() as session:
        return list(session.scalars(select(RemoteChange).order_by(col(RemoteChange.id))))


def remove(desk: Desk, ids: list[int], who: str = "DIRV") -> int:
    return removal.remove(desk.app, desk.small.people[who], ids, reason=REASON)


def round_(desk: Desk, **passed: float) -> RemoteChange:
    desk.small.clock.pass_(**(passed or {"seconds": desk.timing.backoff_cap + 1}))
    changes.change_due(desk.app)
    return rows(desk)[-1]


def story(desk: Desk, delivery_id: int, who: str = "DIRV") -> Any:
    return queries.story(desk.app, desk.small.people[who], desk.row(delivery_id).post_id)


def test_a_post_is_taken_down_and_stays_published_in_the_books(desk: Desk) -> None:
    ids = published(desk, "x")
    text = desk.networks.posts[0].text
    assert remove(desk, ids) == 1
    assert changes.change_due(desk.app) == 1
    assert desk.networks.posts == []
    assert desk.state(ids[0]) == "published"
    assert len(desk.receipts(ids[0])) == 1
    (change,) = rows(desk)
    assert (change.state, change.found_by) == ("done", "reply")
    assert change.evidence is not None
    assert change.evidence["text"] == text
    assert desk.acts("delivery.remov") == ["delivery.removal.asked", "delivery.removed"]
    assert changes.change_due(desk.app) == 0


def test_the_page_tells_what_is_public_leaving_and_gone(desk: Desk) -> None:
    ids = published(desk, "x")
    assert story(desk, ids[0]).allowed.remove
    remove(desk, ids)
    before = story(desk, ids[0])
    assert (before.settled, before.allowed.remove) == (False, False)
    changes.change_due(desk.app)
    (row,) = story(desk, ids[0]).deliveries
    assert (row.is_public, row.is_leaving) == (False, False)
    assert row.removals[0].done_at is not None
    assert row.removals[0].person == desk.small.people["DIRV"].name


def test_a_lost_reply_is_settled_by_a_look_and_never_by_a_guess(desk: Desk) -> None:
    ids = published(desk, "x")
    remove(desk, ids)
    desk.networks.order("x", "delete", Fault(OutcomeUnknown("lost"), visible=True))
    changes.change_due(desk.app)
    assert rows(desk)[0].state == "asked"
    change = round_(desk)
    assert (change.state, change.found_by) == ("done", "look")
    assert len(desk.networks.called("delete")) == 1


def test_one_that_did_not_arrive_is_asked_for_again(desk: Desk) -> None:
    ids = published(desk, "x")
    remove(desk, ids)
    for error in (OutcomeUnknown("lost"), Unavailable(), Throttled()):
        desk.networks.order("x", "delete", Fault(error))
    changes.change_due(desk.app)
    for _ in range(3):
        assert rows(desk)[0].state == "asked"
        change = round_(desk)
    assert (change.state, len(desk.networks.called("delete"))) == ("done", 4)
    assert desk.networks.posts == []


@pytest.mark.parametrize("error", [Refused("no"), CredentialRejected("no")], ids=repr)
def test_a_refusal_is_left_to_hands_and_bars_no_account(desk: Desk, error: Exception) -> None:
    ids = published(desk, "x")
    remove(desk, ids)
    desk.networks.order("x", "delete", Fault(error))
    changes.change_due(desk.app)
    (change,) = rows(desk)
    assert change.state == "failed"
    assert "a mano" in change.sentence
    assert desk.account(ids[0]).state == "active"
    removal.note_by_hand(
        desk.app, desk.small.people["COOR"], ids[0], reason="La borré desde el teléfono."
    )
    assert rows(desk)[0].found_by == "person"
    assert not story(desk, ids[0]).deliveries[0].is_public
    with pytest.raises(Conflict):
        removal.note_by_hand(desk.app, desk.small.people["COOR"], ids[0], reason=REASON)


def test_what_fails_for_ever_is_left_to_a_person(desk: Desk) -> None:
    ids = published(desk, "x")
    remove(desk, ids)
    desk.networks.order("x", "see", *[Fault(Unavailable())] * change_round.TRIES)
    for _ in range(change_round.TRIES):
        assert rows(desk)[0].state == "asked"
        round_(desk)
    assert rows(desk)[0].state == "failed"
    assert len(desk.networks.posts) == 1


def test_a_killed_workers_change_is_taken_up_after_its_lease(desk: Desk) -> None:
    ids = published(desk, "x")
    remove(desk, ids)
    with desk.app.write() as session:
        assert len(changes._take(desk.app, session)) == 1
    assert changes.change_due(desk.app) == 0
    assert round_(desk, seconds=desk.timing.lease + 1).state == "done"


def test_only_whoever_may_takes_down_and_says_why(desk: Desk) -> None:
    ids = published(desk, "x")
    for who in ("OPER.SAL", "AUD", "ADM", "DIRP.TOR"):
        with pytest.raises((Forbidden, NotFound)):
            remove(desk, ids, who)
    with pytest.raises(Invalid):
        removal.remove(desk.app, desk.small.people["DIRV"], ids, reason="no")
    assert remove(desk, ids, "DIRP.SAL") == 1
    with pytest.raises(Conflict):
        remove(desk, ids)
    assert len(rows(desk)) == 1


def test_what_another_person_ordered_waits_for_the_directora(desk: Desk) -> None:
    ids = published(desk, "x")
    remove(desk, ids, "COOR")
    assert desk.notices().count("delivery.removal") == 2  # both with the Directora's function
    post_id = desk.row(ids[0]).post_id
    assert story(desk, ids[0]).allowed.ratify
    with pytest.raises(Forbidden):
        removal.ratify(desk.app, desk.small.people["COOR2"], post_id)
    changes.change_due(desk.app)
    assert removal.ratify(desk.app, desk.small.people["DIRV"], post_id) == 1
    assert not story(desk, ids[0]).allowed.ratify
    with pytest.raises(Conflict):
        removal.ratify(desk.app, desk.small.people["DIRV"], post_id)


def test_nothing_public_is_nothing_to_take_down(desk: Desk) -> None:
    (id_,) = desk.approve("x")
    with pytest.raises(Conflict):
        remove(desk, [id_])


def test_a_post_taken_down_vouches_for_no_listing(desk: Desk) -> None:
    first = published(desk, "facebook")
    remove(desk, first)
    changes.change_due(desk.app)
    (id_,) = desk.due("facebook")
    desk.lose(id_)
    desk.run(desk.engine())
    from publisher.delivery.doubts import take_doubts

    desk.small.clock.pass_(seconds=desk.timing.settle + 1)
    with desk.app.write() as session:
        (doubt,) = take_doubts(session, limit=5, now=desk.now, timing=desk.timing)
    assert doubt.known == frozenset()
    assert doubt.ignore
