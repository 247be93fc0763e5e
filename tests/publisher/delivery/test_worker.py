"""The worker as a process, on what the product itself prepares: stopped, and on two machines.

Kills, pauses and lost replies are the fault laboratory's (``tests/faultlab``).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Exists, exists, func, select, true, update
from sqlalchemy.engine import make_url
from sqlmodel import col

from connectors.sandbox import client
from publisher import media
from publisher.app import App, open_app
from publisher.delivery.states import DECIDABLE, TERMINAL
from publisher.demo.setup import SANDBOX_FILE
from publisher.media import store
from publisher.models import Attempt, Delivery, PostMedia, Worker
from publisher.settings import Settings
from tests.support import invariants, postgres, s3, transitions
from tests.support.hold import Hold, let_go
from tests.support.key_file import key_place
from tests.support.ports import free_port
from vault.audit_tables import AuditEntry

pytestmark = pytest.mark.processes

POSTS = 12
DUE_IN = 3600
MODEL = "escena"
END_SECONDS = 60.0
PREPARE = f"demo --headless --prepare-only --posts {POSTS} --due-in {DUE_IN}".split()


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
        with self.app.read() as session:
            rows = session.execute(
                select(col(Delivery.state), func.count()).group_by(col(Delivery.state))
            )
            return dict(rows.all())

    def said_by(self, process: subprocess.Popen[bytes]) -> str:
        """Return what the worker ``process`` has logged."""
        return (self.folder / f"publisher.cli-{self.running.index(process)}.log").read_text()

    def senders(self) -> list[int]:
        """Return the pids of workers that have a visible request in the air."""
        with self.app.read() as session:
            return list(
                session.scalars(
                    select(col(Worker.pid))
                    .join(Delivery, col(Delivery.owner) == col(Worker.id))
                    .where(col(Delivery.state) == "sending")
                )
            )

    def wait(self, done: Callable[[], bool], *, seconds: float = END_SECONDS) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"{self.states()}\n{self.logs()}"
            time.sleep(0.05)

    def has_ended(self) -> bool:
        return not set(self.states()) - TERMINAL - DECIDABLE

    def logs(self) -> str:
        """Return what is known of deliveries that are not published, and every log's end."""
        with self.app.read() as session:
            rows = session.scalars(select(Delivery).where(col(Delivery.state) != "published"))
            lines = [
                f"{row.id} {row.network} {row.state} {row.hold_reason} {row.reason} {row.evidence}"
                f" looks={row.looks} absences={row.absences}"
                for row in rows
            ]
            lines += [
                f"attempt {row.delivery_id}/{row.fence} {row.outcome} {row.code} {row.detail}"
                for row in session.scalars(
                    select(Attempt).where(col(Attempt.outcome) != "published")
                )
            ]
        files = sorted(self.folder.glob("*.log"))
        lines += [f"{file.name}: {file.read_text()[-2000:]}" for file in files]
        return "\n".join(lines)

    def check_exact(self) -> None:
        """Each approved post is visible exactly once, and every invariant holds."""
        seen = invariants.Seen(
            self.app, client.posts(self.base_url), client.requests_log(self.base_url)
        )
        assert invariants.shown(seen) == invariants.approved(seen), self.logs()
        assert set(self.states()) == {"published"}
        assert invariants.all_of(seen) == []


@pytest.fixture(scope="session")
def sqlite_scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a prepared demo on SQLite, which each test gets a copy of."""
    return prepare(tmp_path_factory.mktemp("escena") / "casa", "")


@pytest.fixture(scope="session")
def postgres_scene(
    postgres_server: postgres.PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of a prepared demo on PostgreSQL, whose database is the template ``MODEL``."""
    postgres_server.create_database(name=MODEL)
    return prepare(tmp_path_factory.mktemp("escena") / "casa", postgres_server.url(MODEL))


