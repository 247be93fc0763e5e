"""The sender process itself, with neither database nor key: forked before anything is opened.

It imports only what makes calls, so that most of its memory is shared with its worker.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from typing import NoReturn

import structlog

from connectors.contract import Connector, Credential
from connectors.endpoints import Endpoints
from connectors.registry import load
from publisher import lifeline
from publisher.delivery.senders import wire
from publisher.delivery.senders.call import Call, publish
from publisher.delivery.senders.core import Core
from publisher.delivery.senders.crew import Crew
from publisher.delivery.senders.wire import Answer, Hello
from publisher.logs import configure_logs
from vault import memory

log = structlog.get_logger(__name__)

Load = Callable[[str, Endpoints], Connector]

BOUND = "bound"
BIND_SECONDS = 5.0
LINGER = 0.003
"""Seconds that an answer waits for others."""


@dataclass(frozen=True, kw_only=True)
class Forked:
    """A sender process that is bound to this one and waits for its ``Hello``."""

    pid: int
    connection: Connection

    def bury(self, *, kill: bool = True) -> int:
        """Make sure that the process is gone; return its status, as ``Popen.returncode``."""
        if kill:
            os.kill(self.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def fork(load_connector: Load = load) -> Forked | None:
    """Fork the sender process; None where the system cannot bind its life to ours.

    From the main thread, which lives as long as the process, and before another thread, the
    database or the key exists.
    """
    if sys.platform != "linux":
        return None
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("the sender process would die with this thread")
    # whoever starts us may have left it ignored: the system would reap it, and its pid be another's
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    try:
        pid = os.fork()
    except OSError:
        log.exception("sender.not_forked")
        ours.close()
        theirs.close()
        return None
    if pid == 0:
        ours.close()
        _live(parent, Connection(theirs.detach()), load_connector)
    theirs.close()
    forked = Forked(pid=pid, connection=Connection(ours.detach()))
    with suppress(EOFError, OSError):
        if forked.connection.poll(BIND_SECONDS) and wire.hear(forked.connection) == BOUND:
            return forked
    log.error("sender.not_bound", pid=pid, status=forked.bury())
    return None


def _live(parent: int, connection: Connection, load_connector: Load) -> NoReturn:
    """Be the sender process until told to end, or until nobody is left to tell."""
    code = 70
    try:
        if lifeline.bind(parent, signal.SIGKILL) != "bound":
            os._exit(code)
        # whoever stops the worker may signal all its processes: it ends when the worker says so
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        memory.guard()
        wire.say(connection, BOUND)
        _serve(connection, load_connector)
        code = 0
    except BaseException:  # noqa: BLE001 - the end of a process: told in its log
        traceback.print_exc()
    finally:
        os._exit(code)


def _serve(connection: Connection, load_connector: Load) -> None:
    answers: SimpleQueue[Answer] = SimpleQueue()
    with suppress(EOFError):
        hello: Hello | None = wire.hear(connection)
        if hello is None:
            return
        configure_logs(hello.log_level)
        endpoints = hello.endpoints

        def find(key: str) -> Connector:
            return load_connector(key, endpoints)

        crew: Crew[Call] = Crew(
            lambda call: answers.put(_answer(call, find)),
            size=hello.senders,
            gather=Core().gather,
        )
        crew.start()
        threading.Thread(target=_tell, args=(connection, answers, crew), daemon=True).start()
        for key in hello.connectors:
            try:
                find(key)
            except Exception:
                # a broken SDK must not stop the others; each of its calls will say so
                log.exception("connector.unloadable", connector=key)
        gc.freeze()
        gc.enable()
        while (calls := wire.hear(connection)) is not None:
            crew.put(calls)


def _answer(call: Call, connector: Callable[[str], Connector]) -> Answer:
    changed: dict[str, str] = {}
    given = call.credential
    credential = Credential(given.external_id, given, keep=changed.update)
    result = publish(replace(call, credential=credential), connector, _utc_now)
    return Answer(id=call.id, result=result, changed=changed)


def _tell(connection: Connection, answers: SimpleQueue[Answer], crew: Crew[Call]) -> None:
    """Send answers as they come, while others are under way a few together.

    Each message wakes a thread there and one here, which take the interpreters from those at work.
    """
    while True:
        ready = [answers.get()]
        if crew.is_at_work:
            time.sleep(LINGER)
        with suppress(Empty):
            while True:
                ready.append(answers.get_nowait())
        try:
            wire.say(connection, ready)
        except OSError:
            os._exit(0)  # nobody is left to hear them


def _utc_now() -> datetime:
    return datetime.now(UTC)
