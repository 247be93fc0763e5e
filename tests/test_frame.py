"""The frame: the locks, the Makefile's promises, and what no file may name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("build", "dev", "runtime")
TARGETS = (
    "setup", "demo", "test", "check", "browser", "faultlab", "upgrade", "bench",
    "clean-demo", "help",
)  # fmt: skip


def _pins(lock: str) -> dict[str, list[Requirement]]:
    """Return the pinned requirements of a lock by canonical name (one per marker)."""
    pins: dict[str, list[Requirement]] = {}
    text = (ROOT / "requirements" / f"{lock}.lock").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        requirement = Requirement(line.split(" --hash=")[0].strip())
        pins.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return pins


def _pyproject() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def _version(requirement: Requirement) -> Version:
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return Version(specifier.version)


@pytest.mark.parametrize("lock", LOCKS)
def test_each_locked_package_is_pinned_with_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    assert not re.search(r"://|@ |--index|--find-links|--extra|file:|^-|^/", text, re.MULTILINE)
    for entry in text.replace("\\\n", " ").splitlines():
        assert re.search(r"^\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


@pytest.mark.parametrize(
    ("lock", "table"), [("runtime", "dependencies"), ("dev", "dependencies"), ("dev", "dev")]
)
def test_every_declared_dependency_is_locked_within_its_bounds(lock: str, table: str) -> None:
    document = _pyproject()
    source = document["project"] if table == "dependencies" else document["dependency-groups"]
    assert isinstance(source, dict)
    pins = _pins(lock)
    for declared in map(Requirement, source[table]):
        found = pins.get(canonicalize_name(declared.name))
        assert found, f"{declared.name} is not in {lock}.lock: make lock"
        for pin in found:
            assert declared.specifier.contains(_version(pin), prereleases=True), str(pin)


def test_the_build_backend_is_locked_too() -> None:
    pins = _pins("build")
    system = _pyproject()["build-system"]
    assert isinstance(system, dict)
    for declared in map(Requirement, system["requires"]):
        (pin,) = pins[canonicalize_name(declared.name)]
        assert declared.specifier.contains(_version(pin))
    assert {"editables", "uv"} <= pins.keys()


def test_a_package_in_two_locks_has_one_version() -> None:
    seen: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, pins in _pins(lock).items():
            for pin in pins:
                seen.setdefault(f"{name} ; {pin.marker}", set()).add(str(_version(pin)))
    assert {name: versions for name, versions in seen.items() if len(versions) > 1} == {}


def test_help_lists_each_promised_target() -> None:
    # Inside make test, make would take itself for a recursive call and say more.
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    done = subprocess.run(
        ["make"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    listed = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()[2:]}
    for target in TARGETS:
        assert listed.get(target), f"make help does not explain {target}"


@pytest.mark.parametrize("module", ["benchmarks.pages"])
def test_a_command_still_to_come_says_so_and_exits_with_two(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--json"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_no_tracked_file_names_a_machine_or_an_index() -> None:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    # Written in pieces, so that this file does not name them either.
    roots = "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me"))
    hosts = "|".join(
        ("pypi" + r"\.org", "pythonhosted" + r"\.org", "opt/" + "pypi", "opt/" + "wheels")
    )
    forbidden = re.compile(rf"(?<![\w.~-])/(?:{roots})/|{hosts}")
    guilty = []
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        guilty += [f"{name}: {found.group()}" for found in forbidden.finditer(text)]
    assert guilty == []
