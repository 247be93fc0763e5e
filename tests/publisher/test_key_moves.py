"""The master key passes from one place to another while everything runs, killed or not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import keyring
import pytest
from keyring.backend import KeyringBackend
from sqlalchemy import event

from publisher import institution, keys
from publisher.app import SYSTEM, App, open_app
from publisher.cli import run
from publisher.doctor import key as doctor
from publisher.errors import Unready
from publisher.keyplace import key_place
from publisher.settings import Settings
from tests.support import s3
from tests.support.house import SmallHouse
from vault import ring, rotation, store
from vault.audit import By, Trail
from vault.errors import KeyFileUnusable, KeyPlaceFixed
from vault.providers import Provider, covers, provider
from vault.secret import Secret

PHRASE = "seis palabras al azar bien ñoñas"


class Memory(KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture(scope="module")
def kms() -> Iterator[str]:
    with s3.serve() as running:
        client = botocore.session.get_session().create_client(
            "kms", region_name="us-east-1", endpoint_url=running.endpoint
        )
        key = client.create_key()["KeyMetadata"]["KeyId"]
        yield f"awskms:///{key}?region=us-east-1&endpoint={running.endpoint}"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"MEMORY_KIB": 64, "PASSES": 1, "LANES": 1}.items():
        monkeypatch.setattr(covers, name, value)
    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def phrase_url(tmp_path: Path) -> str:
    source = tmp_path / "frase"
    source.write_text(PHRASE)
    source.chmod(0o400)
    return f"passphrase://{tmp_path}/kek.frase?from={source}"


def reopened(app: App, clock: list[float] | None = None) -> App:
    """Return ``app`` as another process sees it, with the settings that it has always had."""
    place = key_place(app.settings)
    if clock is None:
        return replace(app, keyring=ring.open_ring(place, may_create=False))
    now = clock
    return replace(app, keyring=ring.open_ring(place, may_create=False, clock=lambda: now[0]))


def moved(app: App, to: str = "", waits: list[float] | None = None) -> keys.Rotated:
    heard = waits if waits is not None else []
    return keys.rotate(app, SYSTEM, to=to, progress=lambda *_: None, wait=heard.append)


def token(app: App, account_id: int) -> str:
    with app.read() as session:
        return store.use(session, app.keyring, account_id).fields["access_token"].reveal()


def test_a_process_that_runs_goes_on_reading_and_sealing_wherever_the_key_goes(
    small: SmallHouse, kms: str, phrase_url: str, tmp_path: Path
) -> None:
    clock = [0.0]
    running, first = reopened(small.app, clock), next(iter(small.accounts.values()))
    ways = (
        phrase_url,
        "",
        kms,
        "",
        "keyring:pregonero/llave",
        "",
        (tmp_path / "kek.key").as_uri(),
    )
    before = running.keyring.primary.key_id
    for step, to in enumerate(ways):
        clock[0] += 10
        waits: list[float] = []
        made = moved(reopened(small.app), to, waits)
        assert made.old == before
        assert made.secrets == len(small.accounts) + step
        assert made.moved is bool(to)
        assert (sum(waits) >= 1) is (bool(to) or made.place.startswith("el llavero"))
        before = made.new
        assert token(running, first) == (f"paso {step - 1}" if step else f"token-{first}")
        institution.install_credential(
            running, SYSTEM, first, {"access_token": Secret(f"paso {step}")}, reason="Prueba"
        )
        fresh = reopened(small.app)
        assert token(fresh, first) == f"paso {step}"
        assert keys.prove(fresh).whole
        states = {one.key_id: (one.state, one.in_force) for one in keys.list_keys(fresh)}
        assert states[made.new] == ("active", True)
        assert states[made.old] == ("retired", False)


def test_no_service_is_asked_inside_a_transaction(
    small: SmallHouse, kms: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_now: list[str] = []
    asked: list[tuple[str, bool]] = []
    call = covers.Kms._call

    def watched(self: covers.Kms, operation: str, **parameters: Any) -> dict[str, Any]:
        asked.append((operation, bool(open_now)))
        return call(self, operation, **parameters)

    def begun(*_some: Any) -> None:
        open_now.append("one")

    def ended(*_some: Any) -> None:
        open_now.clear()

    monkeypatch.setattr(covers.Kms, "_call", watched)
    engine = small.app.engine
    for name, heard in (("begin", begun), ("commit", ended), ("rollback", ended)):
        event.listen(engine, name, heard)
    running, first = reopened(small.app), next(iter(small.accounts.values()))
    moved(reopened(small.app), kms)
    assert token(running, first) == f"token-{first}"
    moved(reopened(small.app))
    assert token(running, first) == f"token-{first}"
    for name, heard in (("begin", begun), ("commit", ended), ("rollback", ended)):
        event.remove(engine, name, heard)
    assert {operation for operation, _ in asked} == {"encrypt", "decrypt"}
    assert not [operation for operation, inside in asked if inside]


@pytest.mark.parametrize("where", ["keep", "announce", "rewrap", "retire", "succeed"])
def test_a_move_cut_short_anywhere_is_taken_up(
    small: SmallHouse, phrase_url: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_some: Any, **_more: Any) -> Any:
        raise KeyFileUnusable(path="x", cause="se cortó")

    monkeypatch.setattr(keys, "BATCH", 4)
    running = reopened(small.app)
    with monkeypatch.context() as cut:
        if where == "keep":
            keep = Provider.keep
            cut.setattr(Provider, "keep", lambda self, key: (keep(self, key), die()))
        elif where == "rewrap":
            rewrap, calls = rotation.rewrap, iter([True, True])
            cut.setattr(
                rotation,
                "rewrap",
                lambda *some, **more: rewrap(*some, **more) if next(calls, False) else die(),
            )
        else:
            cut.setattr(rotation if where == "retire" else Provider, where, die)
        with pytest.raises(KeyFileUnusable):
            moved(reopened(small.app), phrase_url)
    assert keys.prove(running).whole
    assert keys.prove(reopened(small.app)).whole
    new = provider(phrase_url, folder=Path()).read()
    assert new is not None
    made = moved(reopened(small.app), phrase_url)
    assert made.new == new.key_id
    assert made.secrets == {"rewrap": len(small.accounts) - 8, "retire": 0, "succeed": 0}.get(
        where, len(small.accounts)
    )
    assert keys.prove(reopened(small.app)).whole
    assert reopened(small.app).keyring.primary.key_id == new.key_id


ROTATE = """
import sys
from publisher import keys
from publisher.app import SYSTEM, open_app
from vault import rotation

