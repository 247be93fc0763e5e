from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher import institution, people
from publisher.custody import duties, hearers, terms, upkeep
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Designation, Notice
from publisher.texts import custody as texts
from tests.support.house import SmallHouse
from vault.audit_tables import AuditEntry
from vault.custody_tables import CustodyTerm, RotationDuty

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""No statement of its own is tried: one database says it for both."""


def designation(small: SmallHouse, label: str) -> int:
    with small.app.read() as session:
        return session.scalars(
            select(col(Designation.id)).where(
                col(Designation.person_id) == small.people[label].person_id
            )
        ).one()


def open_duties(small: SmallHouse) -> list[tuple[int, str]]:
    with small.app.read() as session:
        found = session.execute(
            select(col(RotationDuty.account_id), col(RotationDuty.cause))
            .where(col(RotationDuty.fulfilled_at).is_(None))
            .order_by(col(RotationDuty.account_id))
        )
        return [(account, cause) for account, cause in found]


def told(small: SmallHouse, kind: str) -> set[int]:
    with small.app.read() as session:
        return set(session.scalars(select(col(Notice.person_id)).where(col(Notice.kind) == kind)))


def test_an_account_is_held_by_its_operator_else_its_director_else_nobody(
    small: SmallHouse,
) -> None:
    account = small.accounts["SAL", "x"]
    small.clock.pass_(hours=1)

    def custodian() -> int | None:
        with small.app.read() as session:
            return terms.custodian_of(session, account, now=small.clock())

    assert custodian() == small.operador().person_id
    people.disable_person(small.app, small.people["ADM"], small.operador().person_id)
    assert custodian() == small.people["DIRP.SAL"].person_id
    people.end_designation(small.app, small.people["ADM"], designation(small, "DIRP.SAL"))
    assert custodian() is None


def test_the_director_assigns_who_holds_an_account_and_only_people_of_the_plantel(
    small: SmallHouse,
) -> None:
    app, director = small.app, small.people["DIRP.SAL"]
    account = small.accounts["SAL", "facebook"]
    with pytest.raises(Invalid, match="Desígnele"):
        terms.assign(app, director, account, small.operador("TOR").person_id, reason="Alta")
    with pytest.raises(Forbidden):
        terms.assign(
            app, small.people["DIRP.TOR"], account, small.operador().person_id, reason="Alta"
        )
    terms.assign(app, director, account, director.person_id, reason="La lleva ella misma")
    with app.read() as session:
        assert terms.custodian_of(session, account, now=small.clock()) == director.person_id
    with pytest.raises(Conflict, match="entrega"):
        terms.assign(app, director, account, small.operador().person_id, reason="Cambio")
    assert told(small, "custody.assigned") >= {
        small.operador().person_id,
        director.person_id,
        small.coordinador.person_id,
    }


def test_who_leaves_makes_every_password_of_the_plantel_change_within_a_day(
    small: SmallHouse,
) -> None:
    account = small.accounts["SAL", "x"]
    terms.assign(
        small.app,
        small.people["DIRP.SAL"],
        account,
        small.operador().person_id,
        reason="Designación",
    )
    now = small.clock.pass_(days=3)
    people.end_designation(
        small.app, small.people["DIRP.SAL"], designation(small, "OPER.SAL"), reason="Cambio de área"
    )

    assert open_duties(small) == [(one, "designation") for one in sorted(small.account_ids())]
    director, coordinators = small.people["DIRP.SAL"], {"COOR", "COOR2"}
    assert told(small, "custody.duty") == {director.person_id} | {
        small.people[label].person_id for label in coordinators
    }
    with small.app.read() as session:
        due = set(session.scalars(select(col(RotationDuty.due_at))))
        term = session.scalars(select(CustodyTerm)).one()
        entries = session.scalars(
            select(AuditEntry).where(col(AuditEntry.action) == "custody.oblige")
        ).all()
        ended = session.scalars(
            select(AuditEntry).where(col(AuditEntry.action) == "custody.end")
        ).all()
    assert due == {now + timedelta(hours=24)}
    assert term.until == now
    assert (len(entries), len(ended)) == (3, 1)


@ON_ONE
def test_who_keeps_another_designation_there_knows_nothing_that_must_change(
    small: SmallHouse,
) -> None:
    director = small.people["DIRP.SAL"]
    second = people.designate(
        small.app, director, director.person_id, "OPER", plantel_id=small.planteles["SAL"]
    )
    small.clock.pass_(days=1)
    people.end_designation(small.app, director, second)
    assert open_duties(small) == []


@ON_ONE
def test_a_role_of_the_centre_or_one_that_never_began_opens_nothing(small: SmallHouse) -> None:
    small.clock.pass_(days=1)
    people.end_designation(small.app, small.people["ADM"], designation(small, "COOR2"))
    later = people.designate(
        small.app,
        small.people["DIRP.SAL"],
        small.operador("TOR").person_id,
        "OPER",
        plantel_id=small.planteles["SAL"],
        starts_at=small.clock() + timedelta(days=5),
    )
    people.end_designation(small.app, small.people["DIRP.SAL"], later)
    assert open_duties(small) == []


def test_somebody_shut_out_and_a_plantel_closed_open_their_duties(small: SmallHouse) -> None:
    small.clock.pass_(days=1)
    people.disable_person(small.app, small.people["ADM"], small.operador("TOR").person_id)
    assert [account for account, _ in open_duties(small)] == sorted(small.account_ids(code="TOR"))
    institution.close_plantel(
        small.app, small.people["ADM"], small.planteles["ACU"], reason="Se fusiona"
    )
    closed = set(small.account_ids(code="ACU"))
    # operator and director left at once: one duty an account, told together
    assert sorted(account for account, _ in open_duties(small) if account in closed) == sorted(
        closed
    )
    with small.app.read() as session:
        told_ = session.scalars(
            select(col(Notice.subject)).where(
                col(Notice.kind) == "custody.duty",
                col(Notice.person_id) == small.coordinador.person_id,
            )
        ).all()
    assert told_ == [texts.DUTIES.format(n=3), texts.DUTIES_GONE.format(n=3)]

    with small.app.read() as session:
        duty = session.scalars(
            select(RotationDuty).where(col(RotationDuty.account_id).in_(closed))
        ).first()
        live = session.scalars(
            select(RotationDuty).where(
                col(RotationDuty.account_id).in_(small.account_ids(code="TOR"))
            )
        ).first()
    assert duty is not None
    assert live is not None
    with pytest.raises(Conflict, match="en uso"):
        duties.discharge(small.app, small.coordinador, live.id or 0, reason="Se borró")
    with pytest.raises(Forbidden):
        duties.discharge(small.app, small.people["ADM"], duty.id or 0, reason="Se borró")
    duties.discharge(small.app, small.coordinador, duty.id or 0, reason="Se borró en la red")
    upkeep.keep(small.app)
    assert duty.account_id not in {account for account, _ in open_duties(small)}
    with pytest.raises(Conflict, match="cerrado"):
        duties.discharge(small.app, small.coordinador, duty.id or 0, reason="Otra vez")


def test_the_same_duty_is_opened_once(small: SmallHouse) -> None:
    account, now = small.accounts["SAL", "x"], small.clock()
    with small.app.write() as session:
        first = duties.oblige(session, small.app, account, "envelope", 7, now=now)
        again = duties.oblige(session, small.app, account, "envelope", 7, now=now)
        other = duties.oblige(session, small.app, account, "envelope", 8, now=now)
    assert first == again != other
    assert len(open_duties(small)) == 2


@ON_ONE
def test_an_open_duty_is_told_again_at_half_its_time_and_daily_after_it(small: SmallHouse) -> None:
    app, account = small.app, small.accounts["SAL", "x"]
    with app.write() as session:
        duties.oblige(session, app, account, "break_glass", 1, now=small.clock())

    def remind(**passed: float) -> int:
        now = small.clock.pass_(**passed)
        with app.write() as session:
            return duties.remind(session, app, now=now)

    assert remind(hours=11) == 0
    assert remind(hours=1) == 1
    assert remind(hours=5) == 0
    assert not told(small, "custody.duty.overdue")
    assert remind(hours=7) == 1
    assert small.directora.person_id in told(small, "custody.duty.overdue")
    assert remind(hours=23) == 0
    assert remind(hours=1) == 1


@ON_ONE
def test_custodian_director_and_coordination_hear_of_an_account(small: SmallHouse) -> None:
    with small.app.read() as session:
        found = hearers.hearers(session, small.accounts["TOR", "x"], small.clock())
    assert found.custodian_id == small.operador("TOR").person_id
    assert found.directors == {small.people["DIRP.TOR"].person_id}
    assert found.coordinators == {small.people[one].person_id for one in ("COOR", "COOR2")}
    assert len(found.everyone) == 4
