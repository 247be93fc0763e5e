"""Backup and restore: whole or not at all, without the key, and harmless once it is back."""

from __future__ import annotations

import errno
import json
import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text, update
from sqlmodel import col

from publisher import notices
from publisher.app import SYSTEM, App
from publisher.backup import copies, files, manifest
from publisher.backup.restore import Restored
from publisher.delivery import decide, recovery
from publisher.delivery.engine import Engine as DeliveryEngine
from publisher.delivery.probe import probe_due
from publisher.delivery.reconcile import reconcile
from publisher.errors import Conflict, Invalid, NotFound, PublisherError, Unready
from publisher.media import read_bytes
from publisher.models import Breaker, Delivery, Notice, WebSession
from tests.publisher.backup.conftest import Bring
from tests.support.house import SmallHouse
from tests.support.key_file import key_file
from vault import rotation
from vault.audit import By, Trail
from vault.errors import KeyUnavailable
from vault.keys import Keyring

LATER = "2026-11-30T10:00"
REASON = "Se revisaron las cuentas una por una."


def backed_up(house: SmallHouse, to: Path, **options: Any) -> Path:
    return copies.make(house.app, to, **options).path


def states(app: App) -> dict[int, str]:
    with app.read() as session:
        rows = session.connection().execute(text("SELECT id, state FROM delivery"))
        return {row.id: row.state for row in rows}


def deliveries_of(app: App, post_id: int) -> list[int]:
    with app.read() as session:
        rows = session.connection().execute(
            text("SELECT id FROM delivery WHERE post_id = :post ORDER BY id"), {"post": post_id}
        )
        return [row.id for row in rows]


def set_state(app: App, delivery_id: int, state: str) -> None:
    with app.write() as session:
        session.execute(
            update(Delivery)
            .where(col(Delivery.id) == delivery_id)
            .values(state=state, owner="perdido", fence=1)
        )
        if state == "sending":
            session.connection().execute(
                text(
                    "INSERT INTO attempt (delivery_id, part, fence, owner, opened_at, code, detail,"
                    " digest) VALUES (:id, 0, 1, 'perdido', '2026-11-23 15:00:00', '', '', '')"
                ),
                {"id": delivery_id},
            )


def work(app: App, turns: int = 4) -> None:
    """Do everything that a worker does by itself, for some turns."""
    owner = recovery.enrol(app)
    engine = DeliveryEngine(app, owner=owner)
    for _ in range(turns):
        recovery.recover(app, owner)
        engine.turn()
        while engine.perform():
            pass
        reconcile(app, stopping=lambda: False)
        probe_due(app)
        notices.send_due(app, app.clock())


def open_breaker(app: App, scope: str) -> None:
    now = app.clock()
    with app.write() as session:
        session.add(
            Breaker(
                scope=scope,
                state="open",
                window_at=now,
                opened_at=now,
                probe_at=now,
                updated_at=now,
            )
        )


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_a_backup_comes_back_whole_and_its_pictures_and_secrets_open(
    stamped: SmallHouse, bring: Bring, restored_app: App, tmp_path: Path
) -> None:
    medium = stamped.medium()
    post_id = stamped.approved()
    made = copies.make(stamped.app, tmp_path / "copias")
    assert made.manifest.facts.secrets == len(stamped.accounts)
    assert len(made.manifest.media) == 4
    done = bring(made.path)
    assert (done.ok, done.media, done.secrets.opened) == (True, 4, len(stamped.accounts))
    assert done.audit.problems == ()
    assert set(states(restored_app).values()) == {"scheduled"}
    assert deliveries_of(restored_app, post_id) == deliveries_of(stamped.app, post_id)
    with restored_app.read() as session:
        query = text("SELECT sha256 FROM media WHERE id = :id")
        name = session.connection().scalar(query, {"id": medium})
    assert read_bytes(restored_app, name) == b"foto master"
    # generated keys go on after the highest
    assert replace(stamped, app=restored_app).draft() > post_id


