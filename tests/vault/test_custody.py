from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from vault import custody, rotation_duties
from vault.custody_tables import CredentialChange, RotationDuty

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def change(**done: object) -> CredentialChange:
    plain: dict[str, object] = {
        "account_id": 1,
        "versions": {custody.PASSWORD: 2},
        "cause": "rotation",
        "reason": "x",
        "changed_by": 1,
        "changed_at": NOW,
    }
    return CredentialChange(**(plain | done))


def test_a_change_reaches_each_stage_in_its_order() -> None:
    steps: list[tuple[dict[str, object], str]] = [
        ({}, "registrada"),
        ({"verified_at": NOW}, "verificada"),
        ({"director_at": NOW}, "director_enterado"),
        ({"vinculacion_at": NOW}, "vinculacion_enterada"),
        ({"envelope_id": 3}, "resguardo_confirmado"),
    ]
    done: dict[str, object] = {}
    for step, expected in steps:
        done |= step
        assert custody.stage(change(**done), owed=True) == expected
    assert custody.stage(change(**done)) == "vigente"
    assert custody.stage(change(**done, superseded_at=NOW)) == "sustituida"


def test_a_step_out_of_order_waits_for_the_one_before() -> None:
    assert custody.stage(change(vinculacion_at=NOW, director_at=NOW)) == "registrada"


def test_a_token_needs_no_envelope() -> None:
    done = {"verified_at": NOW, "director_at": NOW, "vinculacion_at": NOW}
    token = change(versions={"access_token": 3}, cause="token", **done)
    assert custody.stage(token) == "vigente"
    assert custody.stage(change(**done)) == "vinculacion_enterada"


def test_a_token_takes_the_place_of_no_password() -> None:
    assert not custody.supersedes({"access_token"}, {custody.PASSWORD})
    assert not custody.supersedes({custody.PASSWORD}, {custody.PASSWORD, custody.SEED})
    assert custody.supersedes({custody.PASSWORD, custody.SEED}, {custody.PASSWORD})


@pytest.mark.parametrize(
    ("cause", "seen", "changed", "fulfilled"),
    [
        ("designation", (), {custody.PASSWORD}, True),
        ("designation", (), {"access_token"}, False),
        ("designation", (), {custody.USER}, False),
        ("disclosure", (custody.PASSWORD, custody.CODES), {custody.PASSWORD}, False),
        ("disclosure", (custody.PASSWORD, custody.CODES), custody.ROTATING, True),
        ("disclosure", (custody.USER,), {custody.PASSWORD}, True),
        ("disclosure", (custody.USER,), {custody.USER}, False),
        ("incident", (), {"access_token"}, True),
        ("incident", (), set(), False),
    ],
)
def test_a_duty_is_fulfilled_by_changing_what_somebody_knew(
    cause: str, seen: tuple[str, ...], changed: set[str], fulfilled: bool
) -> None:
    assert rotation_duties.fulfils(rotation_duties.needed(cause, seen), changed) is fulfilled


def test_an_open_duty_is_recalled_at_half_its_time_and_then_daily() -> None:
    duty = RotationDuty(
        account_id=1,
        cause="envelope",
        cause_id=1,
        opened_at=NOW,
        due_at=NOW + rotation_duties.WITHIN,
    )
    hour = timedelta(hours=1)
    assert rotation_duties.reminder(duty, now=NOW + 11 * hour) is None
    assert rotation_duties.reminder(duty, now=NOW + 12 * hour) == "soon"
    duty.warned_at = NOW + 12 * hour
    assert rotation_duties.reminder(duty, now=NOW + 23 * hour) is None
    assert rotation_duties.reminder(duty, now=NOW + 24 * hour) == "overdue"
    duty.warned_at = NOW + 24 * hour
    assert rotation_duties.reminder(duty, now=NOW + 47 * hour) is None
    assert rotation_duties.reminder(duty, now=NOW + 48 * hour) == "overdue"


@pytest.mark.parametrize(
    ("day", "name", "ends"),
    [
        (date(2026, 1, 1), "2026-T1", date(2026, 4, 1)),
        (date(2026, 6, 30), "2026-T2", date(2026, 7, 1)),
        (date(2026, 12, 31), "2026-T4", date(2027, 1, 1)),
    ],
)
def test_a_day_lies_in_its_calendar_quarter(day: date, name: str, ends: date) -> None:
    assert custody.quarter(day) == name
    assert custody.quarter_ends(name) == ends