rewrap = rotation.rewrap

def one_and_wait(*some, **more):
    changed = rewrap(*some, **more)
    print(changed, flush=True)
    sys.stdin.readline()
    return changed

keys.BATCH, rotation.rewrap = 1, one_and_wait
keys.rotate(open_app(), SYSTEM, to=sys.argv[1], wait=lambda _: None, progress=lambda *_: None)
"""


def test_a_rotation_killed_outright_is_ended_by_the_same_command(
    sqlite_url: str,
    tmp_path: Path,
    phrase_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment = {"PREGONERO_DATA_DIR": str(tmp_path), "PREGONERO_DATABASE_URL": sqlite_url}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    app = open_app(create=True)
    for account_id in range(1, 13):
        with app.write() as session:
            store.put(
                session,
                app.keyring,
                account_id=account_id,
                field="access_token",
                value=Secret(f"token-{account_id}"),
                by=By(actor_id=None, actor="Prueba", role=""),
                now=app.clock(),
                reason="Prueba",
                trail=Trail(key=app.audit_key, new_id=app.new_id),
            )
    child = subprocess.Popen(
        [sys.executable, "-c", ROTATE, phrase_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    for _ in range(5):
        assert child.stdout.readline() == b"1\n"
        child.stdin.write(b"\n")
        child.stdin.flush()
    # inside the sixth transaction: what it did was never committed
    assert child.stdout.readline() == b"1\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    monkeypatch.setattr(keys, "MOVE_LAG", 0.0)
    sealed = {one.key_id: one.secrets for one in keys.list_keys(app)}
    assert sorted(sealed.values()) == [5, 7]
    # both keys are read meanwhile, by who ran before and by who starts now
    for reader in (app, open_app()):
        assert [token(reader, n) for n in range(1, 13)] == [f"token-{n}" for n in range(1, 13)]
    assert run(["vault", "rotate-key", "--to", phrase_url, "--json"]) == 0
    made = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (sealed[made["new"]], made["secrets"]) == (5, 7)
    assert token(open_app(), 7) == "token-7"
    assert keys.prove(app).whole


def test_a_key_in_a_variable_passes_to_a_file(
    small: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = small.app.settings.kek_path.read_bytes()
    monkeypatch.setenv("LLAVE_DE_PRUEBA", b64encode(body).decode())
    settings = small.app.settings.model_copy(update={"kek": "env:LLAVE_DE_PRUEBA"})
    app = reopened(replace(small.app, settings=settings))
    (told,) = doctor.look(app)
    assert (told.state, "LLAVE_DE_PRUEBA" in told.sentence) == ("warn", True)
    with pytest.raises(KeyPlaceFixed, match="base64"):
        moved(app)
    to = tmp_path / "otra.key"
    made = moved(app, str(to))
    assert (made.moved, made.kept) == (True, "la variable LLAVE_DE_PRUEBA")
    later = settings.model_copy(update={"kek": str(to)})
    assert keys.prove(reopened(replace(small.app, settings=later))).whole


def test_every_command_warns_of_a_key_in_a_variable(
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PREGONERO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PREGONERO_DATABASE_URL", sqlite_url)
    open_app(create=True).engine.dispose()
    body = (tmp_path / "kek.key").read_bytes()
    monkeypatch.setenv("LLAVE_DE_PRUEBA", b64encode(body).decode())
    monkeypatch.setenv("PREGONERO_KEK", "env:LLAVE_DE_PRUEBA")
    assert run(["vault", "keys", "--json"]) == 0
    said = capsys.readouterr()
    assert "está en la variable LLAVE_DE_PRUEBA" in said.err
    assert json.loads(said.out)["keys"][0]["in_force"]


def test_the_doctor_says_where_the_key_went_until_the_setting_follows(
    small: SmallHouse, phrase_url: str
) -> None:
    moved(reopened(small.app), phrase_url)
    (told,) = doctor.look(reopened(small.app))
    assert (told.state, "kek.frase" in told.sentence) == ("warn", True)
    settings = small.app.settings.model_copy(update={"kek": phrase_url})
    (told,) = doctor.look(reopened(replace(small.app, settings=settings)))
    assert told.state == "ok"


def test_a_sandbox_asks_no_key_service_beyond_this_machine(
    sqlite_url: str, tmp_path: Path, network_attempts: list[str]
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url)
    app = open_app(settings, create=True)
    institution.create_institution(
        app,
        name="Colegio de Pruebas",
        short_name="Pruebas",
        timezone="America/Monterrey",
        mode="sandbox",
    )
    outside = settings.model_copy(update={"kek": "awskms:///llave?region=us-east-1"})
    with pytest.raises(Unready, match=r"kms\.us-east-1\.amazonaws\.com"):
        open_app(outside)
    assert not network_attempts


def test_a_successor_that_cannot_be_fetched_is_asked_for_later_and_not_at_each_transaction(
    small: SmallHouse, kms: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    running, first = reopened(small.app, clock), next(iter(small.accounts.values()))
    running.keyring.refresh()
    asked: list[str] = []

    def silent(self: covers.Kms, operation: str, **parameters: Any) -> dict[str, Any]:
        asked.append(operation)
        raise KeyFileUnusable(path="x", cause="no contesta")

    moved(reopened(small.app), kms)
    clock[0] += 1
    with monkeypatch.context() as cut:
        cut.setattr(covers.Kms, "_call", silent)
        for _ in range(3):
            running.keyring.refresh()
            clock[0] += 1
        assert asked == ["decrypt"]
    clock[0] += ring.AGAIN
    assert token(running, first) == f"token-{first}"