@pytest.fixture
def scene(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Scene]:
    """A scene on each database; every process of it ends with the test."""
    folder, port = tmp_path / "casa", free_port()
    if database_url.startswith("sqlite"):
        database_url = ""
        shutil.copytree(request.getfixturevalue("sqlite_scene"), folder)
    else:
        shutil.copytree(request.getfixturevalue("postgres_scene"), folder)
        server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
        name = make_url(database_url).database or ""
        server.drop_database(name)
        server.create_database(MODEL, name=name)
    base, media = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"
    settings = Settings(
        data_dir=folder,
        database_url=database_url,
        x_base_url=base,
        graph_base_url=base,
        media_base_url=media,
    )
    app = open_app(settings)
    transitions.record(app.engine)
    bring_forward(app)
    environment = environment_of(folder, database_url) | {
        "PREGONERO_X_BASE_URL": base,
        "PREGONERO_GRAPH_BASE_URL": base,
        "PREGONERO_MEDIA_BASE_URL": media,
    }
    scene = Scene(folder=folder, port=port, environment=environment, app=app)
    with ExitStack() as stack:
        stack.callback(app.engine.dispose)
        stack.callback(end, scene.running)
        data = str(folder / SANDBOX_FILE)
        scene.start("connectors.sandbox", "--port", str(port), "--data", data)
        scene.wait(lambda: answers(port))
        yield scene


def test_a_gentle_stop_ends_well_and_leaves_nothing_in_doubt(scene: Scene) -> None:
    scene.environment["PREGONERO_SENDERS"] = "1"
    worker = scene.worker()
    scene.wait(lambda: len(client.posts(scene.base_url)) >= 2)
    # to all processes of the service at once, as systemd says it
    for pid in (*children(worker.pid), worker.pid):
        os.kill(pid, signal.SIGTERM)
    assert worker.wait(15) == 0
    assert "sender.lost" not in scene.said_by(worker)
    left = set(scene.states())
    assert not left & {"leased", "staging", "sending", "unknown"}
    second = scene.worker()
    scene.wait(scene.has_ended)
    stop(second)
    scene.check_exact()


@pytest.mark.skipif(sys.platform != "linux", reason="has a sender process on Linux")
def test_the_sender_process_has_neither_database_nor_key(scene: Scene) -> None:
    bring_forward(scene.app, seconds=3600)
    worker = scene.worker()
    scene.wait(lambda: "worker.started" in scene.said_by(worker))
    (sender,) = children(worker.pid)
    key = key_place(scene.folder / "kek.key").read()
    assert key is not None
    try:
        opened = [held_by(pid) for pid in (worker.pid, sender)]
        kept = [keeps(pid, key._kek) for pid in (worker.pid, sender)]
    except PermissionError:
        pytest.skip("only root may look into them")
    finally:
        stop(worker)
    assert kept == [True, False]
    assert len(opened[0]) > 1  # the line and, at the least, one connection
    # the line to its worker, and nothing else
    assert [name.partition(":")[0] for name in opened[1]] == ["socket"]


@pytest.mark.skipif(sys.platform != "linux", reason="has a sender process on Linux")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sender_process_that_is_killed_loses_and_repeats_nothing_and_its_worker_goes_on(
    scene: Scene,
) -> None:
    scene.environment["PREGONERO_SENDERS"] = "4"
    faults = [
        {"network": "x", "route": "publish", "fault": fault, "count": 2}
        for fault in ("accept-then-hang", "hang")
    ]
    client.put_faults(scene.base_url, faults)
    bring_forward(scene.app, seconds=3600)
    crowd = plain(scene.app, "x")[:4]
    bring_forward(scene.app, seconds=0.1, ids=crowd)
    worker = scene.worker()
    scene.wait(lambda: sum(fault["fired"] for fault in client.faults(scene.base_url)) > 1)
    (sender,) = children(worker.pid)
    os.kill(sender, signal.SIGKILL)
    scene.wait(lambda: "sender.lost" in scene.said_by(worker))
    bring_forward(scene.app, seconds=0.1, state="scheduled")
    scene.wait(scene.has_ended)
    assert worker.poll() is None
    assert children(worker.pid) == []
    scene.wait(lambda: acts(scene.app, "alarm.") == ["alarm.raised"])
    stop(worker)
    assert acts(scene.app, "alarm.") == ["alarm.raised", "alarm.cleared"]
    told = [line for line in scene.said_by(worker).splitlines() if "sender.lost" in line]
    assert [json.loads(line)["status"] for line in told] == [-signal.SIGKILL]
    assert json.loads(told[0])["in_doubt"] > 0
    assert "engine.sender" in codes(scene.app)
    scene.check_exact()


