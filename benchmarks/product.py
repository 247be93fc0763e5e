"""The product's own processes as a person would start them: a worker, and its sandbox."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from publisher.demo.setup import SANDBOX_FILE

PATIENCE = 60.0


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[tuple[int, datetime]]:
    """Run a worker as a person would; yields its pid and when it was started."""
    spawned = datetime.now(UTC)
    with _process(["publisher.cli", "worker"], environment) as process:
        yield process.pid, spawned


@contextmanager
def sandbox(folder: Path, port: int, environment: dict[str, str]) -> Iterator[None]:
    """Run the sandbox on ``port``, with its data below ``folder``; yields once it answers."""
    data = str(folder / SANDBOX_FILE)
    arguments = ["connectors.sandbox", "--port", str(port), "--data", data]
    with _process(arguments, environment):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
            else:
                break
        yield


@contextmanager
def _process(
    arguments: Sequence[str], environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def environment(folder: Path, url: str, profile: str) -> dict[str, str]:
    """Return this process's environment with the settings of an installation of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREGONERO_")}
    return kept | {
        "PREGONERO_DATA_DIR": str(folder),
        "PREGONERO_DATABASE_URL": url,
        "PREGONERO_PROFILE": profile,
    }


def free_port() -> int:
    """Return a port that is free, and the one above it too: the media route takes that."""
    while True:
        with ExitStack() as stack:
            low, high = (stack.enter_context(socket.socket()) for _ in range(2))
            low.bind(("127.0.0.1", 0))
            port: int = low.getsockname()[1]
            try:
                high.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
