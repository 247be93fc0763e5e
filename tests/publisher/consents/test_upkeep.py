"""What the worker tells of the register, each thing once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher.consents.register import revoke
from publisher.consents.upkeep import remind
from publisher.delivery import removal
from publisher.delivery.changes import change_due
from publisher.models import Notice
from publisher.queries import consents
from tests.publisher.delivery.desk import Desk, make_desk
from tests.support.consents import registered, showing
from tests.support.house import SmallHouse

REASON = "La familia retiró su consentimiento por escrito."


@pytest.fixture
def desk(small: SmallHouse) -> Desk:
    return make_desk(small)


def heard(desk: Desk, kind: str) -> set[str]:
    with desk.app.read() as session:
        ids = set(session.scalars(select(col(Notice.person_id)).where(col(Notice.kind) == kind)))
    return {label for label, actor in desk.small.people.items() if actor.person_id in ids}


def test_an_end_is_told_before_and_after_once_to_whoever_it_concerns(desk: Desk) -> None:
    folio = registered(desk.small, valid_until=date(2026, 12, 31))
    desk.due("x", media=showing(desk.small, folio))
    desk.run(desk.engine())
    registered(desk.small, code="TOR", valid_until=date(2026, 12, 31))
    assert remind(desk.app) == 0
    desk.small.clock.pass_(days=9)
    assert remind(desk.app) == 2
    assert remind(desk.app) == 0
    told = heard(desk, "consent.ending")
    assert {"OPER.SAL", "DIRP.SAL", "COOR", "OPER.TOR"} <= told
    assert "OPER.ACU" not in told
    desk.small.clock.pass_(days=31)
    assert remind(desk.app) == 1
    assert heard(desk, "consent.ended") == {"OPER.SAL", "DIRP.SAL", "COOR", "COOR2"}


def test_what_a_day_did_not_take_down_is_told_to_the_directora_too(desk: Desk) -> None:
    small = desk.small
    folio, other = registered(small), registered(small)
    (public,) = desk.due("x", media=showing(small, folio))
    (gone,) = desk.due("x", media=showing(small, other))
    desk.run(desk.engine())
    for one in (folio, other):
        revoke(desk.app, small.operador(), one, reason=REASON)
    removal.remove(desk.app, small.directora, [gone], reason="Se revocó el consentimiento.")
    file = consents.one(desk.app, small.people["DIRP.SAL"], other)
    assert [use.kind for use in file.uses] == ["leaving"]
    change_due(desk.app)
    assert consents.one(desk.app, small.people["DIRP.SAL"], other).uses == ()
    assert remind(desk.app) == 0
    small.clock.pass_(hours=25)
    assert remind(desk.app) == 1
    assert remind(desk.app) == 0
    assert {"DIRV", "COOR", "DIRP.SAL", "OPER.SAL"} <= heard(desk, "consent.overdue")
    file = consents.one(desk.app, small.people["DIRP.SAL"], folio)
    assert [use.delivery_id for use in file.removable] == [public]
    assert consents.one(desk.app, small.operador(), folio).removable == ()
