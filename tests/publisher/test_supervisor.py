"""Children that stop together, however their parent ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from publisher.errors import Unready
from publisher.supervisor import Child, Supervisor, answers, require_free
from tests.support.ports import free_port

pytestmark = pytest.mark.processes

PARENT = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background run leaves it ignored
from publisher.supervisor import Child, Supervisor
supervisor = Supervisor(Path(sys.argv[1]))
for port in sys.argv[2:]:
    supervisor.start(Child(name=port, module="http.server", arguments=(port, "--bind", "127.0.0.1"),
                           port=int(port)))
print("ready", flush=True)
time.sleep(60)
"""


def server(port: int, name: str = "") -> Child:
    return Child(
        name=name or str(port),
        module="http.server",
        arguments=(str(port), "--bind", "127.0.0.1"),
        port=port,
    )


def until(condition: object, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_children_start_answer_and_stop(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path / "logs")
    one, two = free_port(), free_port()
    supervisor.start(server(one, "uno"))
    supervisor.start(server(two, "dos"))
    assert answers(one)
    assert answers(two)
    supervisor.check_alive()
    supervisor.stop("uno")
    assert not answers(one)
    assert answers(two)
    supervisor.check_alive()
    supervisor.stop()
    assert not answers(two)
    assert (tmp_path / "logs" / "uno.log").exists()


def test_a_busy_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unready, match=str(port)):
            require_free(port, "tablero")
        with pytest.raises(Unready, match="tablero"):
            Supervisor(tmp_path).start(server(port, "tablero"))
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_ends_early_or_later_is_told_with_its_log(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    with pytest.raises(Unready, match="no arrancó"):
        supervisor.start(Child(name="roto", module="no_such_module", port=free_port()))
    assert "no_such_module" in (tmp_path / "roto.log").read_text()
    supervisor.stop()
    supervisor.start(Child(name="breve", module="this"))
    assert until(lambda: ended(supervisor))
    supervisor.stop()


def ended(supervisor: Supervisor) -> bool:
    try:
        supervisor.check_alive()
    except Unready:
        return True
    return False


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    module = tmp_path / "sordo.py"
    module.write_text(
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('listo', flush=True)\ntime.sleep(60)\n"
    )
    supervisor = Supervisor(tmp_path)
    supervisor.start(Child(name="sordo", module="sordo", environment={"PYTHONPATH": str(tmp_path)}))
    log = tmp_path / "sordo.log"
    assert until(lambda: "listo" in log.read_text())
    begun = time.monotonic()
    supervisor.stop(grace=0.3)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_child_outlives_its_parent(tmp_path: Path, number: signal.Signals) -> None:
    ports = [free_port(), free_port()]
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), *map(str, ports)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"
    assert all(answers(port) for port in ports)
    os.kill(parent.pid, number)
    parent.wait(10)
    parent.stdout.close()
    assert until(lambda: not any(answers(port) for port in ports))
