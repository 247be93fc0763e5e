"""The threads of one interpreter on one core: handing its lock over then wakes no other core.

Only one of them runs at a time anyway; woken across cores, each short call costs up to half more.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from contextlib import suppress


class Core:
    """Keeps this process's threads on the core where it runs, and lets them go again.

    Linux; anywhere else threads stay where the system puts them.
    """

    def __init__(self) -> None:
        self._all = os.sched_getaffinity(0) if sys.platform == "linux" else set()

    def gather(self, together: bool) -> None:
        """Put all threads on the core of the calling one, or let them run anywhere again."""
        if sys.platform != "linux":
            return
        cores = {ctypes.CDLL(None).sched_getcpu()} if together else self._all
        for thread in threading.enumerate():
            # a thread may just have ended; the core may just have been taken from this process
            with suppress(OSError):
                os.sched_setaffinity(thread.native_id or 0, cores)
