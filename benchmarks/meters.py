"""What processes cost, read from /proc: CPU seconds, memory, the machine's load."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1024


def tree(pid: int) -> list[int]:
    """Return ``pid`` and all processes below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += tree(int(child))
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU seconds that processes have used, with those of children that ended."""
    return sum(_cpu_of(pid) for pid in pids)


def pss_mb(pids: Iterable[int]) -> float:
    """Return the proportional memory of processes, in MB: shared pages count once in all."""
    return sum(_pss_of(pid) for pid in pids) / MEGABYTE


def machine() -> dict[str, object]:
    """Return what a reader must know to compare: cores, processor, Python, the load now."""
    model = ""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load": [round(value, 2) for value in os.getloadavg()],
    }


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(value) for value in fields[11:15]) / TICKS


def _pss_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
