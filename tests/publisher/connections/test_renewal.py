"""The permit of X renewed by the worker, over real HTTP against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from connectors import x_login, x_permit
from connectors.sandbox.testing import RunningSandbox, running_sandbox
from publisher import connections
from publisher.app import App
from publisher.connections import renewal
from publisher.delivery import stopping
from publisher.models import Account, Designation
from tests.connectors.x_dialog import agree
from tests.publisher.connections.answers import account, proof, told
from tests.support.house import SmallHouse
from vault import store
from vault.secret import Secret

BACK = "https://escuela.example/conectar/x/vuelta"
VERIFIER = "v" * 43
ID = "1100"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox() as running:
        yield running


@dataclass
class Linked:
    """A house with one account of X that a person granted us."""

    small: SmallHouse
    app: App
    account_id: int
    sandbox: RunningSandbox

    @property
    def permit(self) -> x_permit.Permit:
        with self.app.read() as session:
            used = store.use(session, self.app.keyring, self.account_id)
        return x_permit.read(used.fields["oauth2"].reveal())

    def keep_up(self, **passed: float) -> None:
        self.small.clock.pass_(**passed)
        connections.keep_up(self.app)

    def asked(self) -> int:
        return sum(one["path"] == "/2/oauth2/token" for one in self.sandbox.requests_log())

    def entries(self) -> str:
        with self.app.read() as session:
            return repr(session.execute(text("SELECT * FROM audit_entry")).all())


@pytest.fixture
def linked(small: SmallHouse, sandbox: RunningSandbox) -> Linked:
    small.clock.now = datetime.now(UTC).replace(microsecond=0)
    sandbox.reset(everything=True)
    account_id = small.accounts["SAL", "x"]
    settings = small.app.settings.model_copy(
        update={"x_base_url": sandbox.base_url, "x_client_id": "cliente-de-prueba"}
    )
    app = replace(small.app, settings=settings, connect=None)
    with app.write() as session:
        session.get_one(Account, account_id).external_id = ID
        # the sandbox's clock is the real one, and the house is younger than today's evening
        session.execute(update(Designation).values(starts_at=small.clock.now - timedelta(days=1)))
    registered = {"network": "x", "external_id": ID, "handle": "x_sal", "token": "anterior-1"}
    sandbox.register(registered)
    where = x_login.dialog(app.endpoints, redirect_uri=BACK, state="s", verifier=VERIFIER)
    code = agree(where, ID)["code"]
    permit = x_login.redeem(app.endpoints, code=code, redirect_uri=BACK, verifier=VERIFIER)
    connections.connect_account(
        app,
        small.people["OPER.SAL"],
        account_id,
        {"oauth2": Secret(permit.to_field())},
        reason="Entró con X",
        connector="x_oauth2",
    )
    return Linked(small=small, app=app, account_id=account_id, sandbox=sandbox)


def test_a_permit_is_renewed_before_it_ends_and_nobody_is_disturbed(linked: Linked) -> None:
    first, before = linked.permit, linked.asked()
    linked.keep_up(minutes=80)
    assert linked.asked() == before
    linked.keep_up(minutes=15)
    second = linked.permit
    assert second.access != first.access
    assert second.refresh != first.refresh
    assert proof(linked.app, linked.account_id).outcome == "ok"
    assert "credential.renewed" in linked.entries()
    for kind in ("account.expiring", "custody.token", "account.reauth"):
        assert told(linked.app, kind) == []
    for secret in (first, second):
        assert secret.access not in linked.entries()
        assert secret.refresh not in linked.entries()


def test_a_crash_between_the_answer_and_the_commit_is_told(
    linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = linked.permit

    def dies(*_: object) -> None:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as cut:
        cut.setattr(renewal, "_store", dies)
        linked.keep_up(minutes=95)
    assert linked.permit == before
    assert account(linked.app, linked.account_id).state == "active"
    # the claims of the process that died run out, and the right is found to be used up
    linked.keep_up(minutes=16)
    row = account(linked.app, linked.account_id)
    assert row.state == "reauth"
    assert "se perdió la respuesta de una renovación" in row.state_reason
    assert proof(linked.app, linked.account_id).outcome == "expired"
    assert len(told(linked.app, "account.reauth")) > 1
    with linked.app.read() as session:
        opened = session.execute(text("SELECT count(*) FROM custody_incident")).scalar()
    assert opened == 0


def test_a_database_that_is_away_for_a_moment_loses_no_right(
    linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed, missed = renewal._sealed, []

    def at_second(*arguments: object) -> object:
        if not missed:
            missed.append(1)
            raise OperationalError("UPDATE", {}, Exception("gone for a moment"))
        return sealed(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(renewal, "_sealed", at_second)
    before = linked.permit
    linked.keep_up(minutes=95)
    assert missed
    assert linked.permit.refresh != before.refresh
    assert proof(linked.app, linked.account_id).outcome == "ok"


def test_an_answer_that_is_lost_is_told_once_the_right_is_found_used(linked: Linked) -> None:
    linked.sandbox.put_faults({"network": "x", "route": "token", "fault": "accept-then-drop"})
    linked.keep_up(minutes=95)
    assert proof(linked.app, linked.account_id).outcome == "ok"
    assert account(linked.app, linked.account_id).state == "active"
    linked.keep_up(minutes=10)
    assert account(linked.app, linked.account_id).state == "reauth"


def test_a_platform_that_is_away_is_asked_again_and_the_account_is_not_barred(
    linked: Linked,
) -> None:
    away = {"network": "x", "route": "token", "fault": "503", "count": 3}
    linked.sandbox.put_faults(away)
    linked.keep_up(minutes=95)
    seen = proof(linked.app, linked.account_id)
    assert seen.outcome == "ok"
    assert seen.next_at - linked.small.clock.now < timedelta(minutes=8)
    linked.keep_up(minutes=40)
    seen = proof(linked.app, linked.account_id)
    assert (seen.outcome, account(linked.app, linked.account_id).state) == ("unreachable", "active")
    assert seen.next_at - linked.small.clock.now == timedelta(minutes=1)
    linked.keep_up(minutes=2)
    linked.keep_up(minutes=2)
    assert proof(linked.app, linked.account_id).outcome == "ok"
    assert told(linked.app, "account.reauth") == []


def test_who_takes_the_right_back_at_x_bars_the_account_and_it_recovers_by_entering_again(
    linked: Linked,
) -> None:
    linked.sandbox.revoke(network="x", account=ID)
    linked.keep_up(minutes=95)
    assert account(linked.app, linked.account_id).state == "reauth"
    assert proof(linked.app, linked.account_id).outcome == "revoked"


def test_a_look_of_a_person_renews_too_and_a_stopped_house_does_not(linked: Linked) -> None:
    first = linked.permit
    linked.small.clock.pass_(minutes=125)
    stopping.stop(linked.app, linked.small.directora, plantel_id=None, reason="Copia restaurada")
    (one,) = connections.verify_accounts(linked.app, linked.small.coordinador, [linked.account_id])
    assert (one.outcome, one.state) == ("unreachable", "active")
    assert linked.permit == first
    with linked.app.write() as session:
        session.execute(text("UPDATE pause SET lifted_at = at"))
    (one,) = connections.verify_accounts(linked.app, linked.small.coordinador, [linked.account_id])
    assert one.outcome == "ok"
    assert linked.permit.refresh != first.refresh
