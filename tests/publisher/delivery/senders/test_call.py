"""One visible request: what the connector answers and what it raises are both results."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from connectors import errors, transport
from connectors.contract import Connector, Receipt
from connectors.errors import ConnectorError, NotConfigured, NotSent, OutcomeUnknown
from publisher.delivery.senders.call import Call, publish
from tests.publisher.delivery.senders.works import NOW, sending

RECEIPT = Receipt(remote_id="1", permalink="https://x.com/i/1")
KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ConnectorError)
]


class Network:
    """A connector that answers as told, or raises it."""

    def __init__(self, answer: object = RECEIPT) -> None:
        self._answer = answer
        self.asked: list[dict[str, Any]] = []

    def publish(self, *args: Any, **rest: Any) -> Any:
        self.asked.append({"args": args, **rest})
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer

    def __call__(self, key: str) -> Connector:
        assert key == "x"
        return cast("Connector", self)


def made(call: Call, network: Network, *, now: datetime = NOW) -> Receipt | ConnectorError:
    return publish(call, network, lambda: now)


def test_a_call_is_made_with_all_that_it_needs() -> None:
    network, call = Network(), sending(1).call
    assert made(call, network) is RECEIPT
    (asked,) = network.asked
    assert asked["args"] == (call.credential, call.part, call.staged)
    assert asked["parent"] is None
    assert asked["deadline"] == pytest.approx(call.deadline, abs=0.05)


def test_past_its_limit_nothing_is_asked() -> None:
    network, call = Network(), sending(1, not_after=NOW).call
    result = made(call, network, now=NOW + timedelta(microseconds=1))
    assert type(result) is NotSent
    assert result.code == "engine.late"
    assert network.asked == []


def test_at_its_limit_it_still_goes() -> None:
    assert made(sending(1, not_after=NOW).call, Network()) is RECEIPT


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_of_the_connector_is_a_result(kind: type[ConnectorError]) -> None:
    error = kind("dijo")
    assert made(sending(1).call, Network(error)) is error


@pytest.mark.parametrize("defect", [RuntimeError("secreto"), KeyError("x"), OSError(5, "x")])
def test_a_defect_of_a_connector_leaves_the_outcome_unknown(defect: Exception) -> None:
    result = made(sending(1).call, Network(defect))
    assert type(result) is OutcomeUnknown
    assert result.detail == type(defect).__name__


def test_a_connector_that_cannot_even_be_loaded_has_sent_nothing() -> None:
    def broken(_key: str) -> Connector:
        raise ImportError("x")

    result = publish(sending(1).call, broken, lambda: NOW)
    assert type(result) is NotConfigured
    assert result.code == "engine.adapter"


def test_what_the_machine_slept_is_taken_from_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    asleep = transport._asleep()
    monkeypatch.setattr(transport, "_asleep", lambda: asleep)
    network, call = Network(), sending(1).call
    monkeypatch.setattr(transport, "_asleep", lambda: asleep + 25)
    made(call, network)
    assert network.asked[0]["deadline"] == call.deadline - 25
