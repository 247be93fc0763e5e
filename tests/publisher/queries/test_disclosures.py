from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from publisher import people
from publisher.errors import Forbidden, NotFound
from publisher.queries import disclosures
from tests.support import keeping
from tests.support.house import SmallHouse
from vault.custody_tables import Disclosure, RotationDuty


def steps(small: SmallHouse, *who: str) -> dict[str, list[str]]:
    """Return what each of these persons may do about each request that they see."""
    return {
        one: [row.step for row in disclosures.listed(small.app, small.people[one])] for one in who
    }


def test_a_request_waits_for_another_person_and_never_for_who_asked(small: SmallHouse) -> None:
    made = keeping.asked(small.app, small.directora, small.accounts["SAL", "x"])
    seen = steps(small, "DIRV", "DIRV2", "COOR", "DIRP.SAL", "OPER.SAL", "AUD", "DIRP.TOR")
    assert seen == {
        "DIRV": ["waiting"],
        "DIRV2": ["decide"],
        "COOR": ["decide"],
        "DIRP.SAL": ["decide"],
        "OPER.SAL": ["waiting"],
        "AUD": ["waiting"],
        "DIRP.TOR": [],
    }
    with pytest.raises(Forbidden):
        disclosures.listed(small.app, small.people["ADM"])
    with pytest.raises(NotFound):
        disclosures.one(small.app, small.people["DIRP.TOR"], made)
    found = disclosures.one(small.app, small.people["AUD"], made)
    assert (found.asker, found.fields, found.due_at) == (
        "Persona DIRV",
        ("login_password",),
        None,
    )


def test_what_was_allowed_is_opened_by_who_asked_until_it_expires(small: SmallHouse) -> None:
    now = small.app.clock()
    made = keeping.asked(
        small.app,
        small.directora,
        small.accounts["SAL", "x"],
        state="approved",
        decided_by=small.coordinador.person_id,
        decided_at=now,
    )
    assert steps(small, "DIRV", "COOR") == {"DIRV": ["open"], "COOR": ["waiting"]}
    assert disclosures.one(small.app, small.directora, made).decider == "Persona COOR"
    small.clock.pass_(hours=73)
    assert steps(small, "DIRV") == {"DIRV": ["done"]}


def test_an_emergency_waits_for_the_review_of_another_and_shows_the_duty(
    small: SmallHouse,
) -> None:
    now, account_id = small.app.clock(), small.accounts["SAL", "x"]
    made = keeping.asked(
        small.app,
        small.directora,
        account_id,
        kind="break_glass",
        state="shown",
        shown_at=now,
        break_glass=True,
        review_due=now + timedelta(hours=72),
    )
    keeping.obliged(small.app, account_id, cause="break_glass", cause_id=made)
    assert steps(small, "DIRV", "COOR", "AUD", "DIRP.SAL") == {
        "DIRV": ["waiting"],
        "COOR": ["review"],
        "AUD": ["review"],
        "DIRP.SAL": ["waiting"],
    }
    found = disclosures.one(small.app, small.directora, made)
    assert (found.due_at, found.changed_at) == (now + timedelta(hours=24), None)
    assert disclosures.waiting(small.app, small.coordinador) == 1
    with small.app.write() as session:
        session.get_one(Disclosure, made).reviewed_at = now
    assert steps(small, "COOR", "DIRV") == {"COOR": ["waiting"], "DIRV": ["waiting"]}
    with small.app.write() as session:
        session.execute(update(RotationDuty).values(fulfilled_at=now))
    assert steps(small, "COOR", "DIRV") == {"COOR": ["done"], "DIRV": ["done"]}


def test_what_waits_for_somebody_comes_before_what_is_over(small: SmallHouse) -> None:
    account_id = small.accounts["SAL", "x"]
    first = keeping.asked(small.app, small.directora, account_id)
    small.clock.pass_(hours=1)
    second = keeping.asked(small.app, small.directora, account_id, state="denied")
    rows = disclosures.listed(small.app, small.coordinador)
    assert [row.id for row in rows] == [first, second]


def test_only_accounts_of_which_people_hold_something_can_be_asked_for(small: SmallHouse) -> None:
    assert disclosures.askable(small.app, small.directora) == ()
    account_id = small.accounts["TOR", "facebook"]
    keeping.hold(small.app, account_id)
    (found,) = disclosures.askable(small.app, small.directora)
    assert (found.id, found.fields) == (account_id, ("login_user", "login_password"))
    assert disclosures.askable(small.app, small.people["OPER.SAL"]) == ()


def test_a_coordinador_asks_only_by_delegation(small: SmallHouse) -> None:
    assert disclosures.may_ask(small.app, small.directora)
    assert not disclosures.may_ask(small.app, small.coordinador)
    people.delegate(
        small.app,
        small.directora,
        small.coordinador.person_id,
        ends_at=small.app.clock() + timedelta(days=1),
        reason="Viaje de trabajo",
    )
    assert disclosures.may_ask(small.app, small.coordinador)
    assert not disclosures.may_ask(small.app, small.people["OPER.SAL"])
