"""A test post on an account: seen, taken down, and never on a real network from a sandbox."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import update
from sqlmodel import col

from connectors.after import Seer
from connectors.contract import Credential
from connectors.errors import OutcomeUnknown, Refused
from connectors.sandbox.testing import RunningSandbox, running_sandbox
from publisher.app import Actor, App
from publisher.delivery import smoke
from publisher.errors import Conflict, Forbidden, NotFound
from publisher.media import reach, serve_media
from publisher.media.sample import sample_picture
from publisher.models import Account
from tests.connectors.test_facebook import TestFacebook as Facebook
from tests.publisher.delivery.desk import Desk
from tests.support.networks import LIMITS, FakeConnector, Fault

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


def test_an_account_that_people_publish_on_by_hand_has_nothing_to_try(desk: Desk, app: App) -> None:
    account_id = desk.small.accounts["SAL", "instagram"]
    with app.write() as session:
        session.execute(
            update(Account)
            .where(col(Account.id) == account_id)
            .values(connector="instagram_assisted")
        )
    with pytest.raises(Conflict, match="se publica a mano"):
        steps(app, desk.small.people["DIRV"], "instagram")
    assert desk.networks.called("publish") == []


def test_a_network_that_fetches_is_given_a_picture_and_asked_for_an_address_first(
    desk: Desk, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = replace(LIMITS, media_required=True)

    def connect(key: str) -> FakeConnector:
        return FakeConnector(
            key=key, networks=desk.networks, limits=limits, needs_public_media=True
        )

    app = replace(app, connect=connect)
    looked = reach.Reach(state="silent", sentence="La dirección no contesta.", at=app.clock())
    monkeypatch.setattr(reach, "ask", lambda _: looked)
    with pytest.raises(Conflict, match="no contesta"):
        smoke.prepare(app, desk.small.people["DIRV"], "instagram", "instagram_sal")
    monkeypatch.setattr(reach, "ask", lambda _: replace(looked, state="ok"))
    subject = smoke.prepare(app, desk.small.people["DIRV"], "instagram", "instagram_sal")
    (item,) = subject.media
    assert item.read is not None
    with Image.open(BytesIO(item.read())) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1080, 1080))


def test_where_nothing_can_be_taken_down_the_link_is_told(
    desk: Desk, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke, "offers", lambda it, ability: it if ability is Seer else None)
    actor = desk.small.people["DIRV"]
    last = list(smoke.run(app, actor, smoke.prepare(app, actor, "x", "x_sal")))[-1]
    assert not last.fine
    assert "no deja retirarla" in last.said
    assert "https://red.invalid/x-1" in last.said
    assert desk.acts("connectors.smoke") == ["connectors.smoke.begun", "connectors.smoke.ended"]


@pytest.mark.parametrize("connector", ["instagram", "instagram_private"])
def test_on_instagram_a_picture_of_ours_comes_and_goes_either_way(
    desk: Desk, connector: str
) -> None:
    registration = {
        "network": "instagram",
        "external_id": "4404",
        "handle": "instagram_sal",
        "token": "planted-session",
    }
    fields = {
        "instagram": {"access_token": "planted-session"},
        "instagram_private": {
            "settings": '{"authorization_data":{"ds_user_id":"4404","sessionid":"planted-session"}}'
        },
    }
    with socket.create_server(("127.0.0.1", 0)) as probe:
        media_base = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with running_sandbox(accounts=[registration], processing=0.05) as sandbox:
        settings = desk.app.settings.model_copy(
            update={
                "graph_base_url": sandbox.base_url,
                "instagram_private_base_url": sandbox.base_url,
                "media_base_url": media_base,
            }
        )
        app = replace(desk.app, settings=settings, connect=None)
        subject = smoke.Subject(
            account_id=desk.small.accounts["SAL", "instagram"],
            plantel_id=desk.small.planteles["SAL"],
            network="instagram",
            handle="instagram_sal",
            connector=connector,
            credential=Credential("4404", fields[connector]),
            text="Prueba de conexión",
            media=(sample_picture(app, "folio-1"),),
        )
        server = serve_media(app)
        assert server is not None
        try:
            done = {s.name: s.fine for s in smoke.run(app, desk.small.people["DIRV"], subject)}
        finally:
            server.stop()
        assert done == {"verify": True, "publish": True, "read": True, "remove": True}
        assert sandbox.posts() == []


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
