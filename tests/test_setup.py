"""Set-up on a bare machine and clean-demo: each refusal is one clear sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("build", "runtime", "dev")
TOOLS = (
    "sh", "dirname", "cat", "cksum", "flock", "mkdir", "touch", "awk", "date", "tail", "rm", "mv",
    "sleep", "df", "find", "head", "sed", "env",
)  # fmt: skip
PREFIX = "No se pudo preparar el entorno: "

# The index is a port of this machine where nobody listens, whatever a test gets wrong.
OFFLINE = {
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "PIP_INDEX_URL": "https://127.0.0.1:9/simple",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_RETRIES": "1",
}


# This interpreter, taking itself for an old one.
OLD_PYTHON = f"""exec "{sys.executable}" -c '
import sys
sys.version_info = (3, 9, 2, "final", 0)
exec(sys.argv[1])' "$2"
"""


def _script(path: Path, body: str) -> None:
    """Write a small program; never through a link, whose target would be overwritten."""
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What set-up reads, in a folder whose name has a space and an accent."""
    folder = tmp_path / "carpeta común"
    (folder / ".ci").mkdir(parents=True)
    (folder / "requirements").mkdir()
    for name in (
        ".ci/setup", ".ci/clean-demo", "pyproject.toml", "README.md", "LICENSE",
        *(f"requirements/{lock}.lock" for lock in LOCKS),
    ):  # fmt: skip
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH with the basic tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            _script(folder / tool, f'exec "{found}" "$@"')
    return folder


