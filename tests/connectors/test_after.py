"""What may be done with a public post on every network: look, take down, correct, count."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from connectors import after
from connectors.after import Corrector, Listener, Meter, Metrics, Rationed, Remover, offers
from connectors.contract import Credential, MediaItem, Part, Receipt, Staged
from connectors.errors import (
    ConnectorError,
    CredentialRejected,
    NotSent,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from connectors.registry import load
from connectors.sandbox.testing import RunningSandbox
from tests.connectors.bench import Bench, endpoints
from tests.connectors.suite import ConnectorSuite
from tests.connectors.test_facebook import TestFacebook as Facebook
from tests.connectors.test_instagram import TestInstagram as Instagram
from tests.connectors.test_instagram_private import TestInstagramPrivate as Private
from tests.connectors.test_x import TestX as X

SUITES: dict[str, type[ConnectorSuite]] = {s.key: s for s in (X, Facebook, Instagram, Private)}
ABILITIES = {
    "delete": Remover,
    "edit": Corrector,
    "metrics": Meter,
    "comments": Listener,
}


@dataclass
class Stand:
    """A network's bench with one post on it."""

    bench: Bench
    receipt: Receipt

    @property
    def remover(self) -> Remover:
        found = offers(self.bench.connector, Remover)  # type: ignore[type-abstract]
        assert found is not None
        return found

    def delete(self, *, late: bool = False) -> None:
        deadline = time.monotonic() + (-1 if late else 5)
        self.remover.delete(self.bench.credential, self.receipt.remote_id, deadline=deadline)

    def seen(self) -> object:
        return self.remover.see(self.bench.credential, self.receipt.remote_id)

    def deletions(self) -> int:
        return sum(entry["route"] == "delete" for entry in self.bench.sandbox.requests_log())


@pytest.fixture(params=list(SUITES))
def stand(
    request: pytest.FixtureRequest,
    shared_sandbox: RunningSandbox,
    images: Callable[[int], MediaItem],
) -> Stand:
    suite = SUITES[request.param]
    shared_sandbox.reset(everything=True)
    shared_sandbox.register(suite.registration)
    bench = Bench(
        connector=load(suite.key, endpoints(shared_sandbox.base_url)),
        credential=Credential(suite.account, suite.fields),
        sandbox=shared_sandbox,
        account=suite.account,
    )
    return Stand(bench, bench.publish(Part(text="Aviso del plantel", media=(images(1),))))


def test_an_adapter_says_exactly_what_it_can_do(stand: Stand) -> None:
    connector = stand.bench.connector
    can = {name for name, ability in ABILITIES.items() if offers(connector, ability) is not None}
    assert can == connector.capabilities & set(ABILITIES)
    assert "delete" in can


def test_a_post_is_seen_taken_down_and_gone(stand: Stand) -> None:
    seen = stand.remover.see(stand.bench.credential, stand.receipt.remote_id)
    assert seen is not None
    assert (seen.remote_id, seen.text) == (stand.receipt.remote_id, "Aviso del plantel")
    stand.delete()
    assert stand.seen() is None
    assert stand.bench.sandbox.posts() == []


@pytest.mark.parametrize("fault", ["accept-then-drop", "accept-then-500", "html", "empty"])
def test_a_lost_reply_of_a_deletion_is_in_doubt_and_a_look_settles_it(
    stand: Stand, fault: str
) -> None:
    stand.bench.fault(fault, route="delete")
    with pytest.raises(OutcomeUnknown):
        stand.delete()
    assert stand.seen() is None
    assert stand.deletions() == 1


def test_a_deletion_that_did_not_arrive_may_be_repeated(stand: Stand) -> None:
    stand.bench.fault("drop", route="delete")
    with pytest.raises(OutcomeUnknown):
        stand.delete()
    assert stand.seen() is not None
    stand.delete()
    assert stand.seen() is None


def test_past_its_deadline_nothing_is_deleted(stand: Stand) -> None:
    with pytest.raises(NotSent):
        stand.delete(late=True)
    assert stand.deletions() == 0
    assert stand.seen() is not None


def test_a_look_that_fails_does_not_say_that_the_post_is_gone(stand: Stand) -> None:
    for fault in ("drop", "500", "html", "429"):
        stand.bench.fault(fault, route="read")
        with pytest.raises(NotSent):
            stand.seen()
    stand.bench.sandbox.revoke(
        network=stand.bench.connector.network, account=stand.bench.credential.external_id
    )
    with pytest.raises(CredentialRejected):
        stand.seen()


def test_what_people_did_is_counted(stand: Stand) -> None:
    connector, network = stand.bench.connector, stand.bench.connector.network
    stand.bench.sandbox.engage(
        {
            "network": network,
            "id": stand.receipt.remote_id,
            "likes": 12,
            "shares": 3,
            "views": 340,
            "comments": [{"author": "ana", "text": "¡Felicidades!"}, {"author": "b", "text": "?"}],
        }
    )
    meter = offers(connector, Meter)  # type: ignore[type-abstract]
    assert meter is not None
    told = meter.metrics(stand.bench.credential, [stand.receipt.remote_id, "999"])
    expected = {
        "x": Metrics(likes=12, comments=2, shares=3, views=340),
        "facebook": Metrics(likes=12, comments=2, shares=3),
        "instagram": Metrics(likes=12, comments=2),
    }
    assert told == {stand.receipt.remote_id: expected[network]}
    assert meter.metrics(stand.bench.credential, []) == {}