def test_the_key_is_nowhere_in_a_backup_and_may_not_lie_beside_it(
    stamped: SmallHouse, tmp_path: Path
) -> None:
    path = backed_up(stamped, tmp_path / "copias")
    body = json.loads(stamped.app.settings.kek_path.read_text())
    everything = b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
    for secret in (body["kek"], body["root"], "token-1"):
        assert secret.encode() not in everything
    with pytest.raises(Invalid, match="nunca se guarda junto"):
        copies.make(stamped.app, tmp_path)


def test_after_a_restore_no_network_is_called_until_a_person_says_so(
    stamped: SmallHouse, bring: Bring, restored_app: App, tmp_path: Path
) -> None:
    app, networks = stamped.app, stamped.networks
    sal, tor, acu = (
        stamped.approved(f"Taller {code}.", code=code, account_ids=stamped.account_ids(code=code))
        for code in ("SAL", "TOR", "ACU")
    )
    future = stamped.approved("Otro taller.", account_ids=stamped.account_ids("x"), local_at=LATER)
    sending, unknown, leased = deliveries_of(app, sal)
    for id_, state in ((sending, "sending"), (unknown, "unknown"), (leased, "leased")):
        set_state(app, id_, state)
    open_breaker(app, "x")
    path = backed_up(stamped, tmp_path / "copias")
    # the installation went on after its backup, and was lost after everything had come due
    stamped.clock.pass_(days=5)
    networks.calls.clear()

    done = bring(path)
    assert (done.confined.waiting, done.confined.scheduled) == (9, 1)
    work(restored_app)
    stamped.clock.pass_(days=10)
    work(restored_app)
    assert networks.calls == []
    waiting = {*deliveries_of(app, sal), *deliveries_of(app, tor), *deliveries_of(app, acu)}
    found = states(restored_app)
    assert {found[id_] for id_ in waiting} == {"needs_decision"}
    with restored_app.read() as session:
        open_ = session.connection().scalar(
            text("SELECT count(*) FROM attempt WHERE outcome IS NULL")
        )
    assert open_ == 0

    decide.lift(restored_app, stamped.directora, plantel_id=None, reason=REASON)
    work(restored_app)
    # what came due under the stop is late: a person decides that too
    assert networks.called("publish") == []
    assert states(restored_app)[deliveries_of(app, future)[0]] == "held"
    decide.resume(restored_app, stamped.directora, sending, reason=REASON)
    work(restored_app)
    assert [call.text for call in networks.called("publish")] == ["Taller SAL."]


def test_what_is_due_after_the_stop_is_lifted_goes_out_once(
    stamped: SmallHouse, bring: Bring, restored_app: App, tmp_path: Path
) -> None:
    post_id = stamped.approved(account_ids=stamped.account_ids("x"))
    bring(backed_up(stamped, tmp_path / "copias"))
    decide.lift(restored_app, stamped.directora, plantel_id=None, reason=REASON)
    stamped.clock.pass_(days=4, hours=1)
    work(restored_app)
    work(restored_app)
    assert len(stamped.networks.called("publish")) == 1
    assert states(restored_app)[deliveries_of(stamped.app, post_id)[0]] == "published"


def test_sessions_end_and_mails_that_waited_are_not_sent_again(
    stamped: SmallHouse, bring: Bring, restored_app: App, tmp_path: Path
) -> None:
    now, person = stamped.clock(), stamped.directora.person_id
    with stamped.app.write() as session:
        session.add(
            WebSession(
                token_hash="t" * 64,
                person_id=person,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=10),
            )
        )
        session.add(
            Notice(person_id=person, kind="x", subject="x", body="x", at=now, mail_state="waiting")
        )
    done = bring(backed_up(stamped, tmp_path / "copias"), by_email="dirv@example.mx")
    assert (done.confined.sessions, done.confined.mails >= 1) == (1, True)
    with restored_app.read() as session:
        connection = session.connection()
        for left in (
            "SELECT count(*) FROM web_session WHERE revoked_at IS NULL",
            "SELECT count(*) FROM notice WHERE mail_state = 'waiting'",
        ):
            assert connection.scalar(text(left)) == 0
        stop = connection.execute(text('SELECT "by", reason, lifted_at FROM pause')).one()
    assert (stop.by, stop.lifted_at) == (person, None)
    assert "2026-11-23" in stop.reason


