"""The worker as a process, against the sandbox as a process: killed, stopped and restarted."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.sandbox import client
from publisher.app import App, open_app
from publisher.delivery.states import DECIDABLE, TERMINAL
from publisher.demo.headless import compare, count_states
from publisher.demo.setup import SANDBOX_FILE
from publisher.settings import Settings
from tests.support import invariants, transitions

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]

POSTS = 12
DUE_IN = 6
END_SECONDS = 40.0


@dataclass
class Scene:
    """A prepared demo: approved posts due in a moment, the sandbox running, no worker yet."""

    folder: Path
    port: int
    environment: dict[str, str]
    app: App
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{module}-{len(self.running)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.running.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start("publisher.cli", "worker")

    def states(self) -> dict[str, int]:
        return count_states(self.app)

    def wait(self, done: Callable[[], bool], *, seconds: float = END_SECONDS) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"{self.states()}\n{self.logs()}"
            time.sleep(0.05)

    def has_ended(self) -> bool:
        return not set(self.states()) - TERMINAL - DECIDABLE

    def logs(self) -> str:
        files = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{file.name}: {file.read_text()[-2000:]}" for file in files)

    def check_exact(self) -> None:
        """Each approved post is visible exactly once, and every invariant holds."""
        missing, extra, _ = compare(self.app, self.base_url)
        assert (missing, extra) == ({}, {}), self.logs()
        assert set(self.states()) == {"published"}
        self.check_invariants()

    def check_invariants(self) -> None:
        seen = invariants.Seen(
            self.app, self.base_url, client.posts(self.base_url), client.requests_log(self.base_url)
        )
        assert invariants.all_of(seen) == []


@pytest.fixture
def scene(database_url: str, tmp_path: Path) -> Iterator[Scene]:
    """A scene on each database; every process of it ends with the test."""
    port = free_ports()
    folder = tmp_path / "casa"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREGONERO_")},
        "PREGONERO_DATA_DIR": str(folder),
        "PREGONERO_SANDBOX_PORT": str(port),
        "PREGONERO_DATABASE_URL": database_url,
    }
    made = subprocess.run(
        [sys.executable, "-m", "publisher.cli", "demo", "--headless", "--prepare-only"]
        + ["--posts", str(POSTS), "--due-in", str(DUE_IN)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout.splitlines()[-1])["posts"] == POSTS
    app = open_app(Settings(data_dir=folder, sandbox_port=port, database_url=database_url))
    transitions.record(app.engine)
    scene = Scene(folder=folder, port=port, environment=environment, app=app)
    with ExitStack() as stack:
        stack.callback(app.engine.dispose)
        stack.callback(end, scene.running)
        data = str(folder / SANDBOX_FILE)
        scene.start("connectors.sandbox", "--port", str(port), "--data", data)
        scene.wait(lambda: answers(port))
        yield scene


def test_killed_at_any_instant_and_restarted_each_post_is_there_once(scene: Scene) -> None:
    dice = random.Random(20261122)
    scene.environment["PREGONERO_SENDERS"] = "1"
    worker = scene.worker()
    scene.wait(lambda: len(client.posts(scene.base_url)) > 0)
    for _ in range(4):
        time.sleep(dice.uniform(0.0, 0.4))
        worker.kill()
        worker.wait()
        worker = scene.worker()
        published = len(client.posts(scene.base_url))
        scene.wait(
            lambda before=published: (
                scene.has_ended()  # type: ignore[misc]
                or len(client.posts(scene.base_url)) > before
            )
        )
    scene.wait(scene.has_ended)
    stop(worker)
    scene.check_exact()


def test_lost_answers_are_looked_up_and_nothing_is_sent_twice(scene: Scene) -> None:
    client.put_faults(
        scene.base_url,
        [
            {"network": "*", "route": "publish", "fault": "accept-then-drop", "probability": 0.4},
            {"network": "*", "route": "publish", "fault": "hang", "count": 2},
            {"network": "*", "route": "publish", "fault": "accept-then-500", "count": 2},
        ],
    )
    worker = scene.worker()
    scene.wait(lambda: sum(scene.states().values()) > 0 and scene.has_ended())
    stop(worker)
    assert client.faults(scene.base_url)[0]["fired"] > 0
    scene.check_exact()


def test_a_gentle_stop_ends_well_and_leaves_nothing_in_doubt(scene: Scene) -> None:
    scene.environment["PREGONERO_SENDERS"] = "1"
    worker = scene.worker()
    scene.wait(lambda: len(client.posts(scene.base_url)) >= 2)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    left = set(scene.states())
    assert not left & {"leased", "staging", "sending", "unknown"}
    second = scene.worker()
    scene.wait(scene.has_ended)
    stop(second)
    scene.check_exact()


def test_a_worker_that_was_only_paused_is_killed_before_its_work_is_taken(scene: Scene) -> None:
    scene.environment["PREGONERO_SENDERS"] = "1"
    paused = scene.worker()
    scene.wait(lambda: "sending" in scene.states())
    paused.send_signal(signal.SIGSTOP)
    second = scene.worker()
    scene.wait(scene.has_ended)
    assert paused.wait(10) == -signal.SIGKILL
    stop(second)
    scene.check_exact()


def stop(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in reversed(processes):
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def free_ports() -> int:
    """Return a port that is free, as the next one is: the media route's."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
