"""What papers say of the procedure that the institution works by."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from publisher import institution
from publisher.app import SYSTEM, Actor
from publisher.errors import Forbidden, Invalid
from publisher.institution.procedure import Procedure, printed
from tests.support.house import House
from vault.audit_tables import AuditEntry

TWO = Procedure(
    code="PI-DV-DI-02", version="00", edition=date(2022, 5, 31), until=date(2024, 5, 31)
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def said(house: House) -> str:
    with house.app.read() as session:
        return printed(house.app, session)


def test_a_demonstration_begins_with_the_procedure_as_it_was_given_which_has_ended(
    house: House,
) -> None:
    assert institution.read_procedure(house.app, SYSTEM) == TWO
    assert said(house) == "PI-DV-DI-02, versión 00, vigencia 31/05/2024 (vencida)"


def test_a_new_version_is_printed_at_once_and_the_change_is_in_the_log(house: House) -> None:
    admin = house.actor("ADM")
    new = Procedure(code=" PI-DV-DI-02 ", version="01", until=date(2027, 1, 31))
    institution.set_procedure(house.app, admin, new)
    assert said(house) == "PI-DV-DI-02, versión 01, vigencia 31/01/2027"
    institution.set_procedure(
        house.app, admin, Procedure(code="PI-DV-DI-03", edition=date(2026, 1, 31))
    )
    assert said(house) == "PI-DV-DI-03, edición 31/01/2026"
    action = AuditEntry.__table__.c.action  # type: ignore[attr-defined]
    with house.app.read() as session:
        many = session.scalar(select(func.count()).where(action == "institution.procedure"))
    assert many == 2


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (Procedure(code=" "), "code"),
        (Procedure(code="PI<script>"), "code"),
        (Procedure(code="PI-1", version="versión número uno"), "version"),
        (Procedure(code="PI-1", edition=date(2026, 5, 31), until=date(2026, 5, 31)), "until"),
    ],
)
def test_what_is_no_procedure_is_refused_in_words(house: House, new: Procedure, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        institution.set_procedure(house.app, house.actor("ADM"), new)
    assert caught.value.field == field
    assert said(house).startswith("PI-DV-DI-02")


def test_only_who_keeps_the_institution_changes_it(house: House) -> None:
    directora: Actor = house.actor("DIRV")
    with pytest.raises(Forbidden):
        institution.set_procedure(house.app, directora, TWO)
