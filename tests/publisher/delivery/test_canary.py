"""Where a network takes the same twice, an absence counts only beside a younger post it shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.contract import Sighting
from connectors.errors import OutcomeUnknown, Unavailable
from publisher.delivery import reconcile
from publisher.delivery.canary import ASKED, Asked, Canaries, Canary, freshest, weigh
from publisher.editorial.content import MediaUse
from tests.publisher.delivery.desk import Desk, make_desk
from tests.support import transitions
from tests.support.house import START, SmallHouse
from tests.support.networks import Fault

ABSENT = Sighting(matches=(), trustworthy=True)


def asked(seconds: float, *, shown: bool | None) -> Asked:
    """An answer about a post that went out ``seconds`` after START."""
    begun = START + timedelta(seconds=seconds)
    canary = Canary(account_id=1, external_id="1", remote_id="9", begun=begun)
    return Asked(canary=canary, shown=shown)


@pytest.mark.parametrize(
    ("answers", "holds"),
    [
        ((), False),
        ((asked(1, shown=True),), True),
        ((asked(0, shown=True),), True),
        ((asked(-1, shown=True),), False),
        ((asked(1, shown=False),), False),
        ((asked(1, shown=None),), False),
        ((asked(2, shown=None), asked(1, shown=True)), True),
        ((asked(2, shown=True), asked(-9, shown=True)), True),
        ((asked(2, shown=True), asked(1, shown=False)), False),
        ((asked(2, shown=True), asked(-9, shown=False)), False),
        ((asked(2, shown=None), asked(-1, shown=True)), False),
    ],
)
def test_one_that_is_younger_must_be_shown_and_none_may_be_missing(
    answers: tuple[Asked, ...], holds: bool
) -> None:
    assert weigh(answers, since=START).holds is holds


@pytest.fixture
def desk(small: SmallHouse) -> Iterator[Desk]:
    """A desk with the durations of production."""
    transitions.record(small.app.engine)
    yield make_desk(small, profile="production")
    assert transitions.illegal(small.app.engine) == []


def lost(desk: Desk, network: str = "facebook", *, visible: bool = False) -> int:
    """Let one delivery be sent with no answer, in vain unless ``visible``; return its id."""
    (id_,) = desk.due(network)
    desk.networks.order(network, "publish", Fault(OutcomeUnknown("lost"), visible=visible))
    desk.run(desk.engine())
    assert desk.state(id_) == "unknown"
    return id_


def publish(desk: Desk, *codes: str) -> list[int]:
    """Let the page of each plantel publish a post, the answer of which comes."""
    ids = [id_ for code in codes for id_ in desk.due("facebook", code=code)]
    desk.run(desk.engine())
    assert {desk.state(id_) for id_ in ids} == {"published"}
    return ids


def look(desk: Desk) -> None:
    """Let the time of the next look come, and look."""
    desk.small.clock.now = max(
        desk.now, min((row.next_at for row in desk.rows("unknown")), default=desk.now)
    )
    reconcile.reconcile(desk.app)


def test_without_a_younger_post_nothing_is_read_and_a_person_decides(desk: Desk) -> None:
    publish(desk, "TOR")
    id_ = lost(desk)
    for _ in range(30):
        look(desk)
        desk.run(desk.engine())
    assert desk.state(id_) == "needs_decision"
    assert desk.networks.called("recent") == []
    assert len(desk.networks.called("publish")) == 2


def test_a_younger_post_that_is_shown_proves_the_absence(desk: Desk) -> None:
    id_ = lost(desk)
    publish(desk, "TOR")
    look(desk)
    assert desk.networks.called("recent") == []
    look(desk)
    assert (desk.state(id_), desk.row(id_).resend_used) == ("retrying", True)
    verbs = [call.verb for call in desk.networks.calls if call.verb in {"recent", "find"}]
    assert verbs == ["find", "recent", "find"]
    told = (desk.row(id_).evidence or {})["absence"]
    assert (told["needs"], told["proven"]) == ("canary", True)
    assert [(one["id"], one["shown"]) for one in told["canaries"]] == [("facebook-1", True)]


def test_a_younger_post_that_is_missing_says_that_the_listing_is_late(desk: Desk) -> None:
    id_ = lost(desk)
    publish(desk, "TOR")
    hidden = desk.networks.posts.pop()
    for _ in range(4):
        look(desk)
    assert desk.state(id_) == "unknown"
    desk.networks.posts.append(hidden)
    look(desk)
    assert desk.state(id_) == "retrying"


def test_an_account_that_does_not_answer_proves_nothing(desk: Desk) -> None:
    id_ = lost(desk)
    publish(desk, "TOR")
    look(desk)
    desk.networks.order("facebook", "recent", Fault(Unavailable()), Fault(RuntimeError("defect")))
    look(desk)
    look(desk)
    assert desk.state(id_) == "unknown"
    look(desk)
    assert desk.state(id_) == "retrying"


def test_what_a_look_itself_found_is_no_canary_nor_what_a_person_confirmed(desk: Desk) -> None:
    id_ = lost(desk)
    (other,) = publish(desk, "TOR")
    for found_by in ("reconcile", "person"):
        desk.change_receipt(other, found_by=found_by)
        for _ in range(3):
            look(desk)
        assert desk.state(id_) == "unknown"
    desk.change_receipt(other, found_by="reply")
    look(desk)
    assert desk.state(id_) == "retrying"


def test_one_round_reads_the_same_few_canaries_for_all_its_doubts(desk: Desk) -> None:
    ids = [id_ for code in ("SAL", "TOR") for id_ in desk.due("facebook", code=code)]
    desk.networks.order("facebook", "publish", *[Fault(OutcomeUnknown("lost"))] * 2)
    desk.run(desk.engine())
    publish(desk, "ACU")
    for _ in range(2):
        desk.small.clock.pass_(seconds=desk.timing.settle)
        reconcile.reconcile(desk.app)
    assert {desk.state(id_) for id_ in ids} == {"retrying"}
    assert len(desk.networks.called("recent")) == 1


def test_the_youngest_are_chosen_one_an_account_and_not_those_of_this_moment(desk: Desk) -> None:
    for code in ("SAL", "TOR", "ACU", "SAL", "TOR", "ACU"):
        publish(desk, code)

    def choose(after: float, before: float) -> list[str]:
        now = desk.now
        between = (now - timedelta(seconds=after), now - timedelta(seconds=before))
        with desk.app.read() as session:
            return [one.remote_id for one in freshest(session, "facebook", between=between)]

    assert choose(3600, 0) == ["facebook-6", "facebook-5"]
    assert len(choose(3600, 0)) == ASKED
    assert choose(3600, 1) == ["facebook-5", "facebook-4"]
    assert choose(-1, -2) == []
    with desk.app.read() as session:
        assert freshest(session, "x", between=(START, desk.now)) == ()


def test_a_secret_that_no_longer_opens_proves_nothing(desk: Desk) -> None:
    id_ = lost(desk)
    (other,) = publish(desk, "TOR")
    since = desk.now - timedelta(seconds=60)
    desk.small.clock.pass_(seconds=desk.timing.settle)
    desk.spoil_secret(desk.row(other).account_id)
    proof = Canaries(desk.app).prove("facebook", since=since)
    assert (proof.holds, [one.shown for one in proof.asked]) == (False, [None])
    assert desk.state(id_) == "unknown"


def test_where_nothing_is_known_of_the_feed_a_person_decides(desk: Desk) -> None:
    media = (MediaUse(media_id=desk.small.medium(), alt_text="Patio", credit="Propia"),)
    (id_,) = desk.due("instagram", media=media)
    desk.change_account(desk.row(id_).account_id, connector="instagram_private")
    desk.networks.order("instagram_private", "publish", Fault(OutcomeUnknown("lost")))
    engine = desk.engine()
    desk.run(engine)
    for _ in range(30):
        look(desk)
        desk.run(engine)
    assert desk.state(id_) == "needs_decision"
    assert len(desk.networks.called("publish")) == 1


def test_after_a_long_standstill_an_absence_is_for_people_and_a_find_is_not(desk: Desk) -> None:
    absent, there = lost(desk, "x"), lost(desk, "facebook", visible=True)
    desk.networks.answer("x", "find", *[ABSENT] * 9)
    desk.small.clock.pass_(seconds=desk.timing.catch_up_after)
    desk.change(there, not_after=desk.now + timedelta(hours=9))
    desk.change(absent, not_after=desk.now + timedelta(hours=9))
    engine = desk.engine()
    for _ in range(6):
        look(desk)
        desk.run(engine)
    assert (desk.state(absent), desk.state(there)) == ("needs_decision", "published")
    assert len(desk.networks.called("publish")) == 2


def test_what_is_absent_past_its_limit_is_held_and_not_sent(desk: Desk) -> None:
    id_ = lost(desk, "x")
    desk.change(id_, not_after=desk.now)
    look(desk)
    look(desk)
    assert desk.state(id_) == "retrying"
    desk.run(desk.engine())
    row = desk.row(id_)
    assert (row.state, row.hold_reason) == ("held", "late")
    assert len(desk.networks.called("publish")) == 1
