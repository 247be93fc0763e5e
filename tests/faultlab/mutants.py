"""Faults of our own, seeded one at a time; each names the story that must show it.

A mutant is a context in which the product is wrong. ``IN_PROCESS`` are judged in a small house;
``PROTOCOLS`` are the two designs that other schedulers use, as real workers under kill -9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, text

from connectors import classify
from connectors.errors import NotSent
from publisher import lifeline
from publisher.delivery import canary, jobs, pace, reconcile, recovery, retry, turn
from publisher.delivery import engine as engines
from publisher.delivery.outbox import intents, rows
from publisher.delivery.outbox import recovery as taking_back
from publisher.delivery.senders import outpost
from publisher.delivery.states import SENT_IN
from tests.faultlab import family, messenger, stories
from tests.faultlab.stories import Scene, Story

Broken = Callable[[Scene], AbstractContextManager[object]]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One fault: what is wrong, how, and the story that must show it."""

    name: str
    story: Story
    broken: Broken


@contextmanager
def hand_over_before_commit(_scene: Scene) -> Iterator[None]:
    plain, made = turn.take_turn, engines.Engine.__init__
    alive: list[Any] = []

    def init(self: Any, *args: Any, **named: Any) -> None:
        made(self, *args, **named)
        alive.append(self)

    def take(*args: Any, **named: Any) -> Any:
        taken = plain(*args, **named)
        alive[-1]._hand_over(taken, engines.time.monotonic(), engines.Sleep())
        return replace(taken, going=(), stage=())

    with (
        patch.object(engines, "take_turn", take),
        patch.object(engines.Engine, "__init__", init),
    ):
        yield


def sender_process_is_not_bound(_scene: Scene) -> AbstractContextManager[object]:
    return patch.object(lifeline, "bind", lambda *_: "bound")


def lost_with_its_process_is_not_sent(_scene: Scene) -> AbstractContextManager[object]:
    return patch.object(outpost, "OutcomeUnknown", NotSent)


def _saying(word: str, instead: str, *, where: str = "") -> AbstractContextManager[object]:
    """Return a context in which the outbox's statements say something else."""
    run, fetch = rows.run, rows.fetch

    def says(statement: str) -> str:
        return statement.replace(word, instead) if where in statement else statement

    def other_run(connection: Connection, statement: str, **parameters: Any) -> Any:
        return run(connection, says(statement), **parameters)

    def other_fetch(connection: Connection, statement: str, *names: Any, **parameters: Any) -> Any:
        return fetch(connection, says(statement), *names, **parameters)

    stack = ExitStack()
    stack.enter_context(patch.object(rows, "run", other_run))
    stack.enter_context(patch.object(rows, "fetch", other_fetch))
    return stack


def no_fence_in_settle(_scene: Scene) -> AbstractContextManager[object]:
    return _saying("delivery.fence = r.fence", "1 = 1", where="published_at")


def recovery_without_kill(_scene: Scene) -> AbstractContextManager[object]:
    return patch.object(recovery, "kill", lambda _other, _here: True)


def _ruling(change: Callable[[Any, Any, Any], tuple[Any, Any, Any]]) -> Broken:
    """Return a context in which looks are ruled on something else than what was seen.

    And without canaries: the last guard must not hide the first.
    """
    plain = reconcile.rule

    def rule(doubt: Any, sighting: Any, *, sure: bool, now: Any, timing: Any) -> Any:
        doubt, sighting, timing = change(doubt, sighting, timing)
        return plain(doubt, sighting, sure=True, now=now, timing=timing)

    return lambda _scene: patch.object(reconcile, "rule", rule)


def _trusting(doubt: Any, sighting: Any, timing: Any) -> tuple[Any, Any, Any]:
    return doubt, sighting and replace(sighting, trustworthy=True), timing


def _forgetting(doubt: Any, sighting: Any, timing: Any) -> tuple[Any, Any, Any]:
    return replace(doubt, lease=replace(doubt.lease, resend_used=False)), sighting, timing


def _presuming_dead(doubt: Any, sighting: Any, timing: Any) -> tuple[Any, Any, Any]:
    return replace(doubt, silent_host=False), sighting, timing


