"""The engine, a step at a time, against networks that a test scripts."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from connectors.contract import Pending, Receipt, Staged
from connectors.errors import (
    CredentialRejected,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from publisher.delivery import aftermath, decide, outcomes, turn
from publisher.delivery.engine import Engine
from publisher.delivery.probe import probe_due
from publisher.editorial import plan
from publisher.editorial.content import MediaUse
from publisher.institution import pause_account, resume_account
from tests.publisher.delivery.desk import Desk
from tests.support import transitions
from tests.support.networks import Fault

REASON = "Motivo suficiente de la prueba"


def with_photo(desk: Desk, *networks: str) -> list[int]:
    media = (MediaUse(media_id=desk.small.medium(), alt_text="Patio con alumnas", credit="Propia"),)
    return desk.due(*(networks or ("instagram",)), media=media)


def test_an_approved_post_goes_out_once_on_each_account(desk: Desk) -> None:
    ids = desk.due("x", "facebook")
    desk.run(desk.engine())
    assert set(desk.states().values()) == {"published"}
    assert len(desk.networks.posts) == 2
    assert [len(desk.receipts(id_)) for id_ in ids] == [1, 1]
    assert desk.acts() == ["delivery.published"] * 2
    assert desk.acts("credential.used") == ["credential.used"]


def test_nothing_goes_out_before_its_time(desk: Desk) -> None:
    ids = desk.approve()
    desk.small.clock.now = desk.row(ids[0]).due_at - timedelta(seconds=1)
    desk.run(desk.engine())
    assert desk.networks.called("publish") == []
    desk.small.clock.pass_(seconds=1)
    desk.run(desk.engine())
    assert len(desk.networks.posts) == 1


def test_senders_get_their_work_only_after_the_commit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = desk.due()
    engine = desk.engine()
    seen: list[str] = []

    def look(verb: str) -> None:
        # on another connection: only what is committed shows
        (attempt,) = desk.attempts(ids[0])
        seen.append(f"{verb}:{desk.state(ids[0])}:{attempt.outcome}")

    desk.networks.before = look
    desk.run(engine)
    assert seen == ["publish:sending:None"]


def test_a_commit_that_fails_hands_nothing_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.due()
    engine = desk.engine()
    fail_commit(monkeypatch, before=True)
    with pytest.raises(OperationalError):
        engine.turn()
    assert not engine.perform()
    monkeypatch.undo()
    desk.run(engine)
    assert len(desk.networks.posts) == 1


def test_a_commit_whose_answer_is_lost_hands_nothing_over_and_nothing_stays_stuck(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = desk.due()
    engine = desk.engine()
    fail_commit(monkeypatch, before=False)
    with pytest.raises(OperationalError):
        engine.turn()
    monkeypatch.undo()
    assert desk.state(sent[0]) == "sending"
    assert not engine.perform()
    engine.turn()
    assert desk.state(sent[0]) == "unknown"
    assert desk.networks.called("publish") == []


def test_a_lost_commit_of_a_lease_gives_it_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = with_photo(desk)
    engine = desk.engine()
    fail_commit(monkeypatch, before=False)
    with pytest.raises(OperationalError):
        engine.turn()
    monkeypatch.undo()
    assert desk.state(ids[0]) == "staging"
    desk.run(engine)
    assert desk.state(ids[0]) == "published"
    assert len(desk.networks.posts) == 1


def test_a_lost_commit_of_what_was_ready_is_looked_up_and_not_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = with_photo(desk)
    engine = desk.engine()
    engine.turn()
    assert engine.perform()
    fail_commit(monkeypatch, before=False)
    with pytest.raises(OperationalError):
        engine.turn()
    monkeypatch.undo()
    assert desk.state(ids[0]) == "sending"
    desk.run(engine)
    assert desk.state(ids[0]) == "unknown"
    assert desk.networks.called("publish") == []


def test_a_lost_commit_of_a_receipt_repeats_without_alarm(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = desk.due()
    engine = desk.engine()
    engine.turn()
    engine.perform()
    fail_commit(monkeypatch, before=False)
    with pytest.raises(OperationalError):
        engine.turn()
    monkeypatch.undo()
    desk.run(engine)
    assert desk.state(ids[0]) == "published"
    assert desk.acts() == ["delivery.published"]


def test_the_deadline_counts_from_before_the_transaction(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.due()
    engine = desk.engine()
    slow = 0.3
    plain = turn.take_turn

    def dawdle(*args: Any, **named: Any) -> Any:
        time.sleep(slow)
        return plain(*args, **named)

    monkeypatch.setattr("publisher.delivery.engine.take_turn", dawdle)
    engine.turn()
    handed_over = time.monotonic()
    engine.perform()
    left = desk.networks.deadlines[0] - handed_over
    assert left <= desk.timing.call_deadline - slow


def test_no_deadline_lies_beyond_the_limit_of_the_post(desk: Desk) -> None:
    ids = desk.due()
    desk.small.clock.now = desk.row(ids[0]).not_after - timedelta(seconds=0.5)
    engine = desk.engine()
    before = time.monotonic()
    engine.turn()
    engine.perform()
    assert desk.networks.deadlines[0] <= before + 0.5 + 0.2


def test_media_is_staged_first_and_its_handle_is_stored_before_the_send(desk: Desk) -> None:
    ids = with_photo(desk)
    engine = desk.engine()
    engine.turn()
    assert desk.state(ids[0]) == "staging"
    assert engine.perform()
    engine.turn()
    assert desk.state(ids[0]) == "sending"
    assert desk.row(ids[0]).handle is not None
    desk.run(engine)
    assert [call.verb for call in desk.networks.calls if call.verb in {"stage", "publish"}] == [
        "stage",
        "publish",
    ]


def test_a_network_that_still_processes_is_asked_again_and_holds_no_thread(desk: Desk) -> None:
    ids = with_photo(desk)
    desk.networks.answer(
        "instagram", "stage", Pending(handle={"container": "7"}, wait=2.0), Staged(handle={"c": 8})
    )
    engine = desk.engine()
    desk.run(engine)
    assert (desk.state(ids[0]), desk.row(ids[0]).handle) == ("staging", {"container": "7"})
    assert len(desk.networks.called("stage")) == 1
    desk.small.clock.pass_(seconds=2)
    desk.run(engine)
    assert desk.state(ids[0]) == "published"
    assert len(desk.networks.called("stage")) == 2


def test_a_reel_holds_no_thread_while_its_video_is_processed_and_goes_out_as_it_was_approved(
    desk: Desk,
) -> None:
    film = MediaUse(
        media_id=desk.small.medium("toma", kind="video"),
        alt_text="Alumnas presentan un robot",
        credit="Propia",
        captions=True,
    )
    (reel,) = desk.due("instagram", media=(film,), forms={"instagram": "reel"})
    minutes = int(desk.timing.stage_wait_cap // 60) or 1
    wait = desk.timing.stage_wait_cap / (minutes + 1)
    processing = [Pending(handle={"container": "7"}, wait=wait)] * minutes
    desk.networks.answer("instagram", "stage", *processing, Staged(handle={"container": "7"}))
    engine = desk.engine()
    for looks in range(1, minutes + 1):
        desk.run(engine)
        assert desk.state(reel) == "staging"
        assert not engine.perform(), "a thread would wait for the network"
        assert len(desk.networks.called("stage")) == looks
        desk.small.clock.pass_(seconds=wait)
    desk.run(engine)
    assert desk.state(reel) == "published"
    (shown,) = desk.networks.posts
    assert shown.form == "reel"
    (item,) = shown.items
    assert (item.kind, item.mime, item.duration, item.frame_rate) == ("video", "video/mp4", 30, 25)
    assert (item.video_codec, item.audio_codec, item.bitrate) == ("h264", "aac", 4_000_000)
    assert item.read is not None
    assert item.read() == b"toma instagram"


def test_a_network_that_never_finishes_processing_does_not_keep_a_post_for_ever(
    desk: Desk,
) -> None:
    ids = with_photo(desk)
    desk.networks.answer("instagram", "stage", *[Pending(handle={}, wait=1.0)] * 400)
    engine = desk.engine()
    for _ in range(400):
        desk.run(engine)
        if desk.state(ids[0]) not in {"staging", "retrying", "scheduled"}:
            break
        desk.small.clock.pass_(seconds=3)
    assert desk.state(ids[0]) == "dead"
    assert desk.row(ids[0]).unsent_tries == desk.timing.unsent_tries + 1
    assert desk.networks.posts == []


def test_lateness_is_seen_also_while_a_network_processes(desk: Desk) -> None:
    ids = with_photo(desk)
    desk.networks.answer("instagram", "stage", *[Pending(handle={}, wait=1.0)] * 3)
    engine = desk.engine()
    desk.run(engine)
    desk.small.clock.now = desk.row(ids[0]).not_after + timedelta(seconds=1)
    desk.run(engine)
    assert (desk.state(ids[0]), desk.row(ids[0]).hold_reason) == ("held", "late")


@pytest.mark.parametrize("crash_after", range(4))
def test_a_crash_between_any_two_steps_loses_and_repeats_nothing(
    desk: Desk, crash_after: int
) -> None:
    ids = with_photo(desk)
    owner = desk.hire()
    engine: Engine = desk.engine(owner)
    steps = [engine.turn, engine.perform, engine.turn, engine.perform]
    for step in steps[:crash_after]:
        step()
    # the process is gone with its memory; its row says so to whoever comes next
    desk.bury(owner)
    desk.recover()
    fresh = desk.engine()
    desk.run(fresh)
    desk.settle_doubts()
    desk.run(fresh)
    assert desk.state(ids[0]) == "published"
    assert len(desk.networks.posts) == 1
    assert [receipt.part for receipt in desk.receipts(ids[0])] == [0]


def test_recovery_never_publishes(desk: Desk) -> None:
    desk.due()
    owner = desk.hire()
    desk.engine(owner).turn()
    desk.bury(owner)
    desk.recover()
    assert [call.verb for call in desk.networks.calls if call.verb in {"publish", "stage"}] == []


def test_an_approval_voided_between_claim_and_begin_is_honoured(desk: Desk) -> None:
    ids = with_photo(desk)
    engine = desk.engine()
    engine.turn()
    engine.perform()
    desk.void(ids[0])
    desk.run(engine)
    assert (desk.state(ids[0]), desk.row(ids[0]).hold_reason) == ("held", "approval")
    assert desk.networks.posts == []
    assert desk.attempts(ids[0]) == []


def test_a_post_pulled_back_while_it_is_prepared_is_not_sent(desk: Desk) -> None:
    ids = with_photo(desk)
    engine = desk.engine()
    engine.turn()
    engine.perform()
    post_id = desk.row(ids[0]).post_id
    plan.pull_back(desk.app, desk.small.coordinador, post_id, reason=REASON)
    desk.run(engine)
    assert desk.state(ids[0]) == "cancelled"
    assert desk.networks.posts == []


def test_a_post_that_is_being_sent_can_no_longer_be_pulled_back(desk: Desk) -> None:
    ids = desk.due()
    engine = desk.engine()
    engine.turn()
    post_id = desk.row(ids[0]).post_id
    with pytest.raises(Exception, match=r"."):
        plan.pull_back(desk.app, desk.small.coordinador, post_id, reason=REASON)
    desk.run(engine)
    assert desk.state(ids[0]) == "published"


def test_an_account_paused_while_it_prepares_is_held_and_resumes(desk: Desk) -> None:
    ids = with_photo(desk)
    engine = desk.engine()
    engine.turn()
    engine.perform()
    account_id = desk.row(ids[0]).account_id
    pause_account(desk.app, desk.small.coordinador, account_id, reason=REASON)
    desk.run(engine)
    assert (desk.state(ids[0]), desk.networks.posts) == ("held", [])
    resume_account(desk.app, desk.small.coordinador, account_id, reason=REASON)
    desk.run(engine)
    assert desk.state(ids[0]) == "published"


def test_an_emergency_stop_holds_back_what_is_ready_until_it_is_lifted(desk: Desk) -> None:
    ids = with_photo(desk)
    engine = desk.engine()
    engine.turn()
    engine.perform()
    decide.stop(desk.app, desk.small.directora, plantel_id=None, reason=REASON)
    desk.run(engine)
    assert (desk.state(ids[0]), desk.networks.posts) == ("scheduled", [])
    decide.lift(desk.app, desk.small.directora, plantel_id=None, reason=REASON)
    desk.small.clock.pass_(seconds=desk.timing.tick)
    desk.run(engine)
    assert desk.state(ids[0]) == "published"


def test_a_rejected_credential_holds_the_account_and_others_go_on(desk: Desk) -> None:
    later = desk.approve("x")
    bad, other = desk.due("x"), desk.due("facebook")
    desk.networks.order("x", "publish", Fault(CredentialRejected()))
    desk.run(desk.engine())
    assert (desk.state(bad[0]), desk.row(bad[0]).hold_reason) == ("held", "credential")
    assert desk.state(other[0]) == "published"
    assert desk.account(bad[0]).state == "reauth"
    assert "delivery.held" in desk.notices()
    desk.small.clock.now = desk.row(later[0]).due_at
    desk.run(desk.engine())
    assert (desk.state(later[0]), desk.row(later[0]).hold_reason) == ("held", "credential")


def test_a_throttled_send_waits_as_the_network_says(desk: Desk) -> None:
    ids = desk.due()
    until = desk.now + timedelta(seconds=40)
    desk.networks.order("x", "publish", Fault(Throttled(until=until)))
    engine = desk.engine()
    desk.run(engine)
    assert desk.state(ids[0]) == "retrying"
    assert until <= desk.row(ids[0]).next_at < until + timedelta(seconds=1)
    desk.small.clock.now = desk.row(ids[0]).next_at
    desk.run(engine)
    assert desk.state(ids[0]) == "published"
    assert [attempt.outcome for attempt in desk.attempts(ids[0])] == ["throttled", "published"]


def test_what_cannot_be_sent_ends_after_its_tries(desk: Desk) -> None:
    ids = desk.due()
    desk.networks.order("x", "publish", *[Fault(Unavailable())] * 20)
    engine = desk.engine()
    for _ in range(20):
        desk.run(engine)
        desk.small.clock.now = max(desk.now, desk.row(ids[0]).next_at)
        probe_due(desk.app)  # reads are answered: only the sends fail
    assert desk.state(ids[0]) == "dead"
    assert len(desk.networks.called("publish")) == desk.timing.unsent_tries + 1
    assert "delivery.failed" in desk.notices()


def test_a_refusal_is_final(desk: Desk) -> None:
    ids = desk.due()
    desk.networks.order("x", "publish", Fault(Refused("no")))
    engine = desk.engine()
    desk.run(engine)
    desk.small.clock.pass_(minutes=5)
    desk.run(engine)
    assert desk.state(ids[0]) == "rejected"
    assert len(desk.networks.called("publish")) == 1


@pytest.mark.parametrize("error", [OutcomeUnknown(), RuntimeError("a defect"), KeyError("id")])
def test_after_a_lost_answer_or_a_defect_only_reading_follows(desk: Desk, error: Exception) -> None:
    ids = desk.due()
    desk.networks.order("x", "publish", Fault(error, visible=True))
    engine = desk.engine()
    desk.run(engine)
    desk.small.clock.pass_(seconds=desk.timing.settle)
    desk.run(engine)
    assert desk.state(ids[0]) == "unknown"
    assert len(desk.networks.called("publish")) == 1


def test_a_stopping_engine_claims_nothing_and_gives_back_what_is_ready(desk: Desk) -> None:
    waiting = with_photo(desk)
    desk.networks.answer("instagram", "stage", Pending(handle={"c": 1}, wait=60))
    engine = desk.engine()
    desk.run(engine)
    fresh = desk.due("x")
    assert engine.stop(grace=0)
    engine._run()
    assert desk.state(waiting[0]) == "scheduled"
    assert desk.row(waiting[0]).owner is None
    assert desk.row(waiting[0]).handle == {"c": 1}
    assert desk.state(fresh[0]) == "scheduled"
    assert desk.networks.called("publish") == []


def test_threads_publish_and_stop_with_nothing_left_in_flight(desk: Desk) -> None:
    for code in ("SAL", "TOR", "ACU"):
        desk.approve("x", "facebook", code=code)
    desk.small.clock.now = max(desk.row(id_).due_at for id_ in desk.states())
    engine = desk.engine()
    engine.start()
    end = time.monotonic() + 10
    while set(desk.states().values()) != {"published"} and time.monotonic() < end:
        time.sleep(0.02)
    assert engine.stop(grace=5)
    assert set(desk.states().values()) == {"published"}
    assert len(desk.networks.posts) == 6


# -- rows that cannot be handled ------------------------------------------------------------


def test_a_receipt_that_already_belongs_to_another_delivery_waits_for_a_person(
    desk: Desk,
) -> None:
    first = desk.due()
    engine = desk.engine()
    desk.run(engine)
    second, other = desk.due(), desk.due("facebook")
    taken = desk.receipts(first[0])[0]
    desk.networks.answer("x", "publish", Receipt(remote_id=taken.remote_id, permalink="https://x"))
    desk.run(engine)
    assert desk.state(second[0]) == "needs_decision"
    assert [attempt.code for attempt in desk.attempts(second[0])] == [outcomes.RECEIPT_TAKEN]
    assert desk.state(other[0]) == "published"
    assert "delivery.decide" in desk.notices()


def test_proof_of_a_delivery_that_was_given_up_raises_the_alarm(desk: Desk) -> None:
    ids = desk.due()
    engine = desk.engine()
    engine.turn()
    engine.perform()
    desk.change(ids[0], state="cancelled")
    desk.run(engine)
    assert desk.state(ids[0]) == "cancelled"
    assert desk.acts("delivery.dup") == ["delivery.duplicate"]
    assert "delivery.duplicate" in desk.notices()


def test_a_secret_that_does_not_open_stops_only_its_own_account(desk: Desk) -> None:
    bad, good = desk.due("x"), desk.due("facebook")
    desk.spoil_secret(desk.row(bad[0]).account_id)
    desk.run(desk.engine())
    assert (desk.state(bad[0]), desk.row(bad[0]).hold_reason) == ("held", "configuration")
    assert desk.state(good[0]) == "published"


@pytest.mark.parametrize("where", ["refuse", "settle", "stage", "begin"])
def test_one_row_that_always_fails_stops_no_other_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    bad = with_photo(desk) if where == "stage" else desk.due("x")
    good = desk.due("facebook")
    if where == "refuse":
        desk.void(bad[0])
    if where == "begin":
        poison(monkeypatch, turn, "use_entry", lambda _app, its: its, bad[0])
    elif where == "refuse":
        poison(monkeypatch, turn, "tell", lambda _app, _session, ids: ids, bad[0])
    else:
        poison(monkeypatch, outcomes, "tell", lambda _app, _session, ids: ids, bad[0])
    if where == "stage":
        desk.networks.order("instagram", "stage", Fault(Refused("no")))
    engine = desk.engine()
    for _ in range(6):
        try:
            desk.run(engine)
        except ArithmeticError:
            continue
        break
    expected = {"settle": "needs_decision"}.get(where, "held")
    assert desk.state(bad[0]) == expected
    assert desk.state(good[0]) == "published"
    if expected == "held":
        assert desk.row(bad[0]).hold_reason == "configuration"


def poison(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, ids_of: Any, bad: int) -> None:
    """Let ``module.name`` fail whenever it is about delivery ``bad``."""
    plain = getattr(module, name)

    def fail(*args: Any) -> Any:
        for item in ids_of(*args):
            if (item if isinstance(item, int) else item.lease.id) == bad:
                raise ArithmeticError("poison")
        return plain(*args)

    monkeypatch.setattr(module, name, fail)


def fail_commit(monkeypatch: pytest.MonkeyPatch, *, before: bool) -> None:
    """Let each COMMIT of a write fail, before it happens or after it happened."""
    from sqlalchemy.orm import SessionTransaction

    plain = SessionTransaction.commit

    def commit(self: SessionTransaction, *args: Any, **named: Any) -> None:
        if self.nested:
            return plain(self, *args, **named)
        if not before:
            plain(self, *args, **named)
        raise OperationalError("COMMIT", {}, Exception("connection lost"))

    monkeypatch.setattr(SessionTransaction, "commit", commit)


def test_aftermath_links_to_the_page_that_shows_the_sending() -> None:
    assert "/publicacion" in aftermath.LINK


def test_what_has_nothing_to_upload_is_claimed_and_begun_at_once(desk: Desk) -> None:
    (text_,) = desk.due("x")
    (photo,) = with_photo(desk)
    desk.run(desk.engine())
    steps = transitions.recorded(desk.app.engine)
    assert [after for id_, _, after in steps if id_ == text_] == ["sending", "published"]
    taken = ["leased", "staging", "sending", "published"]
    assert [after for id_, _, after in steps if id_ == photo] == taken
