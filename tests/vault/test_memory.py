"""No core file and no look into the memory of a process that holds secrets."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vault import memory

PLANTED = "PLANTADO-en-memoria-7f3a"
HOLD = """
import sys
{guard}
kept = "".join(sys.stdin.read().split())
import os, signal
sys.stdout.reconfigure(line_buffering=True)
print("ready")
{end}
"""
DIE = "os.kill(os.getpid(), signal.SIGABRT)"
ASK = "ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)"  # PR_GET_DUMPABLE
GUARD = "from vault import memory; memory.guard()"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="core files and /proc as on Linux")


@contextmanager
def holder(folder: Path, *, guard: str, end: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has read the planted secret and then dies, or waits."""

    def unlimited() -> None:
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    with subprocess.Popen(
        [sys.executable, "-c", HOLD.format(guard=guard, end=end)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(memory.__file__).parents[1])},
        preexec_fn=unlimited,  # noqa: PLW1509 - no thread runs yet that could hold a lock
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(" ".join(PLANTED))
        process.stdin.close()
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def cores(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir() if path.name.startswith("core")]


def test_a_process_that_dies_badly_leaves_no_core_file(tmp_path: Path) -> None:
    with holder(tmp_path, guard=GUARD, end=DIE) as process:
        assert process.wait(20) == -signal.SIGABRT
    assert cores(tmp_path) == []


def test_without_the_guard_the_core_file_holds_the_secret(tmp_path: Path) -> None:
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if pattern.startswith(("|", "/")) or resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip(f"this machine gives no core file to look into ({pattern})")
    with holder(tmp_path, guard="", end=DIE) as process:
        process.wait(20)
    (core,) = cores(tmp_path)
    assert PLANTED.encode() in core


@pytest.mark.parametrize(("guard", "dumpable"), [(GUARD, 0), ("", 1)])
def test_no_other_process_of_the_same_user_may_read_its_memory(
    tmp_path: Path, guard: str, dumpable: int
) -> None:
    with holder(tmp_path, guard=guard, end=f"import ctypes; print({ASK}); signal.pause()") as it:
        assert it.stdout is not None
        assert int(it.stdout.readline()) == dumpable
        if os.geteuid() != 0:  # root may read everybody
            look = f"open('/proc/{it.pid}/mem', 'rb').close()"
            done = subprocess.run([sys.executable, "-c", look], capture_output=True, check=False)
            assert (done.returncode == 0) is bool(dumpable)