def plain(app: App, network: str) -> list[int]:
    """Return the deliveries to ``network`` that have no picture, which a sender process makes."""
    with app.read() as session:
        return list(
            session.scalars(
                select(col(Delivery.id))
                .where(col(Delivery.network) == network, ~has_picture())
                .order_by(col(Delivery.id))
            )
        )


def children(pid: int) -> list[int]:
    """Return the processes whose parent is ``pid``."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def held_by(pid: int) -> list[str]:
    """Name what ``pid`` has opened beside its three first descriptors."""
    found = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            if int(descriptor.name) > 2:
                found.append(str(descriptor.readlink()))
    return found


def keeps(pid: int, secret: bytes) -> bool:
    """Tell whether ``secret`` stands in the memory of ``pid``."""
    maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for span, rights, *_ in (line.split() for line in maps):
            start, end = (int(edge, 16) for edge in span.split("-"))
            if "w" in rights:
                with suppress(OSError):
                    memory.seek(start)
                    if secret in memory.read(end - start):
                        return True
    return False


def codes(app: App) -> set[str]:
    """Return what attempts that were not published are said to have ended with."""
    with app.read() as session:
        return set(session.scalars(select(Attempt.code).where(col(Attempt.code).is_not(None))))


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_two_machines_with_one_database_and_one_bucket_publish_each_picture_once(
    scene: Scene, tmp_path: Path
) -> None:
    with s3.serve() as server:
        shared = {
            "PREGONERO_MEDIA_URL": f"s3://{server.bucket()}/fotos",
            "PREGONERO_MEDIA_ENDPOINT": server.endpoint,
            "PREGONERO_KEK_FILE": str(scene.folder / "kek.key"),
        }
        move_media(scene, shared)
        scene.environment |= os.environ | scene.environment | shared
        scene.environment["PREGONERO_SENDERS"] = "1"
        bring_forward(scene.app, seconds=3600)
        workers = {}
        for machine in ("una", "otra"):
            scene.environment["PREGONERO_DATA_DIR"] = str(tmp_path / machine)
            worker = scene.worker()
            workers[worker.pid] = worker
        scene.wait(lambda: count_workers(scene.app) == 2)
        first, second = halves(scene.app)
        bring_forward(scene.app, ids=first)
        scene.wait(lambda: bool(publishers_of_pictures(scene.app)))
        # who came first may leave nothing to the other: the second half is the other's alone
        stop(workers.pop(publishers_of_pictures(scene.app).pop()))
        bring_forward(scene.app, ids=second, seconds=0.1)
        scene.wait(scene.has_ended)
        stop(*workers.values())
        media.check(scene.app)
    assert len(publishers_of_pictures(scene.app)) == 2
    scene.check_exact()


def halves(app: App) -> tuple[list[int], list[int]]:
    """Deal the deliveries out in two parts, so that each has its share of the pictures."""
    with app.read() as session:
        ids = session.scalars(
            select(col(Delivery.id)).order_by(has_picture().desc(), col(Delivery.id))
        ).all()
    return list(ids[::2]), list(ids[1::2])


def publishers_of_pictures(app: App) -> set[int]:
    """Return the pids of the workers that published something with a picture."""
    with app.read() as session:
        return set(
            session.scalars(
                select(col(Worker.pid))
                .join(Attempt, col(Attempt.owner) == col(Worker.id))
                .join(Delivery, col(Delivery.id) == col(Attempt.delivery_id))
                .where(col(Attempt.outcome) == "published")
                .where(has_picture())
            )
        )


def has_picture() -> Exists:
    return exists().where(
        col(PostMedia.post_id) == col(Delivery.post_id),
        col(PostMedia.revision) == col(Delivery.revision),
    )


def move_media(scene: Scene, shared: dict[str, str]) -> None:
    """Copy the folder's files to the bucket, as who moves to several machines does."""
    chosen = {
        "media_url": shared["PREGONERO_MEDIA_URL"],
        "media_endpoint": shared["PREGONERO_MEDIA_ENDPOINT"],
    }
    folder = store.place(scene.app)
    scene.app = replace(scene.app, settings=scene.app.settings.model_copy(update=chosen))
    for kept in folder.listing():
        store.place(scene.app).write(kept.path, folder.read(kept.path))
    shutil.rmtree(scene.folder / "media")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_second_signal_is_a_crash_and_loses_nothing(scene: Scene) -> None:
    scene.environment["PREGONERO_SENDERS"] = "4"
    client.put_faults(
        scene.base_url, [{"network": "x", "route": "publish", "fault": "hang", "count": 3}]
    )
    worker = scene.worker()
    scene.wait(lambda: bool(scene.senders()) and client.faults(scene.base_url)[0]["fired"] > 0)
    worker.send_signal(signal.SIGTERM)
    # two signals that come before the first is heard are one
    scene.wait(lambda: "worker.stopping" in scene.said_by(worker))
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(5) == -signal.SIGTERM
    second = scene.worker()
    scene.wait(scene.has_ended)
    stop(second)
    scene.check_exact()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stopped_process_that_nobody_knows_and_that_keeps_the_database_is_killed(
    scene: Scene, hold: Hold
) -> None:
    holder = hold(scene.folder / "pregonero.db", stopped=True)
    worker = scene.worker()
    scene.wait(scene.has_ended)
    assert holder.wait(1) == -signal.SIGKILL
    scene.wait(lambda: acts(scene.app, "lock.") == ["lock.broken"])
    stop(worker)
    scene.check_exact()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_slow_process_that_keeps_the_database_is_waited_for(scene: Scene, hold: Hold) -> None:
    bring_forward(scene.app, seconds=3600)
    holder = hold(scene.folder / "pregonero.db", stopped=False)
    worker = scene.worker()
    scene.wait(lambda: "lock.held" in scene.said_by(worker))
    assert f'"pid": {holder.pid}' in scene.said_by(worker)
    let_go(holder)
    assert holder.wait(5) == 0
    scene.wait(lambda: count_workers(scene.app) == 1)
    stop(worker)