def _seeing_all(doubt: Any, sighting: Any, timing: Any) -> tuple[Any, Any, Any]:
    return doubt, sighting, timing


@contextmanager
def any_canary_will_do(_scene: Scene) -> Iterator[None]:
    prove, freshest, day = canary.Canaries.prove, canary.freshest, timedelta(days=1)

    def prove_less(self: Any, connector: str, *, since: Any) -> Any:
        return prove(self, connector, since=since - day)

    def choose(session: Any, connector: str, *, between: Any) -> Any:
        return freshest(session, connector, between=(between[0] - day, between[1]))

    with (
        patch.object(canary.Canaries, "prove", prove_less),
        patch.object(canary, "freshest", choose),
    ):
        yield


@contextmanager
def absence_before_settle(_scene: Scene) -> Iterator[None]:
    plain = reconcile.take_doubts

    def take(session: Any, *, limit: int, now: Any, timing: Any) -> Any:
        return plain(session, limit=limit, now=now + timedelta(hours=1), timing=timing)

    hasty = _ruling(lambda d, s, timing: (d, s, replace(timing, settle=0, absences_needed=1)))
    with patch.object(reconcile, "take_doubts", take), hasty(_scene):
        yield


def no_guard_of_one_in_flight(scene: Scene) -> AbstractContextManager[object]:
    """Without the database's own index too: the last guard must not hide the first."""
    with scene.desk.app.engine.begin() as connection:
        connection.execute(text("DROP INDEX delivery_one_in_flight"))
    return _saying("busy.account_id = delivery.account_id", "1 = 0")


def _admitting(reason: str) -> Broken:
    """Return a context in which one reason against sending is overlooked."""
    plain = jobs.judge

    def judge(lease: Any, facts: Any, *, now: Any) -> Any:
        refusal = plain(lease, facts, now=now)
        return None if refusal is not None and refusal.reason == reason else refusal

    return lambda _scene: patch.object(jobs, "judge", judge)


def throttled_is_not_sent(_scene: Scene) -> AbstractContextManager[object]:
    return patch.object(classify, "_UNSURE_WHEN_THROTTLED", frozenset())


def publishing_probes(_scene: Scene) -> AbstractContextManager[object]:
    return patch.object(pace.Pace, "spared", lambda _self, _now: {})


def no_intent(_scene: Scene) -> AbstractContextManager[object]:
    return _saying(" WHERE true", " WHERE 1 = 0", where="INSERT INTO attempt")


def blind_retry(_scene: Scene | None = None) -> AbstractContextManager[object]:
    """Whatever was not answered is sent again: at least once."""
    plain = retry._judge

    def judge(*args: Any) -> Any:
        event, outcome, next_at, hold = plain(*args)
        now = args[5]
        return (
            ("defer", "not_sent", now, None) if event == "lose" else (event, outcome, next_at, hold)
        )

    def again(
        connection: Connection, held: Sequence[tuple[str, int]], *, now: Any, **_rest: Any
    ) -> list[int]:
        for _, id_ in held:
            sending = connection.execute(
                text(
                    "UPDATE delivery SET state = 'retrying', next_at = :now, owner = NULL,"
                    " lease_until = NULL WHERE id = :id AND state = 'sending'"
                ),
                {"id": id_, "now": rows.moment(connection, now)},
            )
            if sending.rowcount:
                connection.execute(
                    text(
                        "UPDATE attempt SET outcome = 'not_sent', closed_at = :now"
                        " WHERE delivery_id = :id AND outcome IS NULL"
                    ),
                    {"id": id_, "now": rows.moment(connection, now)},
                )
        return []

    stack = ExitStack()
    stack.enter_context(patch.object(retry, "_judge", judge))
    stack.enter_context(patch.object(taking_back, "_doubt", again))
    return stack


