"""A demo of its own as a child process: free ports, a folder of its own, the people it prints."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ports import free_port

PATIENCE = 150.0
PERSON = re.compile(r"^\s+\S.*?\s(?P<email>\S+@\S+)\s+(?P<password>\S+)$")
READY = "Ctrl-C"


@dataclass(kw_only=True)
class Demo:
    """A running demo: where it answers and who may sign in; ``lines`` is what it printed."""

    url: str
    sandbox: str
    folder: Path
    process: subprocess.Popen[str]
    passwords: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def email(self, user: str) -> str:
        """Return the whole address of a demo person."""
        return next(email for email in self.passwords if email.startswith(f"{user}@"))

    def stop(self) -> int:
        """Ask it to stop as Ctrl-C does; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def logs(self) -> dict[str, str]:
        """Return what each of its processes wrote to its log."""
        return {
            path.name: path.read_text(errors="replace")
            for path in sorted((self.folder / "logs").glob("*.log"))
        }


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Run ``pregonero demo`` on ``folder`` until the block ends."""
    port, sandbox = free_port(), free_port()
    ours = {
        "PREGONERO_DATA_DIR": str(folder),
        "PREGONERO_PORT": str(port),
        "PREGONERO_SANDBOX_PORT": str(sandbox),
        "PYTHONUNBUFFERED": "1",
    }
    outside = {name: value for name, value in os.environ.items() if "PREGONERO_" not in name}
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher.cli", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**outside, **ours},
        start_new_session=True,
    )
    demo = Demo(
        url=f"http://127.0.0.1:{port}",
        sandbox=f"http://127.0.0.1:{sandbox}",
        folder=folder,
        process=process,
    )
    reader = threading.Thread(target=_read, args=(demo,))
    reader.start()
    try:
        _wait_until_ready(demo)
        yield demo
    finally:
        try:
            demo.stop()
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        reader.join(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


def _read(demo: Demo) -> None:
    assert demo.process.stdout is not None
    for line in demo.process.stdout:
        found = PERSON.match(line.rstrip())
        if found:
            demo.passwords[found["email"]] = found["password"]
        demo.lines.append(line.rstrip())


def _wait_until_ready(demo: Demo) -> None:
    end = time.monotonic() + PATIENCE
    while not any(line.startswith(READY) for line in demo.lines):
        ended = demo.process.poll() is not None
        if ended or time.monotonic() > end:
            tails = [f"{name}: …{text[-800:]}" for name, text in demo.logs().items() if text]
            said = "\n".join([*demo.lines, *tails])
            what = "ended by itself" if ended else f"was not ready in {PATIENCE:.0f} s"
            raise AssertionError(f"the demo {what}:\n{said}")
        time.sleep(0.1)