def _set_up(checkout: Path, path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / ".ci" / "setup", *arguments],
        env={"PATH": str(path), "HOME": str(path.parent), "LANG": "C.UTF-8", **OFFLINE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _the_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Assert one clear sentence and status 1; return the sentence."""
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(PREFIX)
    assert line.endswith(".")
    return line.removeprefix(PREFIX)


def test_without_python_set_up_says_what_to_install(checkout: Path, bare_path: Path) -> None:
    assert "no se encontró ninguno" in _the_sentence(_set_up(checkout, bare_path))


def test_an_old_python_is_named_with_its_version(checkout: Path, bare_path: Path) -> None:
    _script(bare_path / "python3", OLD_PYTHON)
    _script(bare_path / "python3.12", "echo 'pyenv: command not found' >&2; exit 127")
    sentence = _the_sentence(_set_up(checkout, bare_path))
    assert "Python 3.11 o posterior" in sentence
    assert "3.9.2" in sentence


def test_a_python_without_venv_names_the_package(checkout: Path, bare_path: Path) -> None:
    stub = bare_path.parent / "stub"
    stub.mkdir()
    (stub / "ensurepip.py").write_text("raise ImportError('ensurepip')\n")
    _script(bare_path / "python3", f'PYTHONPATH="{stub}" exec "{sys.executable}" "$@"')
    assert "python3-venv" in _the_sentence(_set_up(checkout, bare_path))


def test_a_good_python_behind_an_old_one_is_found(checkout: Path, bare_path: Path) -> None:
    _script(bare_path / "python3", OLD_PYTHON)
    _script(bare_path / "python3.11", f'case $1 in -c) exec "{sys.executable}" "$@";; esac; exit 1')
    done = _set_up(checkout, bare_path)
    assert "python3.11)" in done.stdout


def test_a_read_only_folder_is_said(checkout: Path, bare_path: Path) -> None:
    if os.geteuid() == 0:  # permissions do not stop root: a path that cannot be a folder does
        _script(bare_path / "mkdir", 'echo "mkdir: Read-only file system" >&2; exit 1')
    else:
        checkout.chmod(0o555)
    try:
        sentence = _the_sentence(_set_up(checkout, bare_path))
    finally:
        checkout.chmod(0o755)
    assert "no se puede escribir" in sentence
    assert str(checkout) in sentence
    assert not (checkout / ".venv").exists()


def test_without_network_set_up_says_so(checkout: Path, bare_path: Path) -> None:
    _script(bare_path / "python3", f'exec "{sys.executable}" "$@"')
    done = _set_up(checkout, bare_path)
    assert "no hay conexión con el índice de paquetes" in _the_sentence(done)
    assert (checkout / ".venv" / "instalacion.log").stat().st_size > 0


def test_a_full_disk_is_said(checkout: Path, bare_path: Path) -> None:
    _script(
        bare_path / "python3",
        f'case $1 in -c) exec "{sys.executable}" "$@";; esac\n'
        'echo "OSError: [Errno 28] No space left on device"; exit 1',
    )
    assert "disco está lleno" in _the_sentence(_set_up(checkout, bare_path))


def _ready(checkout: Path, mode: str) -> None:
    """Leave what a finished set-up leaves, without installing."""
    binaries = checkout / ".venv" / "bin"
    binaries.mkdir(parents=True)
    for name in ("python", "pregonero"):
        _script(binaries / name, "exit 1")
    files = [
        "pyproject.toml",
        *(f"requirements/{name}.lock" for name in ("build", "runtime", "dev")),
    ]
    content = b"".join((checkout / name).read_bytes() for name in [*files, ".ci/setup"])
    key = subprocess.run(["cksum"], input=content, capture_output=True, check=True)
    stamp = f"{mode} {key.stdout.decode().strip()} {checkout}\n"
    (checkout / ".venv" / ".listo").write_text(stamp)


@pytest.mark.parametrize(
    ("installed", "arguments", "ready"),
    [
        ("runtime", (), True),
        ("dev", (), True),
        ("dev", ("--dev",), True),
        ("runtime", ("--dev",), False),
    ],
)
def test_a_ready_tree_is_left_alone(
    checkout: Path, bare_path: Path, installed: str, arguments: tuple[str, ...], ready: bool
) -> None:
    _ready(checkout, installed)
    before = (checkout / ".venv" / ".listo").stat().st_mtime_ns
    done = _set_up(checkout, bare_path, *arguments)
    if ready:
        assert (done.returncode, done.stdout) == (0, "El entorno ya está listo.\n")
        assert (checkout / ".venv" / ".listo").stat().st_mtime_ns == before
    else:
        assert "no se encontró ninguno" in _the_sentence(done)


def test_a_changed_lock_makes_the_tree_unready(checkout: Path, bare_path: Path) -> None:
    _ready(checkout, "dev")
    with (checkout / "requirements" / "runtime.lock").open("a") as lock:
        lock.write("\n")
    assert "no se encontró ninguno" in _the_sentence(_set_up(checkout, bare_path))


def test_a_moved_tree_is_unready(checkout: Path, bare_path: Path) -> None:
    _ready(checkout, "dev")
    moved = checkout.rename(checkout.with_name("otra"))
    assert "no se encontró ninguno" in _the_sentence(_set_up(moved, bare_path))


# --- clean-demo ----------------------------------------------------------------------------------


def _clean(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / ".ci" / "clean-demo"],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_clean_demo_removes_the_data_and_is_content_without(checkout: Path) -> None:
    (checkout / "var" / "media").mkdir(parents=True)
    assert _clean(checkout).returncode == 0
    assert not (checkout / "var").exists()
    assert _clean(checkout).returncode == 0


def test_clean_demo_never_leaves_the_project(checkout: Path, tmp_path: Path) -> None:
    outside = tmp_path / "ajena"
    outside.mkdir()
    (checkout / "var").symlink_to(outside)
    for folder in (str(outside), ".", "..", "var", ".venv/.."):
        (checkout / ".venv").mkdir(exist_ok=True)
        done = _clean(checkout, PREGONERO_DATA_DIR=folder)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), folder
    assert outside.is_dir()
    assert (checkout / "pyproject.toml").is_file()


def test_clean_demo_refuses_a_folder_with_tracked_files(checkout: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=checkout, check=True)
    subprocess.run(["git", "add", "requirements"], cwd=checkout, check=True)
    assert _clean(checkout, PREGONERO_DATA_DIR="requirements").returncode == 1
    assert (checkout / "requirements" / "runtime.lock").is_file()


def test_clean_demo_refuses_while_a_demo_holds_the_data(checkout: Path) -> None:
    (checkout / "var").mkdir()
    with (checkout / "var" / "pregonero.db").open("w"):
        done = _clean(checkout)
    assert done.returncode == 1
    assert "en marcha" in done.stderr
    assert (checkout / "var" / "pregonero.db").is_file()
