"""A process that keeps every writer out of a SQLite file, stopped or merely slow."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
held.execute("COMMIT")
"""

Hold = Callable[..., subprocess.Popen[bytes]]


@contextmanager
def holding() -> Iterator[Hold]:
    """Yield what starts a process in a write transaction on ``path``; all end with the block."""
    started: list[subprocess.Popen[bytes]] = []

    def start(path: Path, *, stopped: bool) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-S", "-c", HOLD, str(path)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        if stopped:
            stop(child)
        return child

    try:
        yield start
    finally:
        for child in started:
            child.kill()
            child.communicate()


def stop(child: subprocess.Popen[bytes]) -> None:
    """Stop ``child`` and wait until it is."""
    child.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)


def let_go(child: subprocess.Popen[bytes]) -> None:
    """Tell ``child`` to end its transaction and itself."""
    assert child.stdin is not None
    child.stdin.write(b"\n")
    child.stdin.flush()
