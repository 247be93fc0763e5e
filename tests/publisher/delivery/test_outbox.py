"""The guarded statements: claim, begin, settle, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from connectors.contract import Receipt
from publisher.delivery import outbox, retry
from publisher.delivery.outbox import Intent, Lease, Settlement, rows
from publisher.models import Pause
from publisher.timing import PRODUCTION
from tests.publisher.delivery.desk import Desk, lease_due

PROOF = Receipt(remote_id="900", permalink="https://red.invalid/900")
BAD_TEXT = "nulo \0 y sustituto \ud800 y 🎓"


def claim(desk: Desk, k: int = 64, owner: str = "w1") -> list[Lease]:
    return desk.write(
        lambda s: lease_due(s.connection(), k, owner=owner, now=desk.now, timing=desk.timing)
    )


def find(desk: Desk, k: int = 64) -> list[Lease]:
    return desk.write(
        lambda s: outbox.find_due(s.connection(), k, now=desk.now, timing=desk.timing)
    )


def begin(desk: Desk, *leases: Lease, owner: str = "w1") -> list[int]:
    intents = [Intent(lease=it, digest="d", secret_version=1, key_id="k") for it in leases]
    return desk.write(
        lambda s: outbox.begin(
            s.connection(), intents, owner=owner, now=desk.now, timing=desk.timing
        )
    )


def settle(desk: Desk, lease: Lease, verdict: retry.Verdict, proof: Receipt | None = None) -> bool:
    item = Settlement(lease=lease, verdict=verdict, receipt=proof)
    return bool(desk.write(lambda s: outbox.settle(s.connection(), [item], now=desk.now)))


def published(desk: Desk) -> retry.Verdict:
    return retry.after_receipt(now=desk.now, last_part=True, timing=desk.timing)


def test_claim_takes_what_is_due_in_the_order_of_its_time(desk: Desk) -> None:
    late = desk.approve(code="TOR", local_at="2026-11-27T10:30")
    early = desk.approve(code="SAL", local_at="2026-11-27T10:10")
    far = desk.approve(code="ACU", local_at="2026-11-27T13:00")
    desk.small.clock.now = desk.row(late[0]).due_at
    leases = claim(desk)
    assert [lease.id for lease in leases] == early + late
    assert {lease.fence for lease in leases} == {1}
    assert desk.row(far[0]).state == "scheduled"


def test_claim_takes_one_per_account_and_the_earliest_of_it(desk: Desk) -> None:
    second = desk.approve(local_at="2026-11-27T10:10")
    first = desk.approve(local_at="2026-11-27T10:05")
    desk.small.clock.now = desk.row(second[0]).due_at
    assert [lease.id for lease in claim(desk)] == first
    assert claim(desk) == []


def test_a_later_post_waits_for_an_earlier_one_that_is_retrying(desk: Desk) -> None:
    first = desk.approve(local_at="2026-11-27T10:05")
    second = desk.approve(local_at="2026-11-27T10:10")
    desk.small.clock.now = desk.row(second[0]).due_at
    desk.change(first[0], state="retrying", next_at=desk.now + timedelta(minutes=1))
    assert claim(desk) == []
    desk.change(first[0], state="held")
    assert [lease.id for lease in claim(desk)] == second


@pytest.mark.parametrize("state", ["leased", "staging", "sending", "unknown"])
def test_nothing_is_claimed_while_the_account_has_one_in_flight(desk: Desk, state: str) -> None:
    first = desk.approve(local_at="2026-11-27T10:05")
    desk.due(local_at="2026-11-27T10:10")
    desk.change(first[0], state=state)
    assert claim(desk) == []


def test_the_database_itself_refuses_two_in_flight_of_one_account(desk: Desk) -> None:
    first, second = desk.approve(), desk.approve()
    desk.change(first[0], state="sending")
    with pytest.raises(IntegrityError):
        desk.change(second[0], state="leased")


def test_claim_respects_how_many_are_wanted(desk: Desk) -> None:
    for code in ("SAL", "TOR"):
        desk.approve("x", "facebook", code=code)
    desk.small.clock.now = desk.row(1).due_at
    assert len(claim(desk, 3)) == 3


def test_spacing_keeps_an_account_from_posting_twice_within_it(desk: Desk) -> None:
    ids = desk.due()
    account = desk.row(ids[0]).account_id
    desk.change_account(account, last_sent_at=desk.now - timedelta(seconds=30))

    def spaced() -> list[Lease]:
        return desk.write(
            lambda s: lease_due(s.connection(), 1, owner="w1", now=desk.now, timing=PRODUCTION)
        )

    assert spaced() == []
    desk.small.clock.pass_(seconds=30)
    assert len(spaced()) == 1


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_stop_keeps_everything_or_one_plantel_from_being_claimed(
    desk: Desk, everywhere: bool
) -> None:
    desk.due(code="SAL")
    desk.due(code="TOR")
    plantel = None if everywhere else desk.small.planteles["SAL"]
    by = desk.small.directora.person_id
    desk.write(
        lambda s: s.add(Pause(plantel_id=plantel, reason="Contingencia", by=by, at=desk.now))
    )
    assert len(claim(desk)) == (0 if everywhere else 1)


@pytest.mark.parametrize("state", ["paused", "reauth", "closed", "replaced"])
def test_an_account_that_is_not_active_is_not_claimed(desk: Desk, state: str) -> None:
    ids = desk.due()
    desk.change_account(desk.row(ids[0]).account_id, state=state)
    assert claim(desk) == []


def test_what_is_past_its_limit_is_held_and_never_claimed(desk: Desk) -> None:
    ids = desk.due()
    desk.small.clock.now = desk.row(ids[0]).not_after + timedelta(seconds=1)
    held = desk.write(lambda s: outbox.hold_late(s.connection(), now=desk.now, sentence="Tarde."))
    assert held == ids
    assert desk.row(ids[0]).hold_reason == "late"
    assert claim(desk) == []


def test_begin_opens_one_attempt_and_only_once(desk: Desk) -> None:
    ids = desk.due()
    (lease,) = claim(desk)
    assert begin(desk, lease) == ids
    assert begin(desk, lease) == []
    (attempt,) = desk.attempts(ids[0])
    assert (attempt.fence, attempt.outcome, attempt.digest, attempt.key_id) == (1, None, "d", "k")


def test_begin_refuses_a_lease_whose_fence_was_passed(desk: Desk) -> None:
    ids = desk.due()
    (old,) = claim(desk)
    desk.write(lambda s: outbox.release(s.connection(), [old], next_at=desk.now))
    (new,) = claim(desk, owner="w2")
    assert new.fence == old.fence + 1
    assert begin(desk, old) == []
    assert begin(desk, new) == []
    assert desk.attempts(ids[0]) == []
    assert begin(desk, new, owner="w2") == ids


def test_what_was_found_due_begins_without_being_leased_first(desk: Desk) -> None:
    ids = desk.due()
    (found,) = find(desk)
    assert (desk.state(ids[0]), desk.row(ids[0]).owner) == ("scheduled", None)
    assert begin(desk, found) == ids
    row, (attempt,) = desk.row(ids[0]), desk.attempts(ids[0])
    assert (row.state, row.owner, row.fence, attempt.fence) == ("sending", "w1", 1, 1)
    assert row.lease_until is not None
    assert begin(desk, found) == []
    assert settle(desk, found, published(desk), PROOF)


def _by_another(desk: Desk, id_: int) -> None:
    leases = claim(desk, owner="w2")
    desk.write(lambda s: outbox.release(s.connection(), leases, next_at=desk.now))
    assert desk.state(id_) == "scheduled"


def _leased_by_another(desk: Desk, id_: int) -> None:
    assert [lease.id for lease in claim(desk, owner="w2")] == [id_]


def _pulled_back(desk: Desk, id_: int) -> None:
    desk.change(id_, state="cancelled")


def _moved(desk: Desk, id_: int) -> None:
    desk.change(id_, next_at=desk.now + timedelta(minutes=5))


def _overtaken(desk: Desk, _id: int) -> None:
    other = desk.approve(local_at="2026-11-27T12:00")
    desk.change(other[0], state="unknown")


@pytest.mark.parametrize(
    "meanwhile", [_by_another, _leased_by_another, _pulled_back, _moved, _overtaken]
)
def test_what_changed_since_it_was_found_is_neither_begun_nor_leased(
    desk: Desk, meanwhile: Callable[[Desk, int], None]
) -> None:
    ids = desk.due()
    (found,) = find(desk)
    meanwhile(desk, ids[0])
    before = desk.row(ids[0])
    assert begin(desk, found) == []
    taken = desk.write(
        lambda s: outbox.take(s.connection(), [found], owner="w1", now=desk.now, timing=desk.timing)
    )
    assert taken == []
    after = desk.row(ids[0])
    assert (after.state, after.fence, after.owner) == (before.state, before.fence, before.owner)
    assert desk.attempts(ids[0]) == []
    desk.change(ids[0], state="cancelled")


@pytest.mark.parametrize("state", ["scheduled", "held", "cancelled", "published", "unknown"])
def test_begin_refuses_a_delivery_that_is_no_longer_leased(desk: Desk, state: str) -> None:
    ids = desk.due()
    (lease,) = claim(desk)
    desk.change(ids[0], state=state)
    assert begin(desk, lease) == []


def test_a_stale_lease_can_change_nothing(desk: Desk) -> None:
    ids = desk.due()
    (lease,) = claim(desk)
    desk.change(ids[0], fence=lease.fence + 1)
    before = desk.row(ids[0]).model_dump()

    def everything(session: object) -> list[object]:
        connection = session.connection()  # type: ignore[attr-defined]
        verdict = published(desk)
        return [
            outbox.start_staging(connection, [lease]),
            outbox.keep_handle(connection, lease, {"a": 1}, next_at=desk.now),
            outbox.settle_stage(connection, lease, verdict, now=desk.now),
            outbox.hold(connection, [lease], reason="late", sentence="", now=desk.now),
            outbox.release(connection, [lease], next_at=desk.now),
            outbox.renew(connection, [lease], timing=desk.timing),
            outbox.settle(
                connection, [Settlement(lease=lease, verdict=verdict, receipt=PROOF)], now=desk.now
            ),
        ]

    assert not any(desk.write(everything))
    assert desk.row(ids[0]).model_dump() == before
    assert desk.receipts(ids[0]) == []


def test_settle_writes_state_attempt_receipt_and_spacing_and_repeats_harmlessly(
    desk: Desk,
) -> None:
    ids = desk.due()
    (lease,) = claim(desk)
    begin(desk, lease)
    assert settle(desk, lease, published(desk), PROOF)
    assert not settle(desk, lease, published(desk), PROOF)
    row = desk.row(ids[0])
    assert (row.state, row.owner, row.published_at) == ("published", None, desk.now)
    assert [attempt.outcome for attempt in desk.attempts(ids[0])] == ["published"]
    assert [receipt.remote_id for receipt in desk.receipts(ids[0])] == ["900"]
    with desk.app.read() as session:
        from publisher.models import Account

        assert session.get_one(Account, row.account_id).last_sent_at == desk.now


@pytest.mark.parametrize("state", ["unknown", "needs_decision"])
def test_a_receipt_that_comes_late_beats_any_guess(desk: Desk, state: str) -> None:
    ids = desk.due()
    (lease,) = claim(desk)
    begin(desk, lease)
    desk.change(ids[0], state=state, unknown_since=desk.now)
    assert settle(desk, lease, published(desk), PROOF)
    assert desk.state(ids[0]) == "published"
    assert [attempt.outcome for attempt in desk.attempts(ids[0])] == ["published"]


def test_a_late_failure_does_not_undo_what_was_found(desk: Desk) -> None:
    ids = desk.due()
    (lease,) = claim(desk)
    begin(desk, lease)
    desk.change(ids[0], state="published")
    lost = retry.doubtful(now=desk.now, sentence="", code="c")
    assert not settle(desk, lease, lost)
    assert desk.state(ids[0]) == "published"


def test_the_next_part_goes_first_with_its_tries_and_handle_anew(desk: Desk) -> None:
    ids = desk.due()
    desk.change(ids[0], unsent_tries=3, handle={"a": 1})
    (lease,) = claim(desk)
    begin(desk, lease)
    onward = retry.after_receipt(now=desk.now, last_part=False, timing=desk.timing)
    assert settle(desk, lease, onward, PROOF)
    row = desk.row(ids[0])
    assert (row.state, row.part, row.handle, row.unsent_tries) == ("scheduled", 1, None, 0)


def test_an_answer_with_unstorable_characters_is_written_all_the_same(desk: Desk) -> None:
    ids = desk.due()
    (lease,) = claim(desk)
    begin(desk, lease)
    verdict = retry.doubtful(now=desk.now, sentence="", code="c", detail=BAD_TEXT)
    assert settle(desk, lease, verdict)
    assert desk.attempts(ids[0])[0].detail == "nulo \ufffd y sustituto ? y 🎓"


def test_storable_leaves_clean_values_alone() -> None:
    value = {"a": ["🎓", 1, None, True, {"b": "ñ"}]}
    assert rows.storable(value) == value


def test_owners_of_remote_ids_are_told_by_account(desk: Desk) -> None:
    ids = desk.due()
    (lease,) = claim(desk)
    begin(desk, lease)
    settle(desk, lease, published(desk), PROOF)
    asked = [(lease.account_id, "900"), (lease.account_id, "901"), (lease.account_id + 1, "900")]
    found = desk.write(lambda s: outbox.owners_of(s.connection(), asked))
    assert found == {(lease.account_id, "900"): ids[0]}


def test_the_next_alarm_ignores_what_is_due_but_cannot_go(desk: Desk) -> None:
    blocked = desk.due()
    coming = desk.approve(code="TOR", local_at="2026-11-27T11:00")
    desk.change_account(desk.row(blocked[0]).account_id, state="paused")
    found = desk.write(lambda s: outbox.next_due(s.connection(), after=desk.now))
    assert found == desk.row(coming[0]).due_at
