"""The sandbox by itself: scripts of faults, time that passes faster, files given at the start."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import requests

from connectors.sandbox.__main__ import main, prepare
from connectors.sandbox.control import read_accounts
from connectors.sandbox.faults import BadFault, FaultBook, parse, read_script
from connectors.sandbox.platform import Platform
from connectors.sandbox.records import DAY
from connectors.sandbox.state import State
from connectors.sandbox.testing import RunningSandbox
from connectors.sandbox.x import WINDOW
from tests.connectors.sandbox.clients import X, tweet

SCRIPT = """
[[faults]]
network = "x"
account = "101"
route = "publish"
fault = "accept-then-drop"
skip = 2
count = 1

[[faults]]
network = "facebook"
fault = "503"
start = 30
lasts = 60
"""


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "fallas.toml"
    path.write_text(SCRIPT)
    return path


def test_a_script_says_which_account_and_route_is_hit_when_and_how_often(script: Path) -> None:
    clock = Clock()
    book = FaultBook(read_script(script), clock=clock)

    def hit(network: str, account: str = "101") -> bool:
        return book.take(network, "publish", "/", account) is not None

    assert [hit("x", "102"), *[hit("x") for _ in range(5)]] == [
        False,
        *[False, False, True, False, False],
    ]
    times = []
    for second in (0, 29, 30, 89, 90):
        clock.now = 1_000_000.0 + second
        times.append(hit("facebook"))
    assert times == [False, False, True, True, False]


def test_what_a_fault_waits_and_lasts_passes_as_much_faster_as_asked() -> None:
    clock = Clock()
    state = State(None, clock=clock)
    state.speed = 60
    faults = parse({"network": "facebook", "fault": "503", "start": 30, "lasts": 60})
    book = FaultBook(faults, clock=clock, span=state.span)
    times = []
    for second in (0, 0.4, 0.6, 1.4, 1.6):
        clock.now = 1_000_000.0 + second
        times.append(book.take("facebook", "publish", "/", "101") is not None)
    assert times == [False, False, True, True, False]


def test_a_hang_and_a_wait_of_429_are_shortened_by_the_speed(sandbox: RunningSandbox) -> None:
    url = f"{sandbox.base_url}/_sandbox/speed"
    try:
        requests.put(url, json=1000, timeout=5)
        sandbox.put_faults(
            {"network": "x", "fault": "hang", "seconds": 60},
            {"network": "x", "fault": "429", "seconds": 9000},
        )
        with pytest.raises(requests.ConnectionError):
            tweet(sandbox.base_url, "calla menos de un segundo")
        waits = tweet(sandbox.base_url, "hola").headers["x-rate-limit-reset"]
        assert int(waits) <= time.time() + 10
    finally:
        requests.put(url, json=1, timeout=5)


def test_a_script_is_in_force_from_the_start_and_survives_a_restart(
    script: Path, tmp_path: Path
) -> None:
    clock, data = Clock(), tmp_path / "s.db"
    state = State(data, clock=clock)
    prepare(state, read_accounts([X]), read_script(script))
    book = Platform(state).book
    assert [book.take("x", "publish", "/", "101") for _ in range(2)] == [None, None]
    state.store_faults(book.bodies())
    state.close()
    clock.now += 31
    again = State(data, clock=clock)
    later = Platform(again).book
    assert later.take("x", "publish", "/", "101") is not None
    assert later.take("facebook", "publish", "/", "9") is not None
    assert [account.external_id for account in again.accounts()] == ["101"]
    again.close()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", "{", "No se puede leer"),
        ("a.toml", "x =", "No se puede leer"),
        ("a.json", json.dumps([{"fault": "drop"}, {"fault": "boom"}]), "falla 2: No existe"),
        ("a.json", json.dumps([{"fault": "drop", "skip": -1}]), "falla 1: «count»"),
        ("a.json", '"drop"', "falla 1"),
    ],
)
def test_a_script_that_makes_no_sense_names_the_file_and_the_fault(
    tmp_path: Path, name: str, text: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(BadFault) as refused:
        read_script(path)
    assert words in str(refused.value)
    assert str(path) in str(refused.value)
    assert main(["--port", "0", "--faults", str(path)]) == 1
    assert words in capsys.readouterr().err


def test_accounts_that_cannot_be_read_and_a_wrong_speed_stop_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "cuentas.json"
    wrong.write_text(json.dumps([{"network": "x"}]))
    assert main(["--port", "0", "--accounts", str(wrong)]) == 1
    assert "le falta" in capsys.readouterr().err
    assert main(["--port", "0", "--accounts", str(tmp_path / "nada.json")]) == 1
    assert main(["--port", "0", "--speed", "0.5"]) == 1
    assert "speed" in capsys.readouterr().err.splitlines()[-1]


def test_windows_quotas_and_what_expires_pass_as_much_faster_as_asked() -> None:
    clock = Clock()
    state = State(None, clock=clock, processing=10)
    state.publish(network="x", account="101", text="uno")
    state.speed = 60
    assert state.processing == pytest.approx(10 / 60)
    clock.now += DAY / 60 + 1
    assert not state.has_text("x", "101", "uno")
    assert state.count_since("x", "101", clock.now - state.span(DAY)) == 0
    assert state.span(WINDOW) == 15


def test_what_follows_a_password_is_one_of_the_steps_that_are_played(
    sandbox: RunningSandbox,
) -> None:
    account = {"network": "instagram", "external_id": "9", "handle": "nueve", "token": "t"}
    sandbox.register({**account, "login": "sms"})
    with pytest.raises(ValueError, match="«login» no puede ser «fax»; es uno de: app, sms"):
        sandbox.register({**account, "login": "fax"})


def test_the_speed_is_asked_and_set_while_it_runs(sandbox: RunningSandbox) -> None:
    url = f"{sandbox.base_url}/_sandbox/speed"
    try:
        assert requests.get(url, timeout=5).json() == {"speed": 1}
        assert requests.put(url, json={"speed": 90}, timeout=5).json() == {"speed": 90}
        before = tweet(sandbox.base_url, "hola")
        assert int(before.headers["x-rate-limit-reset"]) <= time.time() + WINDOW / 90 + 1
        for wrong in (0, "9", True, {"speed": 1e9}):
            assert requests.put(url, json=wrong, timeout=5).status_code == 400
    finally:
        requests.put(url, json=1, timeout=5)


def test_faults_ordered_over_the_api_may_wait_and_end_too() -> None:
    (fault,) = parse({"fault": "drop", "start": 5, "lasts": 10})
    assert (fault.count, fault.start, fault.lasts) == (None, 5, 10)
    (once,) = parse({"fault": "drop", "skip": 3})
    assert (once.count, once.skip) == (1, 3)
