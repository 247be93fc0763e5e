"""The recovery kit: printed in two halves, told of, typed back, and enough to open any backup."""

from __future__ import annotations

import io
import json
import re
import shutil
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from publisher import keys, kit, migrations
from publisher.app import SYSTEM, App, open_app
from publisher.backup import copies
from publisher.cli import run
from publisher.doctor import key as doctor
from publisher.errors import Conflict, Invalid
from publisher.models import Institution
from publisher.settings import Settings
from tests.publisher.documents.test_comprobante import shown
from tests.support.house import SmallHouse
from tests.support.key_file import key_file, key_place
from vault import ring, rotation
from vault.audit import By, Trail
from vault.audit_tables import AuditEntry
from vault.errors import KeyFileUnusable, KeyPlaceTaken, KitOther
from vault.kit import Half, read_half, split


@pytest.fixture
def app(small: SmallHouse) -> App:
    place = key_place(small.app.settings.kek_path)
    return replace(small.app, keyring=ring.open_ring(place, may_create=False))


def typed(path: Path) -> Half:
    """Return what the printed sheet ``path`` says, as a person reads it off the paper."""
    drawn = b""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", path.read_bytes(), re.DOTALL):
        with suppress(zlib.error):
            drawn += zlib.decompressobj().decompress(stream)
    code = re.findall(rb"\(([0-9A-Z]{4} [0-9A-Z]{4})\) Tj", drawn)
    lines = re.findall(rb"\(((?:[0-9A-Z]{4} ){4}[0-9A-Z]{2})\) Tj", drawn)
    return read_half(b"\n".join([*code, *lines]).decode())


def pages(path: Path) -> int:
    return len(re.findall(rb"/Type /Page\b", path.read_bytes()))


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    outside = tmp_path.parent / f"{tmp_path.name}-fuera"
    outside.mkdir()
    return outside / "uno", outside / "dos"


