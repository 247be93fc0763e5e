"""A small supervisor: child processes started by module name, and stopped together.

A child dies with its parent, however the parent dies (``lifeline``), so a killed demo leaves no
process behind that would still publish.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from publisher import lifeline
from publisher.errors import Unready
from publisher.texts import demo as texts


@dataclass(frozen=True, kw_only=True)
class Child:
    """A process to run: ``python -m module *arguments``, with its output in ``log``."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    port: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Runs children and stops them in the reverse order of their start."""

    def __init__(self, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._running: list[tuple[Child, subprocess.Popen[bytes]]] = []

    def start(self, child: Child, *, patience: float = 20.0) -> None:
        """Start ``child`` and wait until its port answers.

        Raises ``Unready`` with a Spanish sentence when the port is taken or the child ends early.
        """
        if child.port is not None:
            require_free(child.port, child.name)
        self._log_dir.mkdir(parents=True, exist_ok=True)
        log = self._log_dir / f"{child.name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - our own modules, no shell
                [sys.executable, "-m", child.module, *child.arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **child.environment},
                preexec_fn=partial(_die_with, os.getpid()),  # noqa: PLW1509 - two system calls
                start_new_session=True,
            )
        self._running.append((child, process))
        if child.port is not None:
            self._wait_for(child, process, log, patience)

    def check_alive(self) -> None:
        """Raise ``Unready`` when a child ended by itself, with the log that says why."""
        for child, process in self._running:
            if process.poll() is not None:
                log = self._log_dir / f"{child.name}.log"
                raise Unready(texts.CHILD_ENDED.format(name=child.name, log=log))

    def watch(self) -> None:
        """Return never; raise ``Unready`` once a child ended by itself."""
        while True:
            self.check_alive()
            time.sleep(0.5)

    def stop(self, name: str = "", *, grace: float = 20.0) -> None:
        """Stop the child ``name``, or every one, gently and newest first.

        What does not end within ``grace`` seconds is killed, and so is everything at once when
        the wait itself is interrupted.
        """
        chosen = [pair for pair in self._running if name in {"", pair[0].name}]
        try:
            for _, process in reversed(chosen):
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=grace)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        finally:
            for pair in chosen:
                if pair[1].poll() is None:
                    pair[1].kill()
                    pair[1].wait()
                self._running.remove(pair)

    def _wait_for(
        self, child: Child, process: subprocess.Popen[bytes], log: Path, patience: float
    ) -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if process.poll() is not None:
                break
            if child.port is not None and answers(child.port):
                return
            time.sleep(0.05)
        raise Unready(texts.CHILD_FAILED.format(name=child.name, log=log))


def answers(port: int) -> bool:
    """Tell whether something listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def require_free(port: int, name: str) -> None:
    """Raise ``Unready`` with the sentence for whoever starts ``name`` on a port in use."""
    if answers(port):
        raise Unready(texts.PORT_BUSY.format(port=port, name=name))


def _die_with(parent: int) -> None:
    if lifeline.bind(parent, signal.SIGTERM) == "orphaned":
        os._exit(1)
