"""The demo as its user runs it: real child processes, real SDK calls, on both databases."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from publisher import institution, rulebook
from publisher.app import App, open_app
from publisher.cli import run
from publisher.db import make_engine
from publisher.demo import by_hand, custody, samples
from publisher.demo.cast import gather_cast
from publisher.demo.setup import addresses, move_sandbox, open_demo, sandbox_port
from publisher.editorial.evaluation import Setting, evaluate
from publisher.editorial.snapshot import Snapshot
from publisher.errors import Unready
from publisher.people import passwords
from publisher.settings import Settings
from publisher.texts import samples as words
from tests.publisher.test_cli import drop_guards
from tests.support import activity, leaks
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
NAMES = ["CECyTE Acuña", "EMSaD La Rosa (nombre provisional)", "CECyTE Saltillo"]


class Demo:
    """Commands on one data folder, with ports of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("PREGONERO_")},
            "PREGONERO_DATA_DIR": str(folder),
            "PREGONERO_DATABASE_URL": url,
            "PREGONERO_SANDBOX_PORT": str(self.port),
            "PREGONERO_PORT": str(free_port()),
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "publisher.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def alive(self) -> list[str]:
        """Return the command lines of every process that works on this folder."""
        mark = f"PREGONERO_DATA_DIR={self.folder}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found.append((entry / "cmdline").read_bytes().decode())
                except PermissionError:
                    # whoever holds secrets lets nobody but root look: then its command line counts
                    if entry.stat().st_uid in {0, os.geteuid()}:
                        command = (entry / "cmdline").read_bytes()
                        found += [command.decode()] if b"publisher.cli" in command else []
                except OSError:
                    continue
        return found

    def nobody_left(self, seconds: float = 15) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.alive():
                return True
            time.sleep(0.1)
        return False


@pytest.fixture
def demo(tmp_path: Path, database_url: str) -> Iterator[Demo]:
    made = Demo(tmp_path / "var", database_url)
    yield made
    assert made.nobody_left(), made.alive()


@pytest.fixture
def quiet_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a demo in this process, on SQLite."""
    monkeypatch.setattr(passwords, "cost", passwords.TESTING)
    return Settings(data_dir=tmp_path / "var", sandbox_port=free_port())


@pytest.mark.processes
@pytest.mark.timeout(600)
def test_the_main_job_runs_to_its_end_and_the_audit_proves_itself(demo: Demo) -> None:
    demo.environment["PREGONERO_LOG_LEVEL"] = "DEBUG"
    status, out, err = demo.run("demo", "--headless", "--posts", "4", "--seed", "5")
    assert status == 0, err
    assert len(out.splitlines()) == 1
    told = json.loads(out)
    # one photo and one carousel on three networks, one text and one link on two
    assert told.pop("seconds") > 0
    assert told == {
        "posts": 4,
        "deliveries": 10,
        "published": {"facebook": 4, "x": 4, "instagram": 2},
        "refused": 1,
        "returned": 1,
        "failed": 0,
        "waiting": 0,
        "exact": True,
    }
    assert demo.nobody_left()
    assert "Traceback" not in err
    for log in (demo.folder / "logs").iterdir():
        assert "Traceback" not in log.read_text(), log

    status, out, _ = demo.run("audit", "verify", "--json")
    verified = json.loads(out)
    assert (status, verified["ok"], verified["pending"]) == (0, True, 0)
    assert verified["entries"] == verified["links"] > 500
    app = open_app(
        Settings(data_dir=demo.folder, database_url=demo.environment["PREGONERO_DATABASE_URL"])
    )
    activity.equals_what_the_networks_show(app, demo.folder / "sandbox.db")
    app.engine.dispose()
    no_secret_escaped(demo, said=out + err)
    tamper(demo)


def no_secret_escaped(demo: Demo, *, said: str) -> None:
    """After real calls by the real SDKs at DEBUG: in no row, no file, no log, no output."""
    url = demo.environment["PREGONERO_DATABASE_URL"]
    app = open_app(Settings(data_dir=demo.folder, database_url=url))
    values = leaks.sealed_values(app)
    (demo.folder / "sandbox.db").unlink()  # the networks themselves, which must know their tokens
    everywhere = leaks.files(demo.folder) + leaks.rows(app) + said.encode()
    app.engine.dispose()
    assert len(values) >= 462
    assert min(map(len, values.values())) >= 12
    assert leaks.find(everywhere, values) == []
    assert leaks.find(everywhere + list(values.values())[-1].encode(), values)


def tamper(demo: Demo) -> None:
    """Change one byte of one audit entry, first as anybody, then as who owns the database."""
    change = text(
        "UPDATE audit_entry SET actor = 'X' || substr(actor, 2) WHERE action = 'post.approved'"
        " AND id = (SELECT min(id) FROM audit_entry WHERE action = 'post.approved')"
    )
    engine = make_engine(demo.environment["PREGONERO_DATABASE_URL"])
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(change)
    assert demo.run("audit", "verify")[0] == 0
    with engine.begin() as connection:
        drop_guards(connection)
        assert connection.execute(change).rowcount == 1
    engine.dispose()
    status, out, _ = demo.run("audit", "verify", "--json")
    assert status == 1
    assert json.loads(out)["problems"]


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose long part is done, to copy."""
    folder = tmp_path_factory.mktemp("hecha") / "var"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "cost", passwords.TESTING)
        app, _ = open_demo(Settings(data_dir=folder), lambda _: None)
    app.engine.dispose()
    return folder


