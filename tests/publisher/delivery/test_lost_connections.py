"""PostgreSQL ends a session when it likes: nothing is handed over, and all goes on by itself."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import SessionTransaction

from publisher.db import make_engine
from publisher.delivery import wakeup
from tests.publisher.delivery.desk import Desk

pytestmark = pytest.mark.postgres

END = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def database_url(postgres_url: str) -> str:
    return postgres_url


def end_sessions(desk: Desk, where: str = "") -> int:
    """End every other session of this database, as a restart or a failing network would."""
    address = desk.app.engine.url.set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
        return len(connection.execute(END + where).fetchall())


def test_a_session_that_ends_before_the_commit_hands_nothing_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = desk.due()
    engine = desk.engine()
    plain = SessionTransaction.commit

    def commit(self: SessionTransaction, *args: Any, **named: Any) -> None:
        assert end_sessions(desk) > 0
        plain(self, *args, **named)

    monkeypatch.setattr(SessionTransaction, "commit", commit)
    with pytest.raises(OperationalError):
        engine.turn()
    monkeypatch.undo()
    assert not engine.perform()
    assert desk.networks.called("publish") == []
    assert desk.state(ids[0]) == "scheduled"
    desk.run(engine)
    assert desk.state(ids[0]) == "published"
    assert len(desk.networks.posts) == 1


def test_sessions_that_end_between_two_turns_are_not_even_noticed(desk: Desk) -> None:
    ids = desk.due()
    engine = desk.engine()
    assert engine.turn()
    assert end_sessions(desk) > 0
    assert engine.perform()
    assert end_sessions(desk) == 0
    desk.run(engine)
    assert desk.state(ids[0]) == "published"
    assert len(desk.attempts(ids[0])) == len(desk.networks.posts) == 1


def test_an_engine_in_threads_goes_on_after_every_session_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.delivery.engine.FAILED_NAP", 0.05)
    engine = desk.engine()
    engine.start()
    ended = threading.Event()
    plain = SessionTransaction.commit

    def commit(self: SessionTransaction, *args: Any, **named: Any) -> None:
        if threading.current_thread().name == "pregonero-turn" and not ended.is_set():
            end_sessions(desk)
            ended.set()
        plain(self, *args, **named)

    monkeypatch.setattr(SessionTransaction, "commit", commit)
    engine.wake()
    assert ended.wait(10)
    monkeypatch.undo()
    (delivery,) = desk.due()
    engine.wake()
    finish = time.monotonic() + 10
    while desk.state(delivery) != "published" and time.monotonic() < finish:
        time.sleep(0.02)
    assert engine.stop(grace=5)
    assert desk.state(delivery) == "published"
    assert len(desk.networks.posts) == 1


def test_a_listener_whose_session_ends_listens_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wakeup, "RECONNECT_EVERY", 0.05)
    engine = make_engine(desk.app.engine.url.render_as_string(hide_password=False))
    woken, stopping = threading.Event(), threading.Event()
    thread = wakeup.watch(engine, woken.set, stopping)
    assert woken.wait(5)
    woken.clear()
    assert end_sessions(desk, " AND query LIKE 'LISTEN%'") == 1
    # by itself, once it listens again: what was said meanwhile may have been missed
    assert woken.wait(5)
    woken.clear()
    desk.approve()
    assert woken.wait(2)
    stopping.set()
    thread.join(5)
    assert not thread.is_alive()
    engine.dispose()
