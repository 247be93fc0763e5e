"""Processes in milliseconds: forked from one that has imported everything and opened nothing.

The nursery itself is a fork made before any database, thread or socket exists, so that what it
forks inherits none. It reaps its children and tells how each ended. Whatever it started dies with
it, and it dies with the laboratory.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import pickle
import select
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher import lifeline

TELL = signal.SIGUSR1
"""The signal at which a process of the nursery writes where each of its threads stands."""

REAP_EVERY = 0.01
_LENGTH = struct.Struct("!I")


@dataclass
class Child:
    """A process of the nursery; ``status`` is as ``Popen.returncode``, None while it lives."""

    pid: int
    nursery: Nursery
    status: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, None while it lives."""
        self.nursery.listen(0)
        return self.status

    def wait(self, seconds: float) -> int | None:
        """Wait for its end at most ``seconds``."""
        end = time.monotonic() + seconds
        while self.status is None and (left := end - time.monotonic()) > 0:
            self.nursery.listen(left)
        return self.status

    def send(self, number: int) -> None:
        """Send a signal; nothing happens if it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wake(self) -> None:
        """Let it and its children go on after a SIGSTOP, the children first."""
        for pid in children(self.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        """Kill -9 and wait until it is gone."""
        self.send(signal.SIGKILL)
        self.wait(10)


class Nursery:
    """The process that forks; one a laboratory, made before anything else."""

    def __init__(self, log: Path) -> None:
        self._socket, theirs = socket.socketpair()
        self._children: dict[int, Child] = {}
        lab = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            self._socket.close()
            _serve(lab, theirs, log)
            os._exit(0)
        theirs.close()

    def start(self, call: Callable[[], object]) -> Child:
        """Run ``call`` (picklable) in a new process; its integer result is the exit status."""
        _send(self._socket, pickle.dumps(call))
        while True:
            kind, pid, _ = told = _receive(self._socket)
            if kind == "born":
                child = self._children[pid] = Child(pid, self)
                return child
            self._heard(told)

    def listen(self, seconds: float) -> None:
        """Take in what the nursery tells of ended children, waiting ``seconds`` for the first."""
        wait = max(0.0, seconds)
        while select.select([self._socket], [], [], wait)[0]:
            self._heard(_receive(self._socket))
            wait = 0.0

    def alive(self, children: Iterable[Child]) -> bool:
        """Tell whether all of ``children`` still live."""
        return all(child.poll() is None for child in children)

    def close(self) -> None:
        """Kill every child that lives, then the nursery."""
        for child in list(self._children.values()):
            child.kill()
        self._socket.close()
        os.waitpid(self._pid, 0)

    def _heard(self, told: tuple[str, int, int]) -> None:
        _, pid, status = told
        child = self._children.pop(pid, None)
        if child is not None:
            child.status = status


def _serve(lab: int, commands: socket.socket, log: Path) -> None:
    die_with(lab)
    nursery = os.getpid()
    gc.freeze()
    while True:
        if select.select([commands], [], [], REAP_EVERY)[0]:
            try:
                call = pickle.loads(_receive_bytes(commands))
            except EOFError:
                return
            pid = os.fork()
            if pid == 0:
                commands.close()
                _live(nursery, call, log)
            _send(commands, pickle.dumps(("born", pid, 0)))
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                code = os.waitstatus_to_exitcode(status)
                _send(commands, pickle.dumps(("gone", pid, code)))


def _live(parent: int, call: Callable[[], Any], log: Path) -> None:
    code = 70
    try:
        die_with(parent)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        # one that does not end when asked to can be asked where it stands
        faulthandler.register(TELL, all_threads=True)
        code = int(call() or 0)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:  # noqa: BLE001 - the end of a process: told in its log
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def children(pid: int) -> list[int]:
    """Return the pids of the processes whose parent is ``pid``.

    By a look at every process: not every kernel lists a process's children.
    """
    everybody = (int(folder.name) for folder in Path("/proc").glob("[0-9]*"))
    return [other for other in everybody if parent_of(other) == pid]


def parent_of(pid: int) -> int | None:
    """Return the parent of a process, None if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # the name, in parentheses, may hold anything; state and parent follow it
    return int(stat.rpartition(")")[2].split()[1])


def die_with(parent: int) -> None:
    """Bind this process's life to its parent's: a lab that is killed leaves nobody at work."""
    if lifeline.bind(parent, signal.SIGKILL) == "orphaned":
        os._exit(1)


def _send(channel: socket.socket, body: bytes) -> None:
    channel.sendall(_LENGTH.pack(len(body)) + body)


def _receive(channel: socket.socket) -> tuple[str, int, int]:
    told: tuple[str, int, int] = pickle.loads(_receive_bytes(channel))
    return told


def _receive_bytes(channel: socket.socket) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size))
    return _exactly(channel, length)


def _exactly(channel: socket.socket, length: int) -> bytes:
    parts = b""
    while len(parts) < length:
        part = channel.recv(length - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts
