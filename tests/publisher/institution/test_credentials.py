from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from publisher import institution
from publisher.app import Actor, App
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Account
from tests.support.house import House
from vault import store
from vault.secret import Secret

FIELDS = {"access_token": Secret("EAAB-muy-secreto"), "app_secret": Secret("otro-secreto")}


@pytest.fixture
def app(house: House) -> App:
    port: Any = SimpleNamespace(credential_fields=("access_token", "app_secret"))
    return replace(house.app, connect=lambda _key: port)


def test_every_field_is_sealed_and_the_account_may_publish_again(
    house: House, app: App, admin: Actor
) -> None:
    with app.write() as session:
        session.get_one(Account, 1).state = "reauth"

    versions = institution.install_credential(app, admin, 1, FIELDS, reason="Alta")

    assert versions == {"access_token": 1, "app_secret": 1}
    with app.read() as session:
        used = store.use(session, app.keyring, 1)
        assert used.fields["access_token"].reveal() == "EAAB-muy-secreto"
        assert session.get_one(Account, 1).state == "active"
        stored = repr(session.execute(text("SELECT * FROM vault_secret_version")).all())
        entries = repr(session.execute(text("SELECT * FROM audit_entry")).all())
    assert "credential.install" in entries
    assert "muy-secreto" not in stored + entries


def test_the_fields_are_exactly_those_of_the_connector(app: App, admin: Actor) -> None:
    with pytest.raises(Invalid, match="access_token, app_secret"):
        institution.install_credential(app, admin, 1, {"password": Secret("x")}, reason="Alta")
    with pytest.raises(Invalid, match="Falta el dato app_secret"):
        institution.install_credential(
            app, admin, 1, {**FIELDS, "app_secret": Secret("")}, reason="Alta"
        )
    with pytest.raises(Invalid):
        institution.install_credential(app, admin, 1, {}, reason="Alta")
    with pytest.raises(Invalid, match="motivo"):
        institution.install_credential(app, admin, 1, FIELDS, reason=" ")


def test_only_custodians_of_the_plantel_and_the_administration_install(
    house: House, app: App, admin: Actor
) -> None:
    institution.install_credential(app, house.actor("OPER", 1), 1, FIELDS, reason="Alta")

    for role, plantel in (("OPER", 2), ("DIRP", 2), ("COOR", None), ("DIRV", None), ("AUD", None)):
        with pytest.raises(Forbidden):
            institution.install_credential(
                app, house.actor(role, plantel), 1, FIELDS, reason="Alta"
            )


def test_an_ended_account_takes_no_secret(app: App, admin: Actor) -> None:
    institution.close_plantel(app, admin, 1, reason="Cierre")

    with pytest.raises(Conflict):
        institution.install_credential(app, admin, 1, FIELDS, reason="Alta")