def mark_before_send(_scene: Scene | None = None) -> AbstractContextManager[object]:
    """What is about to be sent counts as published: at most once."""
    plain = intents.begin

    def begin(connection: Connection, *args: Any, **named: Any) -> list[int]:
        begun = plain(connection, *args, **named)
        for id_ in begun:
            connection.execute(
                text("UPDATE delivery SET state = 'published', owner = NULL WHERE id = :id"),
                {"id": id_},
            )
            connection.execute(
                text(
                    "UPDATE attempt SET outcome = 'published', closed_at = opened_at"
                    " WHERE delivery_id = :id AND outcome IS NULL"
                ),
                {"id": id_},
            )
        return begun

    assert SENT_IN == "sending"
    return patch.object(turn.outbox, "begin", begin)


IN_PROCESS: tuple[Mutant, ...] = (
    Mutant(
        name="hand over before COMMIT",
        story=stories.a_commit_fails,
        broken=hand_over_before_commit,
    ),
    Mutant(
        name="hand over to the sender process before COMMIT",
        story=messenger.a_commit_fails_beside_a_sender_process,
        broken=hand_over_before_commit,
    ),
    Mutant(
        name="what a sender process had is sent again",
        story=messenger.its_sender_process_dies_once_it_is_public,
        broken=lost_with_its_process_is_not_sent,
    ),
    Mutant(
        name="a sender process outlives its worker",
        story=family.its_worker_is_killed_while_its_sender_process_stands_still,
        broken=sender_process_is_not_bound,
    ),
    Mutant(
        name="no fence in settle",
        story=stories.an_old_answer_comes_back,
        broken=no_fence_in_settle,
    ),
    Mutant(
        name="recovery without kill",
        story=stories.a_paused_process_wakes_up,
        broken=recovery_without_kill,
    ),
    Mutant(
        name="an untrustworthy listing is believed",
        story=stories.a_listing_is_partial,
        broken=_ruling(_trusting),
    ),
    Mutant(
        name="absence concluded before settling",
        story=stories.a_listing_lags,
        broken=absence_before_settle,
    ),
    Mutant(
        name="absence concluded without a canary",
        story=stories.a_late_listing_shows_older_posts,
        broken=_ruling(_seeing_all),
    ),
    Mutant(
        name="a canary older than the doubt is believed",
        story=stories.a_late_listing_shows_older_posts,
        broken=any_canary_will_do,
    ),
    Mutant(
        name="a second automatic re-send",
        story=stories.every_answer_is_lost,
        broken=_ruling(_forgetting),
    ),
    Mutant(
        name="a silent host presumed dead",
        story=stories.a_silent_host_wakes_up,
        broken=_ruling(_presuming_dead),
    ),
    Mutant(
        name="no guard of one in flight",
        story=stories.two_of_one_account_are_due,
        broken=no_guard_of_one_in_flight,
    ),
    Mutant(
        name="lateness not looked at again",
        story=stories.it_is_late_once_uploaded,
        broken=_admitting("late"),
    ),
    Mutant(
        name="approval not looked at again",
        story=stories.the_approval_is_voided_once_uploaded,
        broken=_admitting("approval"),
    ),
    Mutant(
        name="stop not looked at again",
        story=stories.a_stop_comes_once_uploaded,
        broken=_admitting("release"),
    ),
    Mutant(
        name="429 at Instagram's publication counts as not sent",
        story=stories.too_many_requests_but_it_is_live,
        broken=throttled_is_not_sent,
    ),
    Mutant(
        name="a breaker is probed with a publication",
        story=stories.a_platform_is_down,
        broken=publishing_probes,
    ),
    Mutant(
        name="no intent is written",
        story=stories.a_post_is_sent,
        broken=no_intent,
    ),
    Mutant(
        name="a death sends again",
        story=stories.its_worker_dies_once_it_is_public,
        broken=blind_retry,
    ),
    Mutant(
        name="published before it is sent",
        story=stories.its_worker_dies_once_it_is_public,
        broken=mark_before_send,
    ),
)


def become_blind_retry() -> None:
    """Make this process a worker of the first bad protocol."""
    blind_retry().__enter__()


def become_mark_before_send() -> None:
    """Make this process a worker of the second bad protocol."""
    mark_before_send().__enter__()


PROTOCOLS: Mapping[str, Callable[[], None]] = {
    "blind retry": become_blind_retry,
    "mark before send": become_mark_before_send,
}