def test_a_drill_proves_everything_and_leaves_nothing(
    stamped: SmallHouse, bring: Bring, empty_url: str, engine: Engine, tmp_path: Path
) -> None:
    stamped.medium()
    stamped.approved()
    path = backed_up(stamped, tmp_path / "copias")
    shelf = {file.name for file in tmp_path.iterdir()}
    done = bring(path, drill=True)
    assert done.ok
    assert not done.path.exists()
    assert {file.name for file in tmp_path.iterdir()} == shelf
    with engine.connect() as connection:
        assert not [
            name for name in inspect(connection).get_schema_names() if name.startswith("ensayo")
        ]


def test_only_an_empty_place_is_filled(
    stamped: SmallHouse, bring: Bring, tmp_path: Path, engine: Engine
) -> None:
    path = backed_up(stamped, tmp_path / "copias")
    (tmp_path / "vuelta").mkdir()
    (tmp_path / "vuelta" / "algo").touch()
    with pytest.raises(Conflict, match="no está vacía"):
        bring(path)
    (tmp_path / "vuelta" / "algo").unlink()
    bring(path)
    with pytest.raises(Conflict, match=r"no está vacía|ya tiene tablas"):
        bring(path, into=tmp_path / ("vuelta" if engine.dialect.name == "sqlite" else "otra"))
    assert leftovers(tmp_path) == []


def _break(path: Path, how: str, tmp_path: Path) -> dict[str, Any]:
    """Spoil a backup or its key in one way; return the options of the restore."""
    named = path / manifest.NAME
    body = json.loads(named.read_text())
    if how == "no manifest":
        named.unlink()
    elif how == "half a manifest":
        named.write_text(named.read_text()[:200])
    elif how == "altered":
        body["facts"]["counts"]["receipt"] = 7
        named.write_text(json.dumps(body))
    elif how == "newer":
        body["schema"] = "9999"
        named.write_text(json.dumps(body))
    elif how == "corrupt":
        file = path / body["files"][0]["name"]
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    elif how == "missing":
        (path / body["files"][0]["name"]).unlink()
    elif how == "picture":
        next((path / files.FOLDER).glob("*/*")).write_bytes(b"otra")
    elif how == "no picture":
        next((path / files.FOLDER).glob("*/*")).unlink()
    elif how == "no key":
        return {"keys": (tmp_path / "nadie.key",)}
    elif how == "wrong key":
        key_file(tmp_path / "otra.key")
        return {"keys": (tmp_path / "otra.key",)}
    elif how == "nobody":
        return {"by_email": "nadie@example.mx"}
    return {}


