"""Where tests write: memory if the machine has such a folder, else its temporary one.

A test proves what survives the death of a process, not of the machine, so a sync to a disk would
only cost time: five milliseconds each where this was measured, in thousands of small databases.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
NEEDED = 2 * 1024**3


def folder() -> Path:
    """Return a folder with a short name that may be written.

    A socket's path has room for 107 bytes only, which some TMPDIR exceeds.
    """
    if os.access(SHARED_MEMORY, os.W_OK) and shutil.disk_usage(SHARED_MEMORY).free > NEEDED:
        return SHARED_MEMORY
    short = Path("/tmp")
    return short if short.is_dir() else Path(tempfile.gettempdir())