def test_two_printed_sheets_give_the_key_back_and_neither_alone_holds_it(
    app: App, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    made = kit.print_kit(app, SYSTEM, to=folders[0], second=folders[1])
    assert made.first.parent != made.second.parent
    for path in (made.first, made.second):
        assert path.stat().st_mode & 0o777 == 0o600
        assert pages(path) == 1
    halves = typed(made.first), typed(made.second)
    settings = Settings(data_dir=tmp_path / "nada", kek_file=tmp_path / "vuelta" / "kek.key")
    done = kit.recover(settings, *halves)
    key = app.keyring.primary
    assert (done.key, done.beside, done.problem) == (key.key_id, (), "")
    assert key_file(settings.kek_path).reveal() == key.reveal()
    for half in halves:
        assert not any(value in half.data for value in key.reveal())


def test_the_kit_is_in_the_chain_before_it_is_on_paper(
    app: App, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_some: Any, **_more: Any) -> int:
        raise KeyFileUnusable(path="x", cause="no se pudo encadenar")

    with monkeypatch.context() as cut:
        cut.setattr(kit, "seal", refuse)
        with pytest.raises(KeyFileUnusable):
            kit.print_kit(app, SYSTEM, to=folders[0])
        assert not folders[0].exists()
    made = kit.print_kit(app, SYSTEM, to=folders[0])
    with app.read() as session:
        told = session.execute(
            select(AuditEntry).where(AuditEntry.id == made.entry_id)  # type: ignore[arg-type]
        ).scalar_one()
    assert (told.action, told.object_id) == (kit.PRINTED, app.keyring.primary.key_id)
    detail = json.loads(told.detail)
    assert detail == {"juego": made.kit, "llaves": list(made.keys)}
    assert made.entry_id in shown(made.first.read_bytes())


def test_both_sheets_or_none_and_never_among_the_data(
    app: App, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    for folder in (app.settings.data_dir, app.settings.data_dir / "respaldos"):
        with pytest.raises(Invalid, match="dentro de los datos"):
            kit.print_kit(app, SYSTEM, to=folder)
        with pytest.raises(Invalid, match="dentro de los datos"):
            kit.print_kit(app, SYSTEM, to=folders[0], second=folder)
    folders[1].write_text("no es carpeta")
    with pytest.raises(Exception, match=r"No se pudo escribir|Ya existe"):
        kit.print_kit(app, SYSTEM, to=folders[0], second=folders[1])
    assert list(folders[0].iterdir()) == []


def test_a_sheet_is_never_written_over(
    app: App, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit.kit, "split", lambda given: split(given, random=bytes))
    kit.print_kit(app, SYSTEM, to=folders[0])
    before = {path.name: path.read_bytes() for path in folders[0].iterdir()}
    with pytest.raises(Conflict, match="Ya existe"):
        kit.print_kit(app, SYSTEM, to=folders[0])
    assert {path.name: path.read_bytes() for path in folders[0].iterdir()} == before


def test_the_doctor_misses_a_kit_until_one_holds_the_key_in_force(
    app: App, folders: tuple[Path, Path]
) -> None:
    def told() -> str:
        real = replace(app)
        return next(check.state for check in doctor.look(real) if check.name == "kit")

    assert "kit" not in {check.name for check in doctor.look(app)}
    with app.write() as session:
        row = session.get(Institution, 1)
        assert row is not None
        row.mode = "production"
    assert told() == "warn"
    kit.print_kit(app, SYSTEM, to=folders[0])
    assert told() == "ok"
    keys.rotate(app, SYSTEM, progress=lambda *_: None)
    assert told() == "warn"


def test_a_kit_of_another_house_touches_no_key(app: App, tmp_path: Path) -> None:
    settings = app.settings
    before = settings.kek_path.read_bytes()
    stranger = key_file(tmp_path / "ajena.key")
    with pytest.raises(KeyPlaceTaken):
        kit.recover(settings, *split((stranger,)))
    with pytest.raises(KitOther):
        kit.recover(settings, split((stranger,))[0], split((stranger,))[1])
    assert settings.kek_path.read_bytes() == before


def test_a_backup_opens_with_nothing_but_the_kit_even_one_of_a_rotation_in_progress(
    sqlite_url: str,
    folders: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The whole way: a rotation cut short, the backup, the sheets; a fire; the way back."""
    monkeypatch.setenv("PREGONERO_DATA_DIR", str(tmp_path / "datos"))
    monkeypatch.setenv("PREGONERO_DATABASE_URL", sqlite_url)
    assert run(["init", "--name", "P", "--email", "a@b.mx", "--person", "Ana", "--json"]) == 0
    app = open_app()
    _fill(app, 9)
    with monkeypatch.context() as cut:
        rewrap, calls = rotation.rewrap, iter([True])
        cut.setattr(keys, "BATCH", 4)
        cut.setattr(
            rotation,
            "rewrap",
            lambda *some, **more: rewrap(*some, **more) if next(calls, False) else _die(),
        )
        with pytest.raises(KeyFileUnusable):
            keys.rotate(app, SYSTEM, progress=lambda *_: None)
    app = open_app()
    assert len([n for n in (one.secrets for one in keys.list_keys(app)) if n]) == 2
    path = copies.make(app, folders[0].parent / "respaldos").path
    app.engine.dispose()
    assert run(["vault", "kit", "--to", str(folders[0]), "--second-to", str(folders[1])]) == 0
    sheets = [typed(next(folder.iterdir())) for folder in folders]
    assert sheets[0].code.lines == 11

    shutil.rmtree(tmp_path / "datos")
    Path(sqlite_url.removeprefix("sqlite:///")).unlink()
    monkeypatch.setenv("PREGONERO_DATA_DIR", str(tmp_path / "nueva"))
    monkeypatch.delenv("PREGONERO_DATABASE_URL")
    monkeypatch.setenv("PREGONERO_KEK_FILE", str(tmp_path / "llaves" / "kek.key"))
    # typed back by hand, one letter wrong on the way
    lines = [line for half in sheets for line in (half.code.text, *half.lines)]
    wrong = ("1" if lines[3][0] != "1" else "2") + lines[3][1:]
    lines.insert(12, lines[0])  # the first sheet taken for the second
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*lines[:3], wrong, *lines[3:]]) + "\n"))
    capsys.readouterr()
    assert run(["vault", "recover"]) == 0
    said = capsys.readouterr()
    assert f"Revise el carácter 1: parece que es «{lines[3][0]}»" in said.err
    assert "las dos son la mitad 1" in said.err
    assert "También se guardó la llave" in said.out
    assert run(["restore", "--from", str(path), "--into", str(tmp_path / "nueva"), "--json"]) == 0
    done = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (done["secrets"], done["secrets_opened"]) == (9, 9)
    # the rotation that was cut short is ended there, and the way back is told
    assert run(["vault", "prove"]) == 0
    files = [tmp_path / f"mitad{half.code.half}" for half in sheets]
    for file, half in zip(files, sheets, strict=True):
        file.write_text(half.scanned)
    arguments = [part for file in files for part in ("--half", str(file))]
    assert run(["vault", "recover", *arguments]) == 0
    app = open_app()
    with app.read() as session:
        actions = session.scalars(select(AuditEntry.action)).all()  # type: ignore[call-overload]
    app.engine.dispose()
    assert kit.RECOVERED in actions


def _die() -> int:
    raise KeyFileUnusable(path="x", cause="se cortó")


def _fill(app: App, n: int) -> None:
    from vault import store
    from vault.secret import Secret

    with app.write() as session:
        for account_id in range(1, n + 1):
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
    assert migrations.current(app.engine)
