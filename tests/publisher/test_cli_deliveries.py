"""``pregonero deliveries``: what waits is shown, looked at and decided by a person, by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from publisher import localtime
from publisher.models import Approval, Delivery, Pause, Post
from publisher.texts import cli_deliveries as words
from publisher.texts import deciding
from tests.publisher.test_cli import say, stamped  # noqa: F401 - fixtures
from tests.support.house import SmallHouse

REASON = ("--as", "COOR@example.mx", "--reason", "Estuvo caído el servidor")
OTHER = ("--as", "oper.sal@example.mx", "--reason", "Estuvo caído el servidor")


@pytest.fixture
def late(stamped: SmallHouse) -> list[int]:  # noqa: F811
    """Three deliveries of a post whose hour passed by the real clock, held for it."""
    post_id = stamped.approved()
    due = datetime.now(UTC) - timedelta(hours=5)
    wall = localtime.wall_of(due, "America/Monterrey")[:16]
    with stamped.app.write() as session:
        session.execute(
            update(Delivery)
            .where(col(Delivery.post_id) == post_id)
            .values(
                state="held",
                hold_reason="late",
                due_at=localtime.resolve(wall, "America/Monterrey"),
                local_at=wall,
            )
        )
        session.execute(update(Post).where(col(Post.id) == post_id).values(local_at=wall))
        session.execute(
            update(Approval).where(col(Approval.post_id) == post_id).values(local_at=wall)
        )
        ids = session.scalars(select(col(Delivery.id)).order_by(col(Delivery.id))).all()
    return [id_ or 0 for id_ in ids]


def row(small: SmallHouse, id_: int) -> Delivery:
    with small.app.read() as session:
        return session.get_one(Delivery, id_)


def test_states_are_told_in_the_words_of_the_screens(say: Any, late: list[int]) -> None:  # noqa: F811
    table = say("deliveries", "list", "--state", "held", "--plantel", "sal")
    assert table.status == 0
    assert len(table.out.splitlines()) == 1 + len(late)
    assert "espera una decisión" in table.out
    assert deciding.CAUSES["late"] in table.out
    assert say("deliveries", "list", "--plantel", "TOR", "--json").json == {"deliveries": []}


def test_one_is_shown_with_what_was_approved_and_its_attempts(
    say: Any,  # noqa: F811
    stamped: SmallHouse,  # noqa: F811
    late: list[int],
) -> None:
    shown = say("deliveries", "show", str(late[0]))
    assert shown.status == 0
    for text in ("espera una decisión", "Persona DIRV", words.LINES["look_none"]):
        assert text in shown.out
    case = say("deliveries", "show", str(late[0]), "--json").json["delivery"]
    assert (case["delivery"]["state"], case["delivery"]["hold_reason"]) == ("held", "late")
    assert len(case["seen"]) == 64


def test_each_answer_is_a_command(
    say: Any,  # noqa: F811
    stamped: SmallHouse,  # noqa: F811
    late: list[int],
) -> None:
    one, two, three = (str(id_) for id_ in late)
    at = localtime.wall_of(datetime.now(UTC) + timedelta(hours=1), "America/Monterrey")[:16]
    moved = say("deliveries", "reschedule", one, "--at", at, *REASON)
    assert moved.out.strip() == words.RESCHEDULED.format(id=one, wall=at.replace("T", " "))
    assert (row(stamped, late[0]).state, row(stamped, late[0]).local_at) == ("scheduled", at)
    assert say("deliveries", "resume", two, *REASON, "--json").json == {
        "delivery": late[1],
        "decision": "resumed",
    }
    link = ("--link", "https://x.com/cuenta/status/77")
    assert say("deliveries", "confirm", three, *REASON, *link).out.strip() == (
        words.CONFIRMED.format(id=three)
    )
    again = say("deliveries", "discard", three, *REASON)
    assert (again.status, len(again.err.splitlines())) == (1, 1)


MISUSE: tuple[tuple[tuple[str, ...], int], ...] = (
    (("show", "99999"), 1),
    (("show", "x"), 2),
    (("look", "99999", "--as", "coor@example.mx"), 1),
    (("look", "1", "--as", "nadie@example.mx"), 1),
    (("reschedule", "1", "--at", "mañana", *REASON), 1),
    (("reschedule", "1", "--at", "2026-11-27T10:00", "--fold", "3", *REASON), 2),
    (("reschedule", "1", *REASON), 2),
    (("resume", "1", *OTHER), 1),
    (("resume", "1", "--as", "coor@example.mx", "--reason", "no"), 1),
    (("confirm", "1", *REASON), 2),
    (("confirm", "1", *REASON, "--link", "a", "--remote", "b"), 2),
    (("confirm", "1", *REASON, "--remote", "77"), 1),
    (("confirm", "1", *REASON, "--link", "ya está"), 1),
    (("stop", *OTHER), 1),
    (("stop", "--plantel", "NADA", *REASON), 1),
    (("lift", *REASON), 1),
    (("list", "--plantel", "NADA"), 1),
    (("list", "--state", "perdida"), 2),
)


@pytest.mark.usefixtures("late")
def test_what_cannot_be_done_is_one_sentence_and_a_status(say: Any) -> None:  # noqa: F811
    for arguments, status in MISUSE:
        said = say("deliveries", *arguments)
        assert said.status == status, arguments
        assert len(said.err.strip().splitlines()) == 1, said.err
        assert said.out == ""


def test_a_look_that_fails_tells_why_and_its_status_says_so(
    say: Any,  # noqa: F811
    late: list[int],
) -> None:
    # this house has no networks behind the command: the look cannot succeed
    said = say("deliveries", "look", str(late[0]), "--as", "coor@example.mx", "--json")
    assert said.status == 1
    assert said.json["delivery"]["look"]["error"]


def test_the_stop_is_ordered_and_lifted_by_a_person_with_a_reason(
    say: Any,  # noqa: F811
    stamped: SmallHouse,  # noqa: F811
) -> None:
    assert say("deliveries", "stop", "--plantel", "sal", *REASON).out.strip() == (
        words.STOPPED.format(place="SAL")
    )
    whole = say("deliveries", "stop", *REASON, "--json")
    assert whole.json == {"decision": "stopped", "plantel": None}
    with stamped.app.read() as session:
        places = session.scalars(select(col(Pause.plantel_id)).order_by(col(Pause.id))).all()
    assert places == [stamped.planteles["SAL"], None]
    assert say("deliveries", "stop", *REASON).status == 1
    assert say("deliveries", "lift", *REASON).status == 0
    assert say("deliveries", "lift", "--plantel", "SAL", *REASON).status == 0


def test_the_zones_are_looked_at_again_on_demand(say: Any, late: list[int]) -> None:  # noqa: F811
    said = say("deliveries", "retime", "--json")
    assert (said.status, said.json["moved"]) == (0, 0)
    assert said.json["after"] in say("deliveries", "retime").out
