from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from connectors.contract import Credential
from connectors.errors import CredentialRejected, Unavailable
from publisher import connections
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Account
from tests.publisher.connections.answers import account, proof, token, told, waiting
from tests.support.house import SmallHouse
from tests.support.networks import FakeConnector, FakeNetworks, Fault
from vault.secret import Secret

NEW = {"access_token": Secret("  EAAnueva-y-secreta\n")}


def connect(small: SmallHouse, network: str = "x", who: str = "OPER.SAL", **more: object) -> int:
    account_id = small.accounts["SAL", network]
    options = {"fields": NEW, "reason": "Cambio de enlace", **more}
    connections.connect_account(small.app, small.people[who], account_id, **options)  # type: ignore[arg-type]
    return account_id


def bar(small: SmallHouse, network: str) -> int:
    """Let the network refuse the account's credential; returns its id."""
    account_id = small.accounts["SAL", network]
    small.networks.order(network, "verify", Fault(CredentialRejected(code="x.token")))
    connections.verify_accounts(small.app, small.coordinador, [account_id])
    return account_id


def test_a_credential_that_acts_as_the_account_is_sealed_and_the_account_goes_on(
    small: SmallHouse,
) -> None:
    small.approved(account_ids=small.account_ids("x"))
    account_id = bar(small, "x")
    assert waiting(small.app, account_id) == [("held", "credential")]

    connect(small)

    assert token(small.app, account_id) == "EAAnueva-y-secreta"
    assert account(small.app, account_id).state == "active"
    assert waiting(small.app, account_id) == [("scheduled", None)]
    assert proof(small.app, account_id).outcome == "ok"
    assert told(small.app, "credential.changed") == ["Se instaló una credencial: x_sal (x)"] * 3
    with small.app.read() as session:
        entries = repr(session.execute(text("SELECT * FROM audit_entry")).all())
    assert "credential.connect" in entries
    assert "Cambio de enlace" in entries
    assert "EAAnueva" not in entries


def test_one_of_another_account_is_refused_in_words_and_nothing_is_stored(
    small: SmallHouse,
) -> None:
    wrong = CredentialRejected(code="x.other_account", sentence="La credencial es de otra cuenta.")
    small.networks.order("x", "verify", Fault(wrong))
    with pytest.raises(Invalid, match=r"es de otra cuenta\. No se guardó nada") as refused:
        connect(small)
    assert "EAAnueva" not in str(refused.value)
    account_id = small.accounts["SAL", "x"]
    assert token(small.app, account_id) == f"token-{account_id}"
    assert account(small.app, account_id).state == "active"


def test_a_network_that_does_not_answer_proves_nothing_and_stores_nothing(
    small: SmallHouse,
) -> None:
    small.networks.order("x", "verify", Fault(Unavailable()))
    with pytest.raises(Invalid, match="inténtelo de nuevo"):
        connect(small)
    account_id = small.accounts["SAL", "x"]
    assert token(small.app, account_id) == f"token-{account_id}"


class TwoFields(FakeConnector):
    """A connector of two fields that notes what it was asked to prove."""

    def verify(self, credential: Credential) -> object:  # type: ignore[override]
        self.networks.calls.clear()
        identity = super().verify(credential)
        seen.append(dict(credential))
        return identity


seen: list[dict[str, str]] = []


def test_an_empty_field_keeps_the_secret_in_force(small: SmallHouse) -> None:
    def two(key: str) -> TwoFields:
        return TwoFields(
            key=key, networks=small.networks, credential_fields=("access_token", "secret")
        )

    small.app = replace(small.app, connect=two)  # type: ignore[arg-type]
    both = {"access_token": Secret("a"), "secret": Secret("b")}
    with pytest.raises(Invalid, match="Falta «secret»"):
        connect(small, fields={"access_token": Secret("a"), "secret": Secret(" ")})
    account_id = connect(small, fields=both)
    connect(small, fields={"access_token": Secret("c"), "secret": Secret("")})
    assert seen[-1] == {"access_token": "c", "secret": "b"}
    with pytest.raises(Invalid, match="No se recibió ninguna"):
        connect(small, fields={"access_token": Secret(""), "secret": Secret("")})
    assert token(small.app, account_id) == "c"


def test_a_credential_changed_by_somebody_meanwhile_is_not_overwritten(small: SmallHouse) -> None:
    account_id = small.accounts["SAL", "x"]

    class Slow(FakeNetworks):
        def _note(self, call: object) -> None:  # type: ignore[override]
            if not inner:
                inner.append(1)
                connect(small, fields={"access_token": Secret("la del otro")}, who="DIRP.SAL")

    inner: list[int] = []
    small.app = replace(small.app, connect=Slow())
    with pytest.raises(Conflict, match="Alguien más cambió"):
        connect(small)
    assert token(small.app, account_id) == "la del otro"


def test_only_the_plantel_itself_and_the_administration_may_install(small: SmallHouse) -> None:
    for who in ("OPER.TOR", "DIRP.TOR", "COOR", "DIRV", "AUD"):
        with pytest.raises(Forbidden):
            connect(small, who=who)
    assert not small.networks.called("verify")
    for who in ("DIRP.SAL", "ADM"):
        connect(small, who=who, fields={"access_token": Secret(who)})


def test_the_unofficial_way_waits_for_the_directors_acceptance(small: SmallHouse) -> None:
    key, account_id = "instagram_private", small.accounts["SAL", "instagram"]
    with pytest.raises(Invalid, match="aceptar ese riesgo"):
        connect(small, "instagram", connector=key)
    for who in ("OPER.SAL", "ADM", "DIRV", "DIRP.TOR"):
        with pytest.raises(Forbidden):
            connections.accept_risk(small.app, small.people[who], account_id, accepted=True)
    director = small.people["DIRP.SAL"]
    with pytest.raises(Invalid, match="Marque"):
        connections.accept_risk(small.app, director, account_id, accepted=False)
    connections.accept_risk(small.app, director, account_id, accepted=True)
    connect(small, "instagram", connector=key)
    row = account(small.app, account_id)
    assert (row.connector, row.risk_accepted_by) == (key, director.person_id)
    assert row.risk_accepted_at == small.clock.now
    with pytest.raises(Invalid, match="no es de x"):
        connect(small, "x", connector=key)


def test_a_stopped_account_stays_stopped(small: SmallHouse) -> None:
    account_id = small.accounts["SAL", "x"]
    with small.app.write() as session:
        session.execute(update(Account).where(col(Account.id) == account_id).values(state="paused"))
    connect(small)
    assert account(small.app, account_id).state == "paused"