@pytest.fixture
def resumed(set_up: Path, tmp_path: Path) -> Demo:
    """A demo on SQLite that was started before."""
    folder = tmp_path / "var"
    shutil.copytree(set_up, folder)
    return Demo(folder, f"sqlite:///{folder / 'pregonero.db'}")


@pytest.mark.processes
@pytest.mark.timeout(600)
def test_what_is_prepared_is_published_by_processes_started_by_hand(resumed: Demo) -> None:
    demo = resumed
    status, out, err = demo.run(
        "demo", "--headless", "--prepare-only", "--posts", "2", "--due-in", "5"
    )
    assert status == 0, err
    told = json.loads(out)
    assert (told["posts"], told["deliveries"], told["refused"]) == (2, 5, 1)
    moved = free_port()
    sandbox, worker = demo.start("sandbox", "--port", str(moved)), None
    try:
        # the address is in the database before the sandbox answers
        assert wait_for(moved)
        del demo.environment["PREGONERO_SANDBOX_PORT"]
        worker = demo.start("worker")
        assert published(demo, 5)
    finally:
        for process in (worker, sandbox):
            if process is not None:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=60)
    assert worker is not None
    assert worker.returncode == 0
    assert demo.nobody_left(), demo.alive()


def wait_for(port: int, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def published(demo: Demo, wanted: int, seconds: float = 120) -> bool:
    engine = make_engine(demo.environment["PREGONERO_DATABASE_URL"])
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            with engine.connect() as connection:
                statement = text("SELECT count(*) FROM delivery WHERE state = 'published'")
                if connection.execute(statement).scalar_one() == wanted:
                    return True
            time.sleep(0.2)
        return False
    finally:
        engine.dispose()


@pytest.mark.processes
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_stopped_in_the_middle_it_leaves_no_child(
    resumed: Demo, number: signal.Signals, status: int
) -> None:
    demo = resumed
    process = demo.start("demo", "--headless", "--posts", "1", "--due-in", "600")
    try:
        assert wait_for(demo.port, 120)
        assert any("worker" in line for line in until_worker(demo))
        process.send_signal(number)
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == status
    assert demo.nobody_left(), demo.alive()


def until_worker(demo: Demo) -> list[str]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        alive = demo.alive()
        if any("worker" in line for line in alive):
            return alive
        time.sleep(0.1)
    return []


def test_a_busy_port_is_said_before_the_long_part(here: Any, tmp_path: Path) -> None:
    port = free_port()
    for taken, who in ((port, "sandbox"), (port + 1, "worker")):
        with socket.create_server(("127.0.0.1", taken)):
            status, out, err = here(tmp_path / who, port)
        assert (status, out) == (1, "")
        assert str(taken) in err.splitlines()[-1]
        assert who in err.splitlines()[-1]
        assert "Institución" not in err


def test_a_second_demo_on_the_same_folder_says_that_one_runs(here: Any, tmp_path: Path) -> None:
    with (tmp_path / ".demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, out, err = here(tmp_path, free_port())
    assert (status, out) == (1, "")
    assert "ya está en marcha" in err


def test_a_folder_that_cannot_be_written_says_which(here: Any) -> None:
    status, out, err = here(Path("/proc/nada"), free_port())
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "/proc/nada" in err


def test_a_text_that_the_manual_lets_slip_fails_the_run(
    here: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "cost", passwords.TESTING)
    monkeypatch.setattr(words, "BLOCKED", words.BODIES[2:3])
    status, out, err = here(tmp_path, free_port(), "--prepare-only", "--posts", "1")
    told = json.loads(out)
    assert (status, told["posts"], told["refused"]) == (1, 1, 0)
    assert "dejó pasar" in err


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a headless demo in this process."""
    for name in list(os.environ):
        if name.startswith("PREGONERO_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("publisher.logs.configure_logs", lambda *_: None)

    def said(folder: Path, port: int, *more: str) -> tuple[int, str, str]:
        monkeypatch.setenv("PREGONERO_DATA_DIR", str(folder))
        monkeypatch.setenv("PREGONERO_SANDBOX_PORT", str(port))
        status = run(["demo", "--headless", *more])
        return status, *capsys.readouterr()

    return said


def test_a_second_set_up_changes_nothing_and_shows_no_password(quiet_demo: Settings) -> None:
    app, shown = open_demo(quiet_demo, lambda _: None)
    assert [person.email.partition("@")[0] for person in shown] == [
        "directora",
        "coordinador",
        "auditoria",
        "admin",
        "operador.p01",
        "director.p01",
        "operador.p30",
        "director.p30",
    ]
    assert len({person.password for person in shown}) == 8
    before = counts(app)
    assert before["account"] == 231
    again, nobody = open_demo(quiet_demo, lambda _: None)
    assert nobody == ()
    assert counts(again) == before
    assert custody.set_custody(app) == 230
    kept = counts(app)
    assert kept["vault_secret_version"] == before["vault_secret_version"] + 2 * 230 + 2
    custody.set_custody(app)
    assert counts(app) == kept
    assert_one_account_is_published_on_by_hand(app)
    for each in (app, again):
        each.engine.dispose()


def assert_one_account_is_published_on_by_hand(app: App) -> None:
    """The whole demo shows an assisted account; the figures of the headless one stay without it."""
    everyone = gather_cast(app)
    assert by_hand.set_by_hand(app, everyone) == 1
    with app.read() as session:
        (row,) = session.execute(
            text(
                "SELECT delivery.state, account.network, plantel.code FROM delivery"
                " JOIN account ON account.id = delivery.account_id"
                " JOIN plantel ON plantel.id = account.plantel_id"
                " WHERE account.connector = 'instagram_assisted'"
            )
        ).all()
    assert tuple(row) == ("scheduled", "instagram", "P30")
    assert gather_cast(app) == everyone
    left = set(everyone.planteles) - set(gather_cast(app, by_hand=False).planteles)
    assert [name for _, name, _ in left] == [plantel_named(app, "P30")]


def plantel_named(app: App, code: str) -> str:
    with app.read() as session:
        return str(
            session.execute(text("SELECT name FROM plantel WHERE code = :c"), {"c": code}).scalar()
        )


def counts(app: App) -> dict[str, int]:
    tables = ("plantel", "account", "person", "designation", "audit_entry", "vault_secret_version")
    with app.read() as session:
        return {
            table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in tables
        }


def test_a_set_up_cut_short_before_the_passwords_issues_them_next_time(
    quiet_demo: Settings,
) -> None:
    app, _ = open_demo(quiet_demo, lambda _: None)
    with app.write() as session:
        session.execute(text("UPDATE person SET password_hash = '' WHERE email LIKE 'op%'"))
    again, shown = open_demo(quiet_demo, lambda _: None)
    assert [person.email for person in shown] == [
        "operador.p01@demo.invalid",
        "operador.p30@demo.invalid",
    ]
    for each in (app, again):
        each.engine.dispose()


def test_the_sandbox_follows_the_environment_and_else_stays_where_it_was(
    quiet_demo: Settings,
) -> None:
    app, _ = open_demo(quiet_demo, lambda _: None)
    assert app.institution.addresses == addresses(quiet_demo.sandbox_port)
    other = free_port()
    there, _ = open_demo(Settings(data_dir=quiet_demo.data_dir, sandbox_port=other), lambda _: None)
    assert there.institution.addresses == addresses(other)
    moved = move_sandbox(there, other + 7)
    assert sandbox_port(moved) == other + 7
    assert moved.media_base_url.endswith(str(other + 1))
    stays, _ = open_demo(Settings(data_dir=quiet_demo.data_dir), lambda _: None)
    assert sandbox_port(stays) == other + 7
    for each in (app, there, moved, stays):
        each.engine.dispose()


def test_a_production_database_is_no_demo_s(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    app = open_app(settings, create=True)
    institution.create_institution(
        app, name="Colegio", short_name="Colegio", timezone="America/Monterrey"
    )
    app.engine.dispose()
    with pytest.raises(Unready, match="producción"):
        open_demo(settings, lambda _: None)


def test_the_same_seed_gives_the_same_samples_and_no_two_texts_are_equal() -> None:
    made = samples.approved(200, seed=4, planteles=NAMES)
    assert made == samples.approved(200, seed=4, planteles=NAMES)
    assert made != samples.approved(200, seed=5, planteles=NAMES)
    assert len({sample.text for sample in made}) == 200
    assert {sample.kind for sample in made} == {"photo", "text", "carousel", "link"}
    assert {sample.plantel for sample in made} == {0, 1, 2}


@pytest.fixture
def judge(app: App) -> Any:
    """Return the manual's verdict on a text, as a plantel's post."""
    manual = rulebook.in_force(app)

    def verdict(topic: str, body: str) -> str:
        snapshot = Snapshot(post_id=0, revision=0, texts={"base": body}, media={}, targets=())
        setting = Setting(
            topic=topic,
            local_at=None,
            plantel="CECyTE Saltillo",
            author_is_plantel=True,
            ways=(),
            credits=(),
        )
        return evaluate(app, manual, snapshot, setting).verdict

    return verdict


def test_the_manual_refuses_every_text_that_it_should(judge: Any) -> None:
    for topic, body in words.BLOCKED:
        assert judge(topic, body) == "block", body


def test_the_manual_lets_every_other_text_through(judge: Any) -> None:
    for topic, body in words.RETURNED:
        assert judge(topic, body) != "block", body
    for sample in samples.approved(400, seed=1, planteles=NAMES):
        assert judge(sample.topic, sample.text) != "block", sample.text
