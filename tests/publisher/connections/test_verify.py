from __future__ import annotations

import pytest
from sqlalchemy import delete
from sqlmodel import col

from connectors.errors import CredentialRejected, Unavailable
from publisher import connections
from publisher.app import SYSTEM
from publisher.errors import Forbidden, NotFound
from publisher.models import Account
from tests.publisher.connections.answers import account, proof, told, waiting
from tests.support.house import SmallHouse
from tests.support.networks import Fault
from vault.tables import VaultSecret, VaultSecretVersion

EXPIRED = CredentialRejected(code="facebook.token_expired", sentence="La credencial venció.")


def forget(small: SmallHouse, account_id: int) -> None:
    """Take an account's credential out of the vault."""
    with small.app.write() as session:
        for table in (VaultSecretVersion, VaultSecret):
            session.execute(delete(table).where(col(table.account_id) == account_id))


def test_each_account_is_looked_at_once_and_classified(small: SmallHouse) -> None:
    small.networks.order("facebook", "verify", Fault(EXPIRED))
    small.networks.order("x", "verify", Fault(Unavailable()))
    steps: list[tuple[int, int]] = []
    found = connections.verify_accounts(
        small.app, SYSTEM, at_once=1, progress=lambda *step: steps.append(step)
    )
    outcomes = sorted((one.network, one.outcome) for one in found)
    assert len(small.networks.called("verify")) == len(found) == 9
    assert outcomes.count(("facebook", "expired")) == outcomes.count(("x", "unreachable")) == 1
    assert [name for _, name in outcomes].count("ok") == 7
    assert steps[0] == (0, 9)
    assert steps[-1] == (9, 9)


def test_what_the_network_refuses_is_barred_and_its_people_hear_of_it_once(
    small: SmallHouse,
) -> None:
    small.approved(account_ids=small.account_ids("facebook"))
    account_id = small.accounts["SAL", "facebook"]
    for _ in range(2):
        small.networks.order("facebook", "verify", Fault(EXPIRED))
        (found,) = connections.verify_accounts(small.app, small.operador(), [account_id])
    assert (found.outcome, found.state, found.sentence) == (
        "expired",
        "reauth",
        "La credencial venció.",
    )
    assert waiting(small.app, account_id) == [("held", "credential")]
    assert len(told(small.app, "account.reauth")) == 7
    row = proof(small.app, account_id)
    assert (row.outcome, row.code, row.proven_at) == ("expired", "facebook.token_expired", None)

    (again,) = connections.verify_accounts(small.app, small.operador(), [account_id])
    assert (again.outcome, again.state) == ("ok", "active")
    assert waiting(small.app, account_id) == [("scheduled", None)]
    assert len(told(small.app, "account.recovered")) == 7


def test_a_network_that_is_away_changes_no_account(small: SmallHouse) -> None:
    account_id = small.accounts["SAL", "x"]
    small.networks.order("x", "verify", Fault(Unavailable()), Fault(KeyError("defecto")))
    for _ in range(2):
        (found,) = connections.verify_accounts(small.app, SYSTEM, [account_id])
        assert (found.outcome, found.state) == ("unreachable", "active")


def test_a_look_at_a_credential_replaced_meanwhile_says_nothing(
    small: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from publisher.connections import verify
    from tests.publisher.connections.test_connect import connect

    small.networks.order("x", "verify", Fault(EXPIRED))
    looked = verify.look_after

    def slow(app: object, subject: object) -> object:
        result = looked(app, subject)  # type: ignore[arg-type]
        connect(small)
        return result

    monkeypatch.setattr(verify, "look_after", slow)
    account_id = small.accounts["SAL", "x"]
    connections.verify_accounts(small.app, SYSTEM, [account_id])
    assert account(small.app, account_id).state == "active"
    assert proof(small.app, account_id).outcome == "ok"


def test_an_account_without_credential_is_named_and_not_barred(small: SmallHouse) -> None:
    account_id = small.accounts["SAL", "x"]
    forget(small, account_id)
    (found,) = connections.verify_accounts(small.app, SYSTEM, [account_id])
    assert (found.outcome, found.state) == ("missing", "active")


def test_an_account_published_on_by_hand_is_never_barred(small: SmallHouse) -> None:
    account_id = small.accounts["SAL", "facebook"]
    with small.app.write() as session:
        session.get_one(Account, account_id).connector = "facebook_assisted"
    small.networks.order("facebook_assisted", "verify", Fault(EXPIRED))
    (found,) = connections.verify_accounts(small.app, SYSTEM, [account_id])
    assert (found.outcome, found.state) == ("expired", "active")
    forget(small, account_id)
    assert connections.verify_accounts(small.app, SYSTEM, [account_id]) == ()


def test_one_may_look_where_one_works_and_by_plantel(small: SmallHouse) -> None:
    mine = connections.verify_accounts(small.app, small.operador(), planteles=["sal"])
    assert {one.plantel for one in mine} == {"SAL"}
    for options in ({"planteles": ["TOR"]}, {}, {"account_ids": [small.accounts["TOR", "x"]]}):
        with pytest.raises(Forbidden):
            connections.verify_accounts(small.app, small.operador(), **options)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="XXX"):
        connections.verify_accounts(small.app, SYSTEM, planteles=["SAL", "XXX"])