def acts(app: App, prefix: str) -> list[str]:
    """Return the audited actions that begin so, in order."""
    with app.read() as session:
        rows = session.scalars(select(AuditEntry.action).order_by(AuditEntry.at))
        return [action for action in rows if action.startswith(prefix)]


def prepare(folder: Path, database_url: str) -> Path:
    """Run the product's own preparation: approved posts, due in an hour."""
    made = subprocess.run(
        [sys.executable, "-m", "publisher.cli", *PREPARE],
        env=environment_of(folder, database_url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout.splitlines()[-1])["posts"] == POSTS
    return folder


def environment_of(folder: Path, database_url: str) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PREGONERO_")}
    given = {"PREGONERO_DATA_DIR": str(folder), "PREGONERO_DATABASE_URL": database_url}
    return inherited | {name: value for name, value in given.items() if value}


def count_workers(app: App) -> int:
    with app.read() as session:
        return session.scalar(select(func.count()).select_from(Worker)) or 0


def bring_forward(
    app: App, *, seconds: float = 1, ids: Collection[int] = (), state: str = ""
) -> None:
    """Make all deliveries, or those with ``ids`` or in ``state``, due in a moment."""
    due = app.clock() + timedelta(seconds=seconds)
    with app.write() as session:
        session.execute(
            update(Delivery)
            .where(col(Delivery.id).in_(ids) if ids else true())
            .where(col(Delivery.state) == state if state else true())
            .values(due_at=due, next_at=due, not_after=due + timedelta(minutes=30))
        )


def stop(*workers: subprocess.Popen[bytes]) -> None:
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in reversed(processes):
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