@pytest.mark.parametrize(
    ("how", "error", "sentence"),
    [
        ("no manifest", Invalid, "falta su manifiesto"),
        ("half a manifest", Invalid, "está dañado"),
        ("altered", Invalid, "fue alterado"),
        ("newer", Unready, "más nueva"),
        ("corrupt", Invalid, "su contenido no es el que dice"),
        ("missing", Invalid, "le falta el archivo"),
        ("picture", Invalid, "media/"),
        ("no picture", Invalid, "media/"),
        ("no key", Invalid, "No hay llave maestra en"),
        ("wrong key", Invalid, "no es la de este respaldo"),
        ("nobody", NotFound, "ninguna persona activa"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_stays(
    stamped: SmallHouse,
    bring: Bring,
    empty_url: str,
    tmp_path: Path,
    how: str,
    error: type[PublisherError],
    sentence: str,
) -> None:
    stamped.medium()
    made = backed_up(stamped, tmp_path / "copias")
    # a copy: the pictures of the first are hard links to the store's own
    path = shutil.copytree(made, tmp_path / "copias" / "otra")
    options = _break(path, how, tmp_path)
    with pytest.raises(error, match=sentence):
        bring(path, **options)
    assert not (tmp_path / "vuelta").exists()
    assert leftovers(tmp_path) == []
    assert isinstance(bring(made), Restored)


def test_a_full_disk_leaves_no_half_backup(
    stamped: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "copias"
    good = backed_up(stamped, folder)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(files, "keep", full)
        with pytest.raises(Unready, match="No queda espacio"):
            backed_up(stamped, folder)
    assert copies.complete(folder) == [good]
    assert [name for name in leftovers(folder) if "parcial" in name] == []


def test_what_a_killed_backup_left_is_removed_by_the_next(
    stamped: SmallHouse, tmp_path: Path
) -> None:
    folder = tmp_path / "copias"
    (folder / ".parcial-pregonero-20261101T000000Z").mkdir(parents=True)
    path = backed_up(stamped, folder)
    assert copies.complete(folder) == [path]
    assert leftovers(folder) == [".respaldo.lock"]


def test_old_backups_are_pruned_and_pictures_are_linked_not_copied(
    stamped: SmallHouse, tmp_path: Path
) -> None:
    stamped.medium()
    folder, made = tmp_path / "copias", []
    for _ in range(4):
        made.append(copies.make(stamped.app, folder, keep=2))
        stamped.clock.pass_(days=1)
    assert [one.pruned for one in made] == [0, 0, 1, 1]
    assert copies.complete(folder) == [made[2].path, made[3].path]
    inodes = {path.stat().st_ino for one in made[2:] for path in (one.path / "media").glob("*/*")}
    assert len(inodes) == 4


def test_two_backups_at_once_are_refused(stamped: SmallHouse, tmp_path: Path) -> None:
    folder = tmp_path / "copias"
    folder.mkdir()
    with copies._alone(folder), pytest.raises(Conflict, match="Ya se está haciendo"):
        copies.make(stamped.app, folder)


def test_a_backup_taken_while_others_write_is_one_state(
    stamped: SmallHouse, bring: Bring, tmp_path: Path
) -> None:
    app, stop = stamped.app, threading.Event()

    def write() -> None:
        while not stop.is_set():
            with app.write() as session:
                for _ in range(2):
                    app.note(session, app.entry(SYSTEM, "prueba.par", "prueba", 1))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [copies.make(app, tmp_path / "copias", keep=9) for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    done = bring(made[-1].path)
    assert done.ok
    counts = [one.manifest.facts.counts["audit_entry"] for one in made]
    assert counts[0] < counts[-1]
    with app.read() as session:
        query = "SELECT count(*) FROM audit_entry WHERE action <> 'prueba.par'"
        others = session.connection().scalar(text(query))
    # one entry of its own for each finished backup before
    assert [(n - (others - 3 + i)) % 2 for i, n in enumerate(counts)] == [0, 0, 0]


def test_a_backup_made_in_the_middle_of_a_rotation_opens_with_both_keys(
    stamped: SmallHouse, bring: Bring, tmp_path: Path
) -> None:
    app = stamped.app
    old = key_file(app.settings.kek_path)
    new = key_file(tmp_path / "nueva.key", old.successor())
    both = replace(app, keyring=Keyring(new, old))
    with both.write() as session:
        rotation.rewrap(
            session,
            both.keyring,
            by=By(actor_id=0, actor="prueba", role=""),
            now=app.clock(),
            trail=Trail(key=both.audit_key, new_id=app.new_id),
            batch=4,
        )
    path = copies.make(both, tmp_path / "copias").path
    with pytest.raises(KeyUnavailable, match="no está en el llavero"):
        bring(path)
    done = bring(path, keys=(tmp_path / "nueva.key", app.settings.kek_path))
    assert done.secrets.opened == len(stamped.accounts)
