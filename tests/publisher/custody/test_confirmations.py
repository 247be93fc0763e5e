from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from publisher.custody import changes, confirmations
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Notice
from tests.support.house import SmallHouse
from vault import custody
from vault.custody_tables import CustodyConfirmation
from vault.secret import Secret

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""No statement of its own is tried: one database says it for both."""

PARTS = {"custodian": "OPER.SAL", "director": "DIRP.SAL", "vinculacion": "COOR"}


def keep(small: SmallHouse) -> tuple[int, ...]:
    """Put a password of each account of Saltillo into the vault."""
    accounts = small.account_ids()
    for account in accounts:
        changes.record(
            small.app,
            small.operador(),
            account,
            {custody.PASSWORD: Secret(f"Clave-de-prueba-{account}")},
            cause="rotation",
            reason="Alta",
        )
    return accounts


def lacking(small: SmallHouse, account: int) -> tuple[str, ...]:
    with small.app.read() as session:
        found = confirmations.missing(session, [account], now=small.clock())
    return found[0].parts if found else ()


def test_an_account_lacks_three_words_a_quarter_and_each_is_given_once(small: SmallHouse) -> None:
    accounts = keep(small)
    assert lacking(small, accounts[0]) == tuple(PARTS)
    for part, label in PARTS.items():
        given = confirmations.confirm(small.app, small.people[label], accounts, part=part)
        assert given == 3
    assert lacking(small, accounts[0]) == ()
    again = confirmations.confirm(small.app, small.directora, accounts, part="vinculacion")
    assert again == 0
    small.clock.now = datetime(2027, 1, 2, tzinfo=UTC)
    assert lacking(small, accounts[0]) == tuple(PARTS)


@ON_ONE
def test_each_word_is_its_own_persons(small: SmallHouse) -> None:
    accounts = keep(small)
    for part, label in (
        ("custodian", "DIRP.SAL"),
        ("custodian", "OPER.TOR"),
        ("custodian", "COOR"),
        ("director", "OPER.SAL"),
        ("director", "DIRP.TOR"),
        ("vinculacion", "DIRP.SAL"),
        ("vinculacion", "AUD"),
        ("vinculacion", "ADM"),
    ):
        with pytest.raises(Forbidden):
            confirmations.confirm(small.app, small.people[label], accounts, part=part)
    with pytest.raises(Invalid):
        confirmations.confirm(small.app, small.coordinador, accounts, part="abuelita")


def test_nobody_confirms_a_password_that_the_vault_does_not_have(small: SmallHouse) -> None:
    accounts = keep(small)
    with pytest.raises(Conflict, match="no está en resguardo: regístrela en «Custodia»"):
        confirmations.confirm(
            small.app,
            small.coordinador,
            [*accounts, small.accounts["TOR", "x"]],
            part="vinculacion",
        )
    with small.app.read() as session:
        assert session.scalar(select(func.count()).select_from(CustodyConfirmation)) == 0


@ON_ONE
def test_the_quarter_is_the_one_of_the_plantels_own_zone(small: SmallHouse) -> None:
    small.clock.now = datetime(2027, 4, 1, 5, 30, tzinfo=UTC)
    with small.app.read() as session:
        quarters = {
            code: confirmations.missing(session, [small.accounts[code, "x"]], now=small.clock())[
                0
            ].quarter
            for code in ("SAL", "ACU")
        }
    assert quarters == {"SAL": "2027-T1", "ACU": "2027-T2"}


def test_whose_word_lacks_is_reminded_weekly_at_the_quarters_end_in_one_notice(
    small: SmallHouse,
) -> None:
    accounts = keep(small)
    for part, label in PARTS.items():
        if part != "director":
            confirmations.confirm(small.app, small.people[label], accounts, part=part)

    def remind(day: int) -> int:
        small.clock.now = datetime(2026, 12, day, 18, tzinfo=UTC)
        with small.app.write() as session:
            return confirmations.remind(session, small.app, now=small.clock())

    def notices(label: str) -> list[str]:
        with small.app.read() as session:
            return list(
                session.scalars(
                    select(col(Notice.body)).where(
                        col(Notice.kind) == "custody.confirm",
                        col(Notice.person_id) == small.people[label].person_id,
                    )
                )
            )

    assert remind(5) == 0
    assert remind(12) > 0
    assert remind(13) == 0
    assert notices("OPER.SAL") == []
    (told,) = notices("DIRP.SAL")
    assert all(name in told for name in ("facebook_sal", "instagram_sal", "x_sal"))
    assert "x_tor" not in told
    assert remind(20) > 0
    assert len(notices("DIRP.SAL")) == 2
