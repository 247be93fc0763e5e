from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.errors import CredentialRejected
from publisher import connections, institution
from publisher.app import SYSTEM, App
from publisher.custody import changes, incidents
from publisher.delivery import aftermath
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Delivery, Notice
from tests.publisher.connections.answers import answering, proof
from tests.support.house import SmallHouse
from tests.support.networks import Fault
from vault import custody
from vault.custody_tables import CustodyIncident, RotationDuty
from vault.secret import Secret

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""No statement of its own is tried: one database says it for both."""

REVOKED = CredentialRejected(code="facebook.190", sentence="Facebook ya no acepta el permiso.")
EXPIRED = CredentialRejected(code="facebook.token_expired", sentence="El permiso venció.")


def opened(small: SmallHouse) -> list[CustodyIncident]:
    with small.app.read() as session:
        return list(session.scalars(select(CustodyIncident).order_by(col(CustodyIncident.id))))


def duty(small: SmallHouse) -> RotationDuty:
    with small.app.read() as session:
        return session.scalars(
            select(RotationDuty).where(col(RotationDuty.cause) == "incident")
        ).one()


def raised(small: SmallHouse) -> int:
    """Open an incident of Saltillo's Facebook account; return its id."""
    with small.app.write() as session:
        made = incidents.open_incident(
            session, small.app, small.accounts["SAL", "facebook"], "Ya no abre.", small.clock()
        )
    assert made is not None
    return made


def test_an_incident_is_told_to_the_plantel_and_the_centre_and_opens_a_duty(
    small: SmallHouse,
) -> None:
    made = raised(small)
    with small.app.write() as session:
        again = incidents.open_incident(
            session, small.app, small.accounts["SAL", "facebook"], "Otra vez.", small.clock()
        )
    assert again is None
    with small.app.read() as session:
        heard = set(
            session.scalars(
                select(col(Notice.person_id)).where(col(Notice.kind) == "custody.incident")
            )
        )
    labels = ("OPER.SAL", "DIRP.SAL", "COOR", "COOR2", "DIRV", "DIRV2")
    assert heard == {small.people[label].person_id for label in labels}
    assert (duty(small).cause_id, duty(small).due_at) == (
        made,
        small.clock() + timedelta(hours=24),
    )


def test_the_plantel_closes_an_incident_once_it_changed_the_password(small: SmallHouse) -> None:
    app, made = small.app, raised(small)
    with pytest.raises(Invalid):
        incidents.close_incident(app, small.operador(), made, resolution=" ")
    with pytest.raises(Conflict, match="registre"):
        incidents.close_incident(app, small.operador(), made, resolution="Fue la alumna becaria")
    for label in ("OPER.TOR", "AUD", "ADM"):
        with pytest.raises(Forbidden):
            incidents.close_incident(app, small.people[label], made, resolution="Nada")
    changes.record(
        app,
        small.operador(),
        small.accounts["SAL", "facebook"],
        {custody.PASSWORD: Secret("Una-clave-nueva-9")},
        cause="outside",
        reason="Alguien entró",
    )
    assert duty(small).fulfilled_at is not None
    incidents.close_incident(app, small.operador(), made, resolution="Se cambió la contraseña")
    with pytest.raises(Conflict, match="cerrado"):
        incidents.close_incident(app, small.coordinador, made, resolution="Otra vez")


@ON_ONE
def test_vinculacion_closes_one_that_was_none_without_a_change(small: SmallHouse) -> None:
    made = raised(small)
    incidents.close_incident(small.app, small.coordinador, made, resolution="Falla de la red")
    (found,) = opened(small)
    assert (found.closed_by, found.resolution) == (small.coordinador.person_id, "Falla de la red")
    assert (duty(small).fulfilled_at, duty(small).change_id) == (small.clock(), None)


def verify(small: SmallHouse, app: App, error: CredentialRejected | None = None) -> None:
    """Look at Saltillo's Facebook account once; its network refuses where ``error`` is given."""
    if error is not None:
        small.networks.order("facebook", "verify", Fault(error))
    connections.verify_accounts(app, SYSTEM, [small.accounts["SAL", "facebook"]])


def test_a_credential_that_worked_and_was_revoked_opens_an_incident_once(
    small: SmallHouse,
) -> None:
    verify(small, small.app)
    verify(small, small.app, REVOKED)
    verify(small, small.app, REVOKED)
    assert [one.sentence for one in opened(small)] == [REVOKED.sentence]


@ON_ONE
def test_one_that_never_worked_was_not_changed_by_anybody(small: SmallHouse) -> None:
    verify(small, small.app, REVOKED)
    assert opened(small) == []


@ON_ONE
def test_one_replaced_here_by_another_that_fails_was_not_changed_outside(
    small: SmallHouse,
) -> None:
    verify(small, small.app)
    institution.install_credential(
        small.app,
        small.people["ADM"],
        small.accounts["SAL", "facebook"],
        {"access_token": Secret("mal-pegado")},
        reason="Renovación",
    )
    verify(small, small.app, REVOKED)
    assert opened(small) == []


def test_an_end_in_its_time_is_none_and_an_early_one_is(small: SmallHouse) -> None:
    app, answers = answering(small)
    answers.ends["f100"] = small.clock() + timedelta(days=10)
    verify(small, app)
    small.clock.pass_(days=11)
    verify(small, app, EXPIRED)
    assert opened(small) == []
    answers.ends["f100"] = small.clock() + timedelta(days=10)
    verify(small, app)
    small.clock.pass_(days=1)
    verify(small, app, EXPIRED)
    assert [one.sentence for one in opened(small)] == [EXPIRED.sentence]


@ON_ONE
def test_a_refusal_while_publishing_has_the_account_looked_at_next(small: SmallHouse) -> None:
    verify(small, small.app)
    account = small.accounts["SAL", "facebook"]
    post = small.approved(account_ids=(account,))
    with small.app.write() as session:
        delivery = session.scalars(select(Delivery).where(col(Delivery.post_id) == post)).one()
        delivery.state, delivery.hold_reason = "held", "credential"
        session.flush()
        aftermath.tell(small.app, session, [delivery.id or 0])
    assert proof(small.app, account).next_at == small.clock()
