from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

from publisher.db import read, write
from vault import disclosure
from vault.custody_tables import Disclosure

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "fields": ["login_password"],
    "held": {"login_user", "login_password"},
    "reason_code": "otro",
    "codes": {"otro"},
    "reason": "Se perdió el teléfono del plantel",
}
ANA, BETO = 7, 8


@pytest.mark.parametrize(
    ("change", "lack"),
    [
        ({}, None),
        ({"fields": []}, "fields"),
        ({"fields": ["login_password"] * 2}, "fields"),
        ({"fields": [f"login_{n}" for n in range(9)]}, "fields"),
        ({"fields": ["access_token"], "held": {"access_token"}}, "field_machine"),
        ({"fields": ["login_password", "access_token"]}, "field_machine"),
        ({"fields": ["login_totp_seed"]}, "field_unknown"),
        ({"reason_code": "porque sí"}, "code"),
        ({"reason": "x" * 19}, "reason"),
        ({"reason": "x" * 20}, None),
        ({"reason": "  " + "x" * 10 + " " * 20 + "y" * 8 + "\n"}, "reason"),
    ],
)
def test_an_application_says_which_fields_why_and_at_length(
    change: dict[str, Any], lack: str | None
) -> None:
    assert disclosure.lack(**GOOD | change) == lack


def test_the_last_instant_of_a_request_is_too_late() -> None:
    assert not disclosure.expired(NOW, now=NOW - timedelta(microseconds=1))
    assert disclosure.expired(NOW, now=NOW)
    assert disclosure.overdue(NOW, None, now=NOW)
    assert not disclosure.overdue(NOW, NOW, now=NOW)
    assert not disclosure.overdue(None, None, now=NOW)


def test_five_openings_are_all_there_are() -> None:
    assert [disclosure.spent(n) for n in (0, 4, 5, 6)] == [False, False, True, True]


def test_nobody_and_oneself_are_no_second_person() -> None:
    assert [disclosure.second_person(asked_by=ANA, person_id=who) for who in (ANA, 0, BETO)] == [
        False,
        False,
        True,
    ]


class Rows:
    """The openings of one database, moved in transactions of their own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        SQLModel.metadata.create_all(engine, tables=[Disclosure.__table__])  # type: ignore[attr-defined]

    def add(self, kind: str = disclosure.REQUEST, **changes: Any) -> int:
        facts: dict[str, Any] = {
            "account_id": 1,
            "fields": ["login_password"],
            "kind": kind,
            "reason_code": "otro",
            "reason": GOOD["reason"],
            "asked_by": ANA,
            "now": NOW,
        }
        with write(self.engine) as session:
            return disclosure.add(session, **facts | changes)

    def move(self, verb: Any, number: int, **facts: Any) -> bool:
        with write(self.engine) as session:
            return bool(verb(session, number, **facts))

    def allow(self, number: int, *, by: int = BETO, now: datetime = NOW) -> bool:
        return self.move(disclosure.decide, number, allow=True, by=by, reason="", now=now)

    def show(self, number: int, *, by: int = ANA, now: datetime = NOW) -> bool:
        return self.move(disclosure.show, number, by=by, now=now)

    def force(self, number: int, **values: Any) -> None:
        with write(self.engine) as session:
            for name, value in values.items():
                setattr(session.get_one(Disclosure, number), name, value)

    def find(self, number: int) -> disclosure.Opening:
        with read(self.engine) as session:
            found = disclosure.find(session, number)
        assert found is not None
        return found


@pytest.fixture
def rows(engine: Engine) -> Rows:
    return Rows(engine)


def test_what_another_allowed_is_shown_once_to_whoever_asked(rows: Rows) -> None:
    number = rows.add()
    assert not rows.show(number)
    assert not rows.allow(number, by=ANA)
    assert rows.allow(number)
    assert not rows.allow(number)
    assert rows.find(number).expires_at == NOW + disclosure.APPROVAL_LIVES
    assert not rows.show(number, by=BETO)
    assert rows.show(number)
    assert not rows.show(number)
    assert rows.find(number).state == "shown"


def test_a_row_that_was_made_approved_without_a_second_person_shows_nothing(rows: Rows) -> None:
    number = rows.add()
    rows.force(number, state="approved")
    assert not rows.show(number)
    rows.force(number, decided_by=ANA)
    assert not rows.show(number)
    rows.force(number, decided_by=BETO)
    assert rows.show(number)


def test_time_ends_a_request_and_an_approval_whether_or_not_somebody_swept(rows: Rows) -> None:
    late = NOW + disclosure.REQUEST_LIVES
    waiting, allowed = rows.add(), rows.add()
    assert not rows.allow(waiting, now=late)
    assert rows.allow(allowed)
    assert not rows.show(allowed, now=NOW + disclosure.APPROVAL_LIVES)
    with write(rows.engine) as session:
        assert not disclosure.passed(session, now=NOW)
        assert disclosure.passed(session, now=NOW + disclosure.APPROVAL_LIVES)
        assert [one.id for one in disclosure.expire(session, now=late)] == [waiting, allowed]
        assert disclosure.expire(session, now=late) == []
    assert not rows.show(allowed)
    assert not rows.move(disclosure.withdraw, allowed, by=ANA)


def test_a_request_is_taken_back_only_by_whoever_made_it_and_before_use(rows: Rows) -> None:
    number = rows.add()
    assert not rows.move(disclosure.withdraw, number, by=BETO)
    assert rows.move(disclosure.withdraw, number, by=ANA)
    assert not rows.allow(number)


def test_an_emergency_is_reviewed_once_by_another_and_nothing_else_is(rows: Rows) -> None:
    number, own = rows.add(disclosure.BREAK_GLASS), rows.add(disclosure.OWN)
    note = {"note": "Fue justificado", "now": NOW}
    assert not rows.move(disclosure.review, number, by=BETO, **note)
    assert rows.show(number)
    assert rows.show(own)
    with read(rows.engine) as session:
        due = NOW + disclosure.REVIEW_WITHIN
        assert disclosure.unreviewed(session, now=due - timedelta(seconds=1)) == []
        assert [one.id for one in disclosure.unreviewed(session, now=due)] == [number]
    assert not rows.move(disclosure.review, number, by=ANA, **note)
    assert not rows.move(disclosure.review, own, by=BETO, **note)
    assert rows.move(disclosure.review, number, by=BETO, **note)
    assert not rows.move(disclosure.review, number, by=BETO, **note)


def test_openings_of_every_way_are_counted_for_a_day(rows: Rows) -> None:
    for kind in (disclosure.OWN, disclosure.BREAK_GLASS, disclosure.PRINT):
        assert rows.show(rows.add(kind))
    rows.add()
    with read(rows.engine) as session:
        late = NOW + disclosure.PERIOD
        assert disclosure.opened_lately(session, ANA, now=late - timedelta(seconds=1)) == 3
        assert disclosure.opened_lately(session, ANA, now=late) == 0
        assert disclosure.opened_lately(session, BETO, now=NOW) == 0
