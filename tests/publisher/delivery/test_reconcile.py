"""Read-only looks at doubtful deliveries, and what follows from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.contract import Receipt, Sighting
from connectors.errors import OutcomeUnknown, Unavailable
from publisher.delivery import reconcile
from publisher.delivery.outbox import SILENT_HOST, Lease
from publisher.delivery.reconcile import Doubt, rule
from publisher.timing import PRODUCTION
from tests.publisher.delivery.desk import Desk
from tests.support.house import START
from tests.support.networks import Fault

MATCH = Receipt(remote_id="900", permalink="https://red.invalid/900")
OTHER = Receipt(remote_id="901", permalink="https://red.invalid/901")
FOUND = Sighting(matches=(MATCH,), trustworthy=True)
ABSENT = Sighting(matches=(), trustworthy=True)
UNSURE = Sighting(matches=(), trustworthy=False)
SETTLED, LATE = PRODUCTION.settle + 1, PRODUCTION.give_up + 1
LONG = PRODUCTION.catch_up_after
LONG_AGO = START - timedelta(seconds=LONG)


def doubt(*, absences: int = 0, silent: bool = False, resent: bool = False, **rest: Any) -> Doubt:
    lease = Lease(
        id=1,
        fence=1,
        post_id=1,
        revision=1,
        account_id=1,
        network="x",
        part=0,
        due_at=START,
        timezone="America/Monterrey",
        not_after=START,
        unsent_tries=0,
        resend_used=resent,
        handle=None,
    )
    given: dict[str, Any] = {
        "lease": lease,
        "unknown_since": START,
        "looks": 9,
        "absences": absences,
        "opened_at": START,
        "silent_host": silent,
        "last_part": True,
        "known": frozenset(),
        "ignore": frozenset(),
    }
    return Doubt(**(given | rest))


@pytest.mark.parametrize(
    ("case", "sighting", "seconds", "state"),
    [
        (doubt(), FOUND, 1, "published"),
        (doubt(), FOUND, LATE, "published"),
        (doubt(silent=True), FOUND, 1, "published"),
        (doubt(), Sighting(matches=(MATCH,), trustworthy=False), 1, "published"),
        (doubt(last_part=False), FOUND, 1, "scheduled"),
        (doubt(), ABSENT, SETTLED, "unknown"),
        (doubt(absences=1), ABSENT, 1, "unknown"),
        (doubt(absences=1), ABSENT, SETTLED, "retrying"),
        (doubt(absences=1, silent=True), ABSENT, SETTLED, "needs_decision"),
        (doubt(absences=1, resent=True), ABSENT, SETTLED, "needs_decision"),
        (doubt(absences=5), UNSURE, SETTLED, "unknown"),
        (doubt(absences=5), UNSURE, LATE, "needs_decision"),
        (doubt(absences=5), None, SETTLED, "unknown"),
        (doubt(absences=5), None, LATE, "needs_decision"),
        (doubt(), ABSENT, LATE, "needs_decision"),
        (doubt(looks=1), ABSENT, LATE, "unknown"),
        (doubt(looks=2, absences=1), ABSENT, LATE, "retrying"),
        (doubt(looks=2), UNSURE, LATE, "unknown"),
        (doubt(absences=1), ABSENT, LONG, "needs_decision"),
        (doubt(absences=1, opened_at=LONG_AGO), ABSENT, SETTLED, "needs_decision"),
        (doubt(opened_at=LONG_AGO), FOUND, SETTLED, "published"),
    ],
)
def test_each_look_has_its_consequence(
    case: Doubt, sighting: Sighting | None, seconds: float, state: str
) -> None:
    now = START + timedelta(seconds=seconds)
    ruling = rule(case, sighting, sure=True, now=now, timing=PRODUCTION)
    assert ruling.state == state
    if state == "unknown":
        assert ruling.next_at == now + timedelta(seconds=PRODUCTION.look_gap)
    assert (ruling.receipt is MATCH) == bool(sighting and sighting.matches)


@pytest.mark.parametrize(
    ("case", "sighting", "seconds", "state"),
    [
        (doubt(), FOUND, 1, "published"),
        (doubt(absences=1), ABSENT, SETTLED, "unknown"),
        (doubt(absences=8), ABSENT, SETTLED, "unknown"),
        (doubt(absences=8), ABSENT, LATE, "needs_decision"),
        (doubt(absences=8, looks=2), ABSENT, LATE, "unknown"),
        (doubt(absences=1, silent=True), ABSENT, SETTLED, "needs_decision"),
        (doubt(absences=1, resent=True), ABSENT, SETTLED, "needs_decision"),
    ],
)
def test_where_the_listing_may_only_be_late_no_absence_sends_again(
    case: Doubt, sighting: Sighting, seconds: float, state: str
) -> None:
    now = START + timedelta(seconds=seconds)
    assert rule(case, sighting, sure=False, now=now, timing=PRODUCTION).state == state


@pytest.mark.parametrize(
    ("sighting", "seconds", "absences"),
    [(ABSENT, PRODUCTION.settle - 1, 0), (ABSENT, PRODUCTION.settle, 1), (UNSURE, SETTLED, 0)],
)
def test_only_absences_seen_after_the_settling_time_count(
    sighting: Sighting, seconds: float, absences: int
) -> None:
    now = START + timedelta(seconds=seconds)
    ruling = rule(doubt(), sighting, sure=True, now=now, timing=PRODUCTION)
    assert ruling.absences == absences


def lost(desk: Desk, *, visible: bool, network: str = "x") -> int:
    """Let one delivery be sent with its answer lost; return its id."""
    (id_,) = lost_all(desk, network, visible=visible)
    return id_


def lost_all(desk: Desk, *networks: str, visible: bool) -> list[int]:
    """Let a post be sent to several networks at once with all answers lost."""
    ids = desk.due(*networks)
    for network in networks:
        desk.networks.order(network, "publish", Fault(OutcomeUnknown("lost"), visible=visible))
    desk.run(desk.engine())
    assert {desk.state(id_) for id_ in ids} == {"unknown"}
    return ids


def look(desk: Desk) -> int:
    """Let the time of the next look come, and look."""
    soonest = min((row.next_at for row in desk.rows("unknown")), default=desk.now)
    desk.small.clock.now = max(desk.now, soonest)
    return reconcile.reconcile(desk.app)


def test_nothing_is_looked_at_before_it_settled(desk: Desk) -> None:
    lost(desk, visible=True)
    assert reconcile.reconcile(desk.app) == 0
    assert desk.networks.called("find") == []


def test_what_is_there_is_published_with_its_proof_and_not_sent_again(desk: Desk) -> None:
    id_ = lost(desk, visible=True)
    assert look(desk) == 1
    desk.run(desk.engine())
    assert desk.state(id_) == "published"
    assert [(r.remote_id, r.found_by) for r in desk.receipts(id_)] == [("x-1", "reconcile")]
    assert len(desk.networks.called("publish")) == 1
    assert desk.row(id_).evidence is not None


def test_what_is_conclusively_absent_is_sent_once_more_and_never_a_third_time(desk: Desk) -> None:
    id_ = lost(desk, visible=False)
    look(desk)
    assert desk.state(id_) == "unknown"
    look(desk)
    assert (desk.state(id_), desk.row(id_).resend_used) == ("retrying", True)
    desk.lose(id_)
    engine = desk.engine()
    desk.run(engine)
    assert desk.state(id_) == "unknown"
    for _ in range(30):
        look(desk)
        desk.run(engine)
    assert desk.state(id_) == "needs_decision"
    assert len(desk.networks.called("publish")) == 2
    assert "delivery.decide" in desk.notices()


def test_a_listing_that_proves_nothing_ends_with_a_person_and_no_second_send(desk: Desk) -> None:
    id_ = lost(desk, visible=False)
    desk.networks.trustworthy = False
    engine = desk.engine()
    for _ in range(30):
        look(desk)
        desk.run(engine)
    assert desk.state(id_) == "needs_decision"
    assert len(desk.networks.called("publish")) == 1


def test_a_container_that_is_published_but_not_listed_never_leads_to_a_second_send(
    desk: Desk,
) -> None:
    id_ = lost(desk, visible=False)
    unlisted = Sighting(matches=(), trustworthy=False, evidence={"container": "PUBLISHED"})
    desk.networks.answer("x", "find", ABSENT, *[unlisted] * 30)
    engine = desk.engine()
    for _ in range(30):
        look(desk)
        desk.run(engine)
    assert desk.state(id_) == "needs_decision"
    assert desk.row(id_).evidence["seen"] == {"container": "PUBLISHED"}  # type: ignore[index]
    assert len(desk.networks.called("publish")) == 1


def test_the_containers_own_id_stands_in_when_the_listing_never_shows_it(desk: Desk) -> None:
    id_ = lost(desk, visible=False)
    unlisted = Sighting(matches=(), trustworthy=False)
    stand_in = Sighting(matches=(Receipt(remote_id="c7", permalink=""),), trustworthy=False)
    desk.networks.answer("x", "find", unlisted, stand_in)
    look(desk)
    look(desk)
    assert desk.state(id_) == "published"
    assert [receipt.remote_id for receipt in desk.receipts(id_)] == ["c7"]


def test_an_answer_of_a_silent_host_is_never_sent_again_by_itself(desk: Desk) -> None:
    (id_,) = desk.due()
    owner = desk.hire(host="otra")
    desk.engine(owner).turn()
    desk.age(owner)
    desk.recover()
    assert [attempt.code for attempt in desk.attempts(id_)] == [SILENT_HOST]
    for _ in range(4):
        look(desk)
    assert desk.state(id_) == "needs_decision"


def test_a_failing_look_counts_as_no_look_and_stops_no_other(desk: Desk) -> None:
    good, bad = lost_all(desk, "facebook", "x", visible=True)
    desk.networks.order("x", "find", Fault(Unavailable()), Fault(RuntimeError("defect")))
    look(desk)
    assert (desk.state(bad), desk.state(good)) == ("unknown", "published")
    assert desk.row(bad).absences == 0
    look(desk)
    assert desk.state(bad) == "unknown"
    look(desk)
    assert desk.state(bad) == "published"


def test_a_delivery_that_cannot_be_loaded_ends_with_a_person(desk: Desk) -> None:
    id_ = lost(desk, visible=True)
    desk.spoil_secret(desk.row(id_).account_id)
    while desk.state(id_) == "unknown":
        look(desk)
    assert desk.state(id_) == "needs_decision"


def test_several_matches_are_published_and_raise_the_alarm(desk: Desk) -> None:
    id_ = lost(desk, visible=True)
    desk.networks.answer("x", "find", Sighting(matches=(MATCH, OTHER), trustworthy=True))
    look(desk)
    assert desk.state(id_) == "published"
    assert len(desk.receipts(id_)) == 1
    assert "delivery.duplicate" in desk.notices()


def test_a_match_that_meanwhile_belongs_to_another_delivery_is_no_match(desk: Desk) -> None:
    first = desk.due()
    desk.run(desk.engine())
    taken = desk.receipts(first[0])[0]
    id_ = lost(desk, visible=False)
    mine = Receipt(remote_id=taken.remote_id, permalink=taken.permalink)
    desk.networks.answer("x", "find", *[Sighting(matches=(mine,), trustworthy=True)] * 30)
    engine = desk.engine()
    for _ in range(30):
        look(desk)
        desk.run(engine)
    assert desk.state(id_) == "needs_decision"
    assert len(desk.networks.called("publish")) == 2
    assert desk.receipts(id_) == []


def test_the_canary_knows_no_id_that_a_person_gave(desk: Desk) -> None:
    first = desk.due()
    desk.run(desk.engine())
    lost(desk, visible=False)
    desk.change_receipt(first[0], found_by="person")
    desk.small.clock.pass_(seconds=desk.timing.settle)
    (one,) = desk.write(
        lambda s: reconcile.take_doubts(s, limit=9, now=desk.now, timing=desk.timing)
    )
    assert one.known == frozenset()
    assert one.ignore == {"x-1"}


def test_a_look_that_was_taken_is_not_taken_again_before_the_gap(desk: Desk) -> None:
    ids = lost_all(desk, "x", "facebook", visible=False)
    desk.small.clock.pass_(seconds=desk.timing.settle)

    def take(limit: int) -> list[int]:
        doubts = desk.write(
            lambda s: reconcile.take_doubts(s, limit=limit, now=desk.now, timing=desk.timing)
        )
        return [one.lease.id for one in doubts]

    assert take(1) == ids[:1]
    assert take(9) == ids[1:]
    assert take(9) == []
    desk.small.clock.pass_(seconds=desk.timing.look_gap)
    assert take(9) == ids


def test_a_round_ends_when_the_worker_stops(desk: Desk) -> None:
    lost(desk, visible=True)
    desk.small.clock.pass_(seconds=desk.timing.settle)
    assert reconcile.reconcile(desk.app, stopping=lambda: True) == 1
    assert desk.networks.called("find") == []


def test_a_receipt_that_comes_during_the_look_wins(desk: Desk) -> None:
    id_ = lost(desk, visible=True)
    desk.networks.before = lambda verb: (
        desk.change(id_, state="published") if verb == "find" else None
    )
    look(desk)
    assert desk.state(id_) == "published"
    assert desk.receipts(id_) == []


def test_the_next_post_keeps_its_distance_also_to_one_that_was_found(desk: Desk) -> None:
    (id_,) = lost_all(desk, "x", visible=True)
    look(desk)
    look(desk)
    assert desk.state(id_) == "published"
    assert desk.account(id_).last_sent_at == desk.receipts(id_)[0].published_at
