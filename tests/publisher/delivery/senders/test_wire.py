"""What crosses between a worker and its sender process comes out as it went in."""

from __future__ import annotations

import pickle
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any

import pytest

from connectors import errors, transport
from connectors.contract import Credential, Part, Receipt, Usage
from connectors.endpoints import Endpoints
from connectors.errors import ConnectorError, Throttled
from connectors.transport import Sleep
from publisher.delivery.senders import wire
from publisher.delivery.senders.wire import Answer, Hello
from tests.publisher.delivery.senders.works import sending

LATER = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
USAGE = (Usage(scope="app", limit=100.0, remaining=3.0, resets_at=LATER, throttled=True),)

Ends = tuple[Connection, Connection]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """The two ends of a connection."""
    one, other = (Connection(end.detach()) for end in socket.socketpair())
    with one, other:
        yield one, other


def crossed(ends: Ends, message: Any) -> Any:
    wire.say(ends[0], message)
    return wire.hear(ends[1])


def every_error() -> list[type[ConnectorError]]:
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, ConnectorError)
    ]


def test_a_credential_comes_out_with_equal_fields(ends: Ends) -> None:
    given = Credential("123", {"token": "secreto", "empty": "", "ñ": "é"})
    got: Credential = crossed(ends, given)
    assert (got.external_id, dict(got)) == ("123", dict(given))


def test_only_the_wire_packs_a_credential(ends: Ends) -> None:
    given = Credential("123", {"token": "secreto"})
    crossed(ends, given)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="never pickled"):
            pickle.dumps(given, protocol)


def test_the_one_who_keeps_what_a_use_changed_stays_at_home(ends: Ends) -> None:
    kept: list[Any] = []
    got: Credential = crossed(ends, Credential("123", {"token": "viejo"}, keep=kept.append))
    got.changed({"token": "nuevo"})
    assert kept == []


def test_all_errors_of_the_connectors_are_here() -> None:
    assert len(every_error()) == 8


@pytest.mark.parametrize("kind", every_error())
@pytest.mark.parametrize("detail", ["", "lo que dijo"])
def test_an_error_crosses_with_all_that_it_says(
    ends: Ends, kind: type[ConnectorError], detail: str
) -> None:
    given = kind(detail, code="88", http_status=429, sentence="Espere usted.")
    given.usage, given.listed = USAGE, False
    if isinstance(given, Throttled):
        given.until = LATER
    got = crossed(ends, given)
    assert type(got) is kind
    assert vars(got) == vars(given)
    assert str(got) == str(given)
    assert {"detail", "code", "sentence", "http_status", "usage", "listed"} <= set(vars(got))


@pytest.mark.parametrize("kind", every_error())
def test_an_error_without_a_word_keeps_its_sentence(ends: Ends, kind: type[ConnectorError]) -> None:
    got = crossed(ends, kind())
    assert (got.detail, got.code, got.http_status) == ("", "", None)
    assert got.sentence == kind.sentence_default
    assert got.listed


def test_an_answer_crosses_with_its_receipt_and_what_came_with_it(ends: Ends) -> None:
    receipt = Receipt(remote_id="9", permalink="https://x.com/i/9", created_at=LATER, usage=USAGE)
    got: Answer = crossed(ends, Answer(id=7, result=receipt, changed={"token": "nuevo"}))
    assert (got.id, got.result, got.changed) == (7, receipt, {"token": "nuevo"})
    assert isinstance(got.result, Receipt)
    assert got.result.usage == USAGE


def test_a_call_crosses_whole(ends: Ends) -> None:
    call = sending(3, "Hola, ñandú 🦤").call
    (got,) = crossed(ends, [call])
    assert (got.id, got.connector, got.part) == (3, "x", Part(text="Hola, ñandú 🦤"))
    assert (got.deadline, got.not_after, got.staged) == (call.deadline, call.not_after, call.staged)
    assert dict(got.credential) == dict(call.credential)


def test_a_call_that_crossed_counts_the_sleep_of_the_machine_from_when_it_was_made(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep = transport._asleep()
    monkeypatch.setattr(transport, "_asleep", lambda: asleep)
    call = sending(3).call
    monkeypatch.setattr(transport, "_asleep", lambda: asleep + 40)
    (got,) = crossed(ends, [call])
    assert got.sleep.seconds() == call.sleep.seconds() == 40
    monkeypatch.setattr(transport, "_asleep", lambda: asleep + 100)
    assert got.sleep.seconds() == 100
    assert isinstance(got.sleep, Sleep)


def test_the_first_word_crosses(ends: Ends) -> None:
    hello = Hello(
        senders=5,
        endpoints=Endpoints(x_base_url="http://127.0.0.1:1", x_api_secret="s"),
        connectors=("x", "facebook"),
        log_level="INFO",
    )
    assert crossed(ends, hello) == hello


def test_no_secret_shows_in_what_is_said(ends: Ends) -> None:
    call = sending(3, credential=Credential("123", {"token": "secreto"})).call
    answer = Answer(id=3, result=ConnectorError(), changed={"token": "secreto"})
    for said in (call, answer):
        assert "secreto" not in repr(crossed(ends, said))


def test_a_crowd_crosses_in_one_message(ends: Ends) -> None:
    began = time.monotonic()
    got = crossed(ends, [sending(n).call for n in range(64)])
    assert [call.id for call in got] == list(range(64))
    assert time.monotonic() - began < 1


def test_where_nobody_is_left_both_say_so(ends: Ends) -> None:
    ends[1].close()
    with pytest.raises(OSError, match=r"."):
        wire.say(ends[0], "hola")
    with pytest.raises(EOFError):
        wire.hear(ends[0])
