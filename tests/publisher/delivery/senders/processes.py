"""A process that a test may signal and wait for, also when it is not its own child."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from pathlib import Path

PATIENCE = 5.0


class Process:
    """The process ``pid``, by a descriptor: never another one that got its number later."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._descriptor = os.pidfd_open(pid)

    def signal(self, number: int) -> None:
        """Send it a signal."""
        signal.pidfd_send_signal(self._descriptor, number)

    def has_ended(self, *, within: float = 0.0) -> bool:
        """Tell whether it has ended, reaped or not; wait up to ``within`` seconds for that."""
        return bool(select.select([self._descriptor], [], [], within)[0])

    def stop(self) -> None:
        """Let it stand still, and wait until it does."""
        self.signal(signal.SIGSTOP)
        while self.state() != "T":
            assert not self.has_ended(within=0.002)

    def state(self) -> str:
        """Return the letter of its state, as ps shows it."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def forget(self) -> None:
        """Make sure that nothing of it is left."""
        with suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        assert self.has_ended(within=PATIENCE)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self.close()

    def close(self) -> None:
        """Let it be; somebody else sees to its end."""
        os.close(self._descriptor)


def exists(pid: int) -> bool:
    """Tell whether ``pid`` is a process, be it a dead one that nobody has reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
