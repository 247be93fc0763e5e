"""A worker and its sender process that are both real, and the story of one that outlives the other.

The engine is the story's; its worker's life is that of a process beside, which recovery kills. The
story holds the line to the sender process all the while, so that only its bond to the worker can
end it: one that stands still hears of nothing anyhow.
"""

from __future__ import annotations

import os
import signal
import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import inf
from multiprocessing.connection import Connection
from typing import NoReturn
from unittest.mock import patch

from connectors.contract import Connector, Staged
from connectors.endpoints import Endpoints
from publisher import lifeline
from publisher.delivery.engine import Engine
from publisher.delivery.process import process_of, this_process
from publisher.delivery.senders import child, wire
from publisher.delivery.senders.child import Forked
from publisher.delivery.senders.outpost import Outpost
from publisher.delivery.senders.wire import Answer, Hello
from tests.faultlab.stories import Scene, others_take_over
from tests.publisher.delivery.senders.processes import PATIENCE, Process


@dataclass(frozen=True, kw_only=True)
class Family:
    """A worker's pid, its sender process, and the worker's end of the line between them."""

    worker: int
    sender: Process
    line: Connection

    def hire(self, scene: Scene) -> tuple[Engine, str]:
        """Return the worker's engine and its row's id."""
        found = process_of(self.worker, this_process())
        assert found is not None
        owner = scene.desk.hire(pid=found.pid, pid_start=found.pid_start)
        outpost = Outpost(Forked(pid=self.sender.pid, connection=self.line))
        outpost.open(Hello(senders=1, endpoints=Endpoints(), connectors=(), log_level="CRITICAL"))
        return Engine(scene.desk.app, owner=owner, outpost=outpost), owner

    def await_standstill(self) -> None:
        """Wait until the sender process is between its last check and its send."""
        while self.sender.state() != "T":
            assert not self.sender.has_ended(within=0.002)

    def wake(self) -> list[Answer]:
        """Let the sender process go on, if it lives, and return what it answers."""
        with suppress(ProcessLookupError):
            self.sender.signal(signal.SIGCONT)
        assert self.line.poll(PATIENCE)
        try:
            answers: list[Answer] = wire.hear(self.line)
        except (EOFError, OSError):
            return []
        return answers


@contextmanager
def family(scene: Scene) -> Iterator[Family]:
    """Fork a worker that only lives, with a sender process whose networks are the scene's."""
    ours, theirs = socket.socketpair()
    story = os.getpid()
    worker = os.fork()
    if worker == 0:
        _live(scene, story, theirs)
    theirs.close()
    try:
        with ours:
            said, (line,), *_ = socket.recv_fds(ours, 32, 1)
        sender = Process(int(said))
        try:
            with Connection(line) as connection:
                yield Family(worker=worker, sender=sender, line=connection)
        finally:
            sender.forget()
    finally:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


def _live(scene: Scene, story: int, told: socket.socket) -> NoReturn:
    def stand_still() -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    def load(key: str, _endpoints: Endpoints) -> Connector:
        scene.sea.meanwhile = stand_still
        return scene.sea(key)

    try:
        lifeline.bind(story, signal.SIGKILL)
        # in a scene the time is the story's
        with patch.object(child, "_utc_now", scene.desk.app.clock):
            forked = child.fork(load)
        if forked is not None:
            socket.send_fds(told, [str(forked.pid).encode()], [forked.connection.fileno()])
            signal.pause()
    except BaseException:  # noqa: BLE001 - the end of a process: told where the story is
        traceback.print_exc()
    finally:
        os._exit(70)


def its_worker_is_killed_while_its_sender_process_stands_still(scene: Scene) -> None:
    scene.desk.due("facebook")
    with family(scene) as both:
        engine, owner = both.hire(scene)
        engine.turn()
        both.await_standstill()
        scene.desk.age(owner)
        others_take_over(scene)
        # what it published, it published in its own memory
        for answer in both.wake():
            job = engine._memory.open[answer.id]
            ship = scene.sea(job.connector)
            ship.publish(job.credential, job.part, Staged(handle={}), deadline=inf)
