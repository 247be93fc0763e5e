"""Children of a measurement, and what they used: read from outside, so that nothing inside pays."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

READY_SECONDS = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


class ChildFailed(RuntimeError):
    """A child ended, or did not get ready; the message is what it said."""


class Child:
    """``python -m benchmarks.MODULE``; its first line tells that it is ready."""

    def __init__(self, module: str, *arguments: str, log: Path) -> None:
        self._log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", f"benchmarks.{module}", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def first_line(self) -> str:
        """Wait for the first line. Raises ``ChildFailed`` if the child ends without one."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise ChildFailed(self._log.read_text(errors="replace")[-4000:])
        return line.strip()

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def end(self, *, patience: float = 20.0) -> int:
        """Ask the child to end (SIGTERM); return its status."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()


@contextmanager
def child(module: str, *arguments: str, log: Path) -> Iterator[Child]:
    """Yield a child that is gone afterwards."""
    one = Child(module, *arguments, log=log)
    try:
        yield one
    finally:
        one.end()


def cpu_seconds(pid: int, *, ended: bool = False) -> float:
    """Return the CPU seconds of a process; ``ended`` adds those of its children that ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11 : 15 if ended else 13])) / _TICKS


def peak_mb(pid: int) -> float:
    """Return the largest resident memory of a process so far, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def pss_mb(pid: int) -> float:
    """Return the memory of a process in MB; pages that it shares count by their share."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def children(pid: int) -> list[int]:
    """Return the living children of a process."""
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def of_family(measure: Callable[[int], float], pid: int) -> float:
    """Return what ``measure`` gives of a process and of its living children."""
    return measure(pid) + sum(measure(child) for child in children(pid))


def machine() -> dict[str, object]:
    """Return what a reader must know before comparing figures."""
    return {
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load": load(),
    }


def load() -> float:
    """Return the load average of the last minute."""
    return round(os.getloadavg()[0], 2)
