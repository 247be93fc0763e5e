"""Who this process is, and whether the owner of a lease still lives.

A pid alone is reused; boot id, pid namespace and start time make it unique on a host, so a process
is killed only when it is certainly the one that took the lease.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

Life = Literal["alive", "dead", "elsewhere"]


@dataclass(frozen=True, kw_only=True)
class ProcessId:
    """A process, unambiguously: ``pid_start`` is in clock ticks since boot."""

    host: str
    boot_id: str
    pid_namespace: str
    pid: int
    pid_start: int


def host_name() -> str:
    """Return the name of this machine."""
    return socket.gethostname()


def this_process() -> ProcessId:
    """Return the identity of the calling process."""
    pid = os.getpid()
    return ProcessId(
        host=host_name(),
        boot_id=_boot_id(),
        pid_namespace=_pid_namespace(),
        pid=pid,
        pid_start=_start_of(pid) or 0,
    )


def process_of(pid: int, here: ProcessId) -> ProcessId | None:
    """Return who ``pid`` is among the processes that ``here`` sees, None if nobody lives there."""
    start = _start_of(pid)
    return None if start is None else replace(here, pid=pid, pid_start=start)


def life_of(other: ProcessId, here: ProcessId) -> Life:
    """Tell whether ``other`` lives; ``elsewhere`` if this process cannot know."""
    if not here.pid_start:
        return "elsewhere"  # without /proc nobody here can be told dead
    if (other.host, other.boot_id) == (here.host, here.boot_id):
        if other.pid_namespace != here.pid_namespace:
            return "elsewhere"
        return "alive" if _start_of(other.pid) == other.pid_start else "dead"
    # the same host after a reboot: every process of the earlier boot is gone
    return "dead" if other.host == here.host else "elsewhere"


def stands_still(other: ProcessId, here: ProcessId) -> bool:
    """Tell whether ``other`` lives on this host and was stopped (SIGSTOP), so that it does nothing.

    It may hold the database's write lock all the same.
    """
    stat = _stat_of(other.pid) if life_of(other, here) == "alive" else None
    return stat is not None and stat[0] in {"T", "t"}


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What a process does: its ``state`` (a letter of /proc) and how often it has left a CPU."""

    state: str
    name: str
    switches: int

    @property
    def stopped(self) -> bool:
        """Tell whether a signal stopped it; one that a debugger holds (``t``) was not."""
        return self.state == "T"


def activity_of(other: ProcessId, here: ProcessId) -> Activity | None:
    """Return what ``other`` does now, None unless it lives on this host.

    Two equal looks at a stopped process prove that it did nothing in between: whoever runs for an
    instant only has switched.
    """
    if life_of(other, here) != "alive":
        return None
    try:
        lines = Path(f"/proc/{other.pid}/status").read_text().splitlines()
    except OSError:
        return None
    told = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    switches = ("voluntary_ctxt_switches", "nonvoluntary_ctxt_switches")
    return Activity(
        state=told.get("State", "?")[:1],
        name=told.get("Name", "?"),
        switches=sum(int(told.get(name, 0)) for name in switches),
    )


def kill(other: ProcessId, here: ProcessId, *, patience: float = 5.0) -> bool:
    """Kill ``other`` on this host and wait until it is gone; True once it certainly is.

    Never this process itself.
    """
    life = life_of(other, here)
    if life != "alive" or other.pid == here.pid:
        return life == "dead"
    try:
        handle = os.pidfd_open(other.pid)
    except ProcessLookupError:
        return True
    try:
        # the handle cannot come to mean another process, so this look decides
        if life_of(other, here) == "alive":
            signal.pidfd_send_signal(handle, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return life_of(other, here) == "dead"
    finally:
        os.close(handle)
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if life_of(other, here) == "dead":
            return True
        time.sleep(0.01)
    return False


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "unknown"


def _pid_namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return "unknown"


def _start_of(pid: int) -> int | None:
    """Return the start time of ``pid``, or None if there is no such live process."""
    stat = _stat_of(pid)
    return None if stat is None or stat[0] in {"Z", "X"} else int(stat[19])


def _stat_of(pid: int) -> list[str] | None:
    """Return what /proc says of ``pid`` after its name: its state first."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
