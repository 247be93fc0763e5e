"""Who keeps writers out of a SQLite file? ``python walk_lock.py FILE`` prints the pid, or nothing.

Always a process of its own. POSIX locks belong to a process and a file: the first descriptor of the
file that a process closes lets go of all that SQLite holds there. This one holds none. It imports
nothing but the standard library, so that it takes milliseconds.

The bytes are those of SQLite's documented file formats (WAL-index locks; the locking page).
A pid of 0 is a process of another pid namespace.
"""

from __future__ import annotations

import fcntl
import os
import struct
import sys

FLOCK = struct.Struct("hhqqi4x")
"""``struct flock`` of 64-bit Linux: type, whence, start, length, pid."""

LOCKS = (
    ("-shm", 120, 1),  # the writer's
    ("-shm", 122, 1),  # whoever rebuilds the index after a crash
    ("-shm", 128, 1),  # the first to open it
    ("", 0x4000_0000, 512),  # the last to close it, and a writer outside WAL
)


def find(database: str) -> int | None:
    """Return the pid that holds an exclusive lock on ``database``, None if nobody does."""
    for suffix, start, length in LOCKS:
        try:
            handle = os.open(os.path.realpath(database) + suffix, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            # asked as a reader, because every open connection shares a lock with readers
            asked = FLOCK.pack(fcntl.F_RDLCK, os.SEEK_SET, start, length, 0)
            kind, _, _, _, pid = FLOCK.unpack(fcntl.fcntl(handle, fcntl.F_GETLK, asked))
        finally:
            os.close(handle)
        if kind != fcntl.F_UNLCK:
            return int(pid)
    return None


if __name__ == "__main__":
    found = find(sys.argv[1])
    sys.stdout.write("" if found is None else str(found))
