"""A test post on an account: seen, taken down, and never on a real network from a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.contract import Credential
from connectors.errors import OutcomeUnknown, Refused
from connectors.sandbox.testing import RunningSandbox, running_sandbox
from publisher.app import Actor, App
from publisher.delivery import smoke
from publisher.errors import Conflict, Forbidden, NotFound
from tests.connectors.test_facebook import TestFacebook as Facebook
from tests.publisher.delivery.desk import Desk
from tests.support.networks import Fault

LOCAL = "http://127.0.0.1:9"


@pytest.fixture
def app(desk: Desk) -> App:
    settings = desk.app.settings.model_copy(update={"x_base_url": LOCAL, "graph_base_url": LOCAL})
    return replace(desk.app, settings=settings)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(accounts=[Facebook.registration]) as running:
        yield running


def steps(app: App, actor: Actor, network: str = "x") -> dict[str, bool]:
    subject = smoke.prepare(app, actor, network, f"{network}_sal")
    return {step.name: step.fine for step in smoke.run(app, actor, subject)}


def test_a_test_post_comes_and_goes_and_is_in_the_audit(desk: Desk, app: App) -> None:
    done = steps(app, desk.small.people["DIRV"])
    assert done == {"verify": True, "publish": True, "read": True, "remove": True}
    assert desk.networks.posts == []
    assert desk.acts("connectors.smoke") == ["connectors.smoke.begun", "connectors.smoke.ended"]


def test_a_lost_answer_is_looked_for_and_taken_down(desk: Desk, app: App) -> None:
    desk.networks.order("x", "publish", Fault(OutcomeUnknown("lost"), visible=True))
    assert all(steps(app, desk.small.people["DIRV"]).values())
    assert desk.networks.posts == []


def test_what_cannot_be_taken_down_is_told_with_its_link(desk: Desk, app: App) -> None:
    desk.networks.order("x", "delete", Fault(Refused("no")))
    actor = desk.small.people["DIRV"]
    last = list(smoke.run(app, actor, smoke.prepare(app, actor, "x", "@x_sal")))[-1]
    assert not last.fine
    assert "https://red.invalid/x-1" in last.said


def test_a_sandbox_base_never_reaches_a_real_network(desk: Desk) -> None:
    with pytest.raises(Conflict, match="base es de prueba"):
        steps(desk.app, desk.small.people["DIRV"])
    assert desk.networks.called("publish") == []


def test_only_whoever_may_approve_tries_an_account_that_exists(desk: Desk, app: App) -> None:
    for who in ("OPER.SAL", "COOR", "ADM"):
        with pytest.raises(Forbidden):
            steps(app, desk.small.people[who])
    with pytest.raises(NotFound):
        smoke.prepare(app, desk.small.people["DIRV"], "x", "nadie")


def test_it_goes_through_the_real_sdk(desk: Desk, sandbox: RunningSandbox) -> None:
    settings = desk.app.settings.model_copy(update={"graph_base_url": sandbox.base_url})
    app = replace(desk.app, settings=settings, connect=None)
    actor = desk.small.people["DIRV"]
    subject = smoke.Subject(
        account_id=desk.small.accounts["SAL", "facebook"],
        plantel_id=desk.small.planteles["SAL"],
        network="facebook",
        handle="plantelsaltillo",
        connector="facebook",
        credential=Credential(Facebook.account, Facebook.fields),
        text="Prueba de conexión",
    )
    assert [step.name for step in smoke.run(app, actor, subject) if step.fine] == [
        "verify",
        "publish",
        "read",
        "remove",
    ]
    assert sandbox.posts() == []