@pytest.mark.parametrize("stand", ["instagram", "instagram_private"], indirect=True)
def test_a_figure_that_the_account_hides_is_blank_and_not_nought(stand: Stand) -> None:
    item = {"network": "instagram", "id": stand.receipt.remote_id, "likes": None}
    stand.bench.sandbox.engage(item)
    meter = offers(stand.bench.connector, Meter)  # type: ignore[type-abstract]
    assert meter is not None
    told = meter.metrics(stand.bench.credential, [stand.receipt.remote_id])
    assert told[stand.receipt.remote_id] == Metrics(likes=None, comments=0)


@pytest.mark.parametrize("stand", ["facebook", "instagram"], indirect=True)
def test_the_newest_comment_comes_first(stand: Stand) -> None:
    listener = offers(stand.bench.connector, Listener)  # type: ignore[type-abstract]
    assert listener is not None
    comments = [{"author": "ana", "text": "Uno"}, {"author": "beto", "text": "Dos"}]
    stand.bench.sandbox.engage(
        {
            "network": stand.bench.connector.network,
            "id": stand.receipt.remote_id,
            "comments": comments,
        }
    )
    told = listener.comments(stand.bench.credential, stand.receipt.remote_id)
    assert [(c.author, c.text) for c in told] == [("beto", "Dos"), ("ana", "Uno")]


CORRECTING = ("facebook", "instagram_private")


def test_only_facebook_and_instagrams_unofficial_way_let_a_text_be_corrected(stand: Stand) -> None:
    corrector = offers(stand.bench.connector, Corrector)  # type: ignore[type-abstract]
    key = stand.bench.connector.__class__.__name__
    assert (corrector is not None) == (key in {"FacebookConnector", "InstagramPrivateConnector"})
    if corrector is None:
        return
    credential, remote_id = stand.bench.credential, stand.receipt.remote_id
    corrector.edit(credential, remote_id, "Aviso corregido", deadline=time.monotonic() + 5)
    seen = corrector.see(credential, remote_id)
    assert seen is not None
    assert seen.text == "Aviso corregido"
    (shown,) = stand.bench.sandbox.posts()
    assert (shown["text"], len(shown["media_digests"])) == ("Aviso corregido", 1)
    if stand.bench.connector.network == "facebook":
        with pytest.raises(Refused):
            corrector.edit(credential, remote_id, " ", deadline=time.monotonic() + 5)


@pytest.mark.parametrize("stand", CORRECTING, indirect=True)
@pytest.mark.parametrize(("fault", "arrived"), [("accept-then-drop", True), ("drop", False)])
def test_a_lost_reply_of_a_correction_is_in_doubt_and_a_look_settles_it(
    stand: Stand, fault: str, arrived: bool
) -> None:
    corrector = offers(stand.bench.connector, Corrector)  # type: ignore[type-abstract]
    assert corrector is not None
    credential, remote_id = stand.bench.credential, stand.receipt.remote_id
    stand.bench.fault(fault, route="edit")
    with pytest.raises(OutcomeUnknown):
        corrector.edit(credential, remote_id, "Corregido", deadline=time.monotonic() + 5)
    seen = corrector.see(credential, remote_id)
    assert seen is not None
    assert (seen.text == "Corregido") is arrived
    corrector.edit(credential, remote_id, "Corregido", deadline=time.monotonic() + 5)
    again = corrector.see(credential, remote_id)
    assert again is not None
    assert (again.text, len(stand.bench.sandbox.posts())) == ("Corregido", 1)
    with pytest.raises(NotSent):
        corrector.edit(credential, remote_id, "Tarde", deadline=time.monotonic() - 1)


@pytest.mark.parametrize("stand", ["instagram_private"], indirect=True)
def test_what_is_gone_is_not_corrected_and_a_look_says_so(stand: Stand) -> None:
    corrector = offers(stand.bench.connector, Corrector)  # type: ignore[type-abstract]
    assert corrector is not None
    stand.delete()
    with pytest.raises(ConnectorError):
        corrector.edit(
            stand.bench.credential, stand.receipt.remote_id, "No", deadline=time.monotonic() + 5
        )
    assert stand.seen() is None
    assert stand.bench.sandbox.posts() == []


@pytest.mark.parametrize("stand", ["facebook"], indirect=True)
def test_a_comment_of_ours_is_seen_and_corrected_and_told_from_those_of_people(
    stand: Stand,
) -> None:
    below = Part(text="El registro cierra el viernes.", kind="comment", position=1)
    comment = stand.bench.publish(below, Staged(handle={}), parent=stand.receipt)
    corrector = offers(stand.bench.connector, Corrector)  # type: ignore[type-abstract]
    listener = offers(stand.bench.connector, Listener)  # type: ignore[type-abstract]
    assert corrector is not None
    assert listener is not None
    credential = stand.bench.credential
    corrector.edit(credential, comment.remote_id, "Cierra el lunes.", deadline=time.monotonic() + 5)
    seen = corrector.see(credential, comment.remote_id)
    assert seen is not None
    assert seen.text == "Cierra el lunes."
    people = [{"author": "ana", "text": "¿Y la hora?"}]
    item = {"network": "facebook", "id": stand.receipt.remote_id, "comments": people}
    stand.bench.sandbox.engage(item)
    told = listener.comments(credential, stand.receipt.remote_id)
    assert {(one.text, one.own) for one in told} == {
        ("¿Y la hora?", False),
        ("Cierra el lunes.", True),
    }


def test_instagram_states_how_many_posts_are_left(stand: Stand) -> None:
    rationed = offers(stand.bench.connector, Rationed)  # type: ignore[type-abstract]
    if rationed is None:
        assert not isinstance(stand.bench.connector, after.Rationed)
        return
    (usage,) = rationed.allowance(stand.bench.credential)
    assert (usage.limit, usage.remaining, usage.unit) == (10_000, 9_999, "posts")
    stand.bench.fault("500", route="status")
    with pytest.raises(Unavailable):
        rationed.allowance(stand.bench.credential)
