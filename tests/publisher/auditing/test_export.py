"""An export is verified with the printed key alone, by a script that knows nothing of us."""

from __future__ import annotations

import hashlib
import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publisher.app import SYSTEM
from publisher.auditing import anchors, export
from publisher.errors import Forbidden, Invalid, NotFound
from publisher.sealing import seal
from tests.support.house import SmallHouse
from vault import checkpoints
from vault.checkpoints import Signer
from vault.errors import ExportExists

SCRIPT = Path(__file__).parents[3] / "docs" / "verificar_auditoria.py"


@pytest.fixture
def verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Run the script in this process; return what it says."""

    def run(*arguments: object) -> str:
        monkeypatch.setattr(sys, "argv", [str(SCRIPT), *map(str, arguments)])
        try:
            runpy.run_path(str(SCRIPT), run_name="__main__")
        except SystemExit as ended:
            return str(ended.code)
        return capsys.readouterr().out.strip()

    return run


def note(small: SmallHouse, n: int, code: str = "SAL") -> None:
    app = small.app
    with app.write() as session:
        entries = (
            app.entry(
                SYSTEM, "prueba", "nada", k, plantel_id=small.planteles[code], reason="Peña 🐦"
            )
            for k in range(n)
        )
        app.note(session, *entries)
    seal(app, wait=True)


@pytest.fixture
def exported(small: SmallHouse, tmp_path: Path) -> Path:
    """An export of some two hundred and fifty entries with three checkpoints."""
    seal(small.app)
    note(small, 120)
    note(small, 120)
    export.write(small.app, SYSTEM, tmp_path / "copia")
    return tmp_path / "copia"


def entries(folder: Path) -> list[dict[str, Any]]:
    body = (folder / "bitacora.jsonl").read_text("utf-8")
    return [json.loads(line) for line in body.split("\n")[:-1]]


def key(small: SmallHouse) -> str:
    return export.public_key(small.app)


def test_the_script_alone_verifies_an_export(small: SmallHouse, exported: Path) -> None:
    lines = (exported / "bitacora.jsonl").read_text("utf-8").splitlines()
    printed = "-".join(key(small)[at : at + 8] for at in range(0, 64, 8))
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(exported), printed],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Auténtica: {len(lines)} asientos, eslabones 1 a {len(lines)}.\n"
    last = json.loads(lines[-1])
    assert last["action"] == "audit.exported"
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in exported.iterdir())


def test_the_script_has_forty_lines_and_needs_only_cryptography() -> None:
    lines = SCRIPT.read_text("utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) <= 40
    imported = {
        line.split()[1].partition(".")[0] for line in lines if line[:5] in {"from ", "impor"}
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def change_line(folder: Path) -> None:
    rewrite(folder / "bitacora.jsonl", "Peña", "Pena")


def drop_line(folder: Path) -> None:
    path = folder / "bitacora.jsonl"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")


def swap_lines(folder: Path) -> None:
    path = folder / "bitacora.jsonl"
    first, second, *rest = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([second, first, *rest]), "utf-8")


def change_manifest(folder: Path) -> None:
    rewrite(folder / "manifiesto.json", '"plantel": null', '"plantel": "SAL"')


def change_signature(folder: Path) -> None:
    path = folder / "manifiesto.firma"
    text = path.read_text()
    path.write_text(("0" if text[0] != "0" else "1") + text[1:])


def sign_by_another(folder: Path) -> None:
    """What a forger does who has no key: everything made anew and signed with one of their own."""
    change_line(folder)
    resign(folder, Signer(b"otra llave".ljust(32)))


def resign(folder: Path, signer: Signer, **changes: Any) -> None:
    body = json.loads((folder / "manifiesto.json").read_text("utf-8"))
    body["sha256"] = hashlib.sha256((folder / "bitacora.jsonl").read_bytes()).hexdigest()
    sha256 = body["sha256"]
    body |= changes | {"public_key": signer.public.hex(), "sha256": sha256}
    text = json.dumps(body)
    (folder / "manifiesto.json").write_text(text, "utf-8")
    (folder / "manifiesto.firma").write_text(signer.sign(text.encode()) + "\n")


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_tampered_export_is_refused(
    small: SmallHouse, exported: Path, verdict: Callable[..., str]
) -> None:
    files = {path: path.read_bytes() for path in exported.iterdir()}
    for tamper in (
        change_line,
        drop_line,
        swap_lines,
        change_manifest,
        change_signature,
        sign_by_another,
    ):
        tamper(exported)
        assert verdict(exported, key(small)).startswith("NO ES AUTÉNTICA: "), tamper
        for path, body in files.items():
            path.write_bytes(body)
    assert verdict(exported, key(small)).startswith("Auténtica")
    assert verdict(exported, "ab" * 32).startswith("NO ES AUTÉNTICA")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_holds_the_key_still_contradicts_the_checkpoints_and_the_anchor(
    small: SmallHouse, exported: Path, verdict: Callable[..., str], tmp_path: Path
) -> None:
    signer = Signer.from_keyring(small.app.keyring)
    assert anchors.begin(small.app, SYSTEM, tmp_path / "ancla.json").ok
    lines = entries(exported)
    body = json.loads((exported / "manifiesto.json").read_text("utf-8"))

    def forge(changed: list[dict[str, Any]], **changes: Any) -> str:
        text = "".join(json.dumps(line) + "\n" for line in changed)
        (exported / "bitacora.jsonl").write_text(text)
        resign(exported, signer, **body | {"lines": len(changed)} | changes)
        return verdict(exported, key(small), tmp_path / "ancla.json")

    assert "faltan eslabones" in forge([*lines[:4], *lines[5:]])
    point = body["checkpoints"][-1]["seq"]
    other = [line | ({"link": "ab" * 32} if line["seq"] == point else {}) for line in lines]
    assert f"el punto {point} es de otra cadena" in forge(other)
    anchored = [line | ({"link": "ab" * 32}) for line in lines]
    assert "es de otra cadena" in forge(anchored, checkpoints=[])
    assert "faltan asientos" in forge(lines[:-9], to=len(lines) - 9)
    assert "no lo firmó esa llave" in forge(lines, previous="ab" * 64)
    longer = tmp_path / "completa"
    export.write(small.app, SYSTEM, longer)
    assert verdict(longer, key(small), tmp_path / "ancla.json").startswith("Auténtica")


def test_a_part_of_the_chain_and_one_plantel_are_exported_and_verified(
    small: SmallHouse, exported: Path, verdict: Callable[..., str], tmp_path: Path
) -> None:
    note(small, 7, "TOR")
    part = export.write(small.app, SYSTEM, tmp_path / "parte", first=150)
    assert (part.first, part.lines) == (150, part.last - 149)
    assert verdict(tmp_path / "parte", key(small)).endswith(f"eslabones 150 a {part.last}.")
    auditor = small.people["AUD"]
    torreon = export.write(small.app, auditor, tmp_path / "tor", plantel="TOR")
    lines = entries(tmp_path / "tor")
    assert torreon.lines == len(lines)
    assert {line["plantel_id"] for line in lines} == {small.planteles["TOR"]}
    assert lines[-1]["actor"] == "Persona AUD"
    assert verdict(tmp_path / "tor", key(small)).startswith(f"Auténtica: {len(lines)} asientos")


def test_only_who_may_read_the_audit_exports_it_and_never_over_another(
    small: SmallHouse, exported: Path, tmp_path: Path
) -> None:
    app, own = small.app, tmp_path / "otra"
    with pytest.raises(ExportExists):
        export.write(app, SYSTEM, exported)
    for label in ("ADM", "OPER.SAL", "DIRP.SAL"):
        with pytest.raises(Forbidden):
            export.write(app, small.people[label], own)
    with pytest.raises(Forbidden):
        export.write(app, small.people["DIRP.SAL"], own, plantel="TOR")
    export.write(app, small.people["DIRP.SAL"], own, plantel="SAL")
    with pytest.raises(NotFound, match="NADA"):
        export.write(app, SYSTEM, own, plantel="NADA")
    with pytest.raises(Invalid, match="termina en el eslabón"):
        export.write(app, SYSTEM, tmp_path / "nada", first=10_000)
    (tmp_path / "archivo").write_text("")
    with pytest.raises(Invalid, match="No se puede escribir"):
        export.write(app, SYSTEM, tmp_path / "archivo" / "copia")


def test_checkpoints_of_an_export_are_those_of_the_chain(small: SmallHouse, exported: Path) -> None:
    body = json.loads((exported / "manifiesto.json").read_text("utf-8"))
    with small.app.read() as session:
        assert len(body["checkpoints"]) == len(checkpoints.stored(session)) >= 3
