"""An account whose credential was rejected is spared, and goes on by itself once it is renewed."""

from __future__ import annotations

from connectors.errors import CredentialRejected
from publisher import institution
from tests.publisher.delivery.desk import Desk
from tests.support.networks import Fault
from vault.secret import Secret


def renew(desk: Desk, account_id: int) -> None:
    institution.install_credential(
        desk.app,
        desk.small.people["ADM"],
        account_id,
        {"access_token": Secret("renovada")},
        reason="La red pidió una nueva autorización",
    )


def test_the_first_refusal_is_the_last_request_and_its_other_deliveries_wait(desk: Desk) -> None:
    later = [desk.approve("x")[0] for _ in range(3)]
    (bad,) = desk.due("x")
    desk.networks.order("x", "publish", Fault(CredentialRejected()))
    desk.run(desk.engine())
    assert {desk.row(id_).hold_reason for id_ in (bad, *later)} == {"credential"}
    assert "se reanuda sin más" in desk.row(later[0]).reason
    assert len(desk.networks.called("publish")) == 1


def test_custodians_and_the_centre_hear_of_it_once(desk: Desk) -> None:
    desk.approve("x")
    desk.due("x")
    desk.networks.order("x", "publish", Fault(CredentialRejected()))
    desk.run(desk.engine())
    told = desk.notices().count("account.reauth")
    assert told == len(["OPER", "DIRP", "COOR", "COOR2", "DIRV", "DIRV2", "ADM"])
    assert desk.acts("account.reauth") == ["account.reauth"]


def test_a_renewed_credential_lets_go_out_what_is_in_time_and_holds_what_is_late(
    desk: Desk,
) -> None:
    future = desk.approve("x")
    (bad,) = desk.due("x")
    desk.networks.order("x", "publish", Fault(CredentialRejected()))
    engine = desk.engine()
    desk.run(engine)
    renew(desk, desk.row(bad).account_id)
    assert desk.account(bad).state == "active"
    desk.run(engine)
    assert (desk.state(bad), desk.state(future[0])) == ("published", "scheduled")


def test_what_is_past_its_limit_by_then_waits_for_a_person(desk: Desk) -> None:
    (bad,) = desk.due("x")
    desk.networks.order("x", "publish", Fault(CredentialRejected()))
    engine = desk.engine()
    desk.run(engine)
    desk.small.clock.pass_(hours=3)
    renew(desk, desk.row(bad).account_id)
    desk.run(engine)
    assert (desk.state(bad), desk.row(bad).hold_reason) == ("held", "late")
