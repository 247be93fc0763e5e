from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher import people
from publisher.custody import changes, terms, upkeep
from tests.support.house import SmallHouse
from vault import custody
from vault.custody_tables import RotationDuty
from vault.secret import Secret

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""No statement of its own is tried: one database says it for both."""


def designate(small: SmallHouse, *, days: float) -> int:
    """Let Torreón's operator operate Saltillo too, until some days from now."""
    return people.designate(
        small.app,
        small.people["DIRP.SAL"],
        small.operador("TOR").person_id,
        "OPER",
        plantel_id=small.planteles["SAL"],
        ends_at=small.clock() + timedelta(days=days),
    )


def owed(small: SmallHouse) -> list[int]:
    with small.app.read() as session:
        return list(
            session.scalars(
                select(col(RotationDuty.account_id))
                .where(col(RotationDuty.fulfilled_at).is_(None))
                .order_by(col(RotationDuty.account_id))
            )
        )


def test_a_designation_that_ends_by_its_date_opens_its_duties_once(small: SmallHouse) -> None:
    designate(small, days=2)
    assert upkeep.keep(small.app) == 0
    small.clock.pass_(days=2, minutes=1)
    assert upkeep.keep(small.app) == 3
    assert owed(small) == sorted(small.account_ids())
    assert upkeep.keep(small.app) == 0

    for account in small.account_ids():
        changes.record(
            small.app,
            small.operador(),
            account,
            {custody.PASSWORD: Secret(f"Otra-clave-{account}")},
            cause="staff",
            reason="Terminó la designación",
        )
    assert owed(small) == []
    small.clock.pass_(hours=1)
    assert upkeep.keep(small.app) == 0
    assert owed(small) == []


@ON_ONE
def test_what_was_changed_since_or_ended_long_ago_opens_nothing(small: SmallHouse) -> None:
    designate(small, days=1)
    small.clock.pass_(days=1, hours=1)
    for account in small.account_ids("x", "facebook"):
        changes.record(
            small.app,
            small.operador(),
            account,
            {custody.PASSWORD: Secret(f"Otra-clave-{account}")},
            cause="staff",
            reason="Por si acaso",
        )
    assert upkeep.keep(small.app) == 1
    assert owed(small) == [small.accounts["SAL", "instagram"]]


@ON_ONE
def test_one_that_ended_before_custody_was_kept_here_stays_as_it_was(small: SmallHouse) -> None:
    designate(small, days=1)
    small.clock.pass_(days=1 + upkeep.LOOK_BACK.days, hours=1)
    upkeep.keep(small.app)
    assert owed(small) == []


def test_duties_are_recalled_by_the_worker(small: SmallHouse) -> None:
    designate(small, days=1)
    small.clock.pass_(days=1, minutes=1)
    upkeep.keep(small.app)
    small.clock.pass_(hours=13)
    assert upkeep.keep(small.app) == 3
    assert upkeep.keep(small.app) == 0


@ON_ONE
def test_whoever_was_assigned_and_left_by_date_holds_nothing_at_once(small: SmallHouse) -> None:
    app, account = small.app, small.accounts["SAL", "x"]
    designate(small, days=1)
    guest = small.operador("TOR").person_id
    terms.assign(app, small.people["DIRP.SAL"], account, guest, reason="Suplencia")
    with app.read() as session:
        assert terms.custodian_of(session, account, now=small.clock()) == guest
        later = small.clock() + timedelta(days=2)
        assert terms.custodian_of(session, account, now=later) == small.operador().person_id


@ON_ONE
def test_somebody_shut_out_whose_designation_ends_later_opens_no_second_duty(
    small: SmallHouse,
) -> None:
    made = designate(small, days=30)
    small.clock.pass_(days=1)
    people.disable_person(small.app, small.people["ADM"], small.operador("TOR").person_id)
    for account in small.account_ids():
        changes.record(
            small.app,
            small.operador(),
            account,
            {custody.PASSWORD: Secret(f"Otra-clave-{account}")},
            cause="staff",
            reason="Salió",
        )
    small.clock.pass_(days=1)
    people.end_designation(small.app, small.people["DIRP.SAL"], made)
    assert not set(owed(small)) & set(small.account_ids())
