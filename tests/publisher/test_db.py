"""The two places where a transaction opens, on both engines."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from publisher import db
from publisher.db import make_engine


@pytest.fixture
def table(engine: Engine) -> str:
    with db.write(engine) as session:
        session.execute(text("CREATE TABLE prueba (id INTEGER PRIMARY KEY, n INTEGER)"))
        session.execute(text("INSERT INTO prueba VALUES (1, 0)"))
    return "prueba"


def value(engine: Engine) -> int:
    with db.read(engine) as session:
        return int(session.execute(text("SELECT n FROM prueba")).scalar_one())


def test_a_write_commits_and_an_error_takes_everything_back(engine: Engine, table: str) -> None:
    with db.write(engine) as session:
        session.execute(text("UPDATE prueba SET n = 1"))
    assert value(engine) == 1
    with pytest.raises(ZeroDivisionError), db.write(engine) as session:
        session.execute(text(f"UPDATE prueba SET n = {1 // 0}"))
    with pytest.raises(LookupError):
        fail_after_writing(engine)
    assert value(engine) == 1


def fail_after_writing(engine: Engine) -> None:
    with db.write(engine) as session:
        session.execute(text("UPDATE prueba SET n = 2"))
        raise LookupError


def test_a_write_within_a_write_is_a_mistake_of_the_program(engine: Engine, table: str) -> None:
    with (
        pytest.raises(RuntimeError, match="pass the session"),
        db.write(engine),
        db.write(engine),
    ):
        pass
    with db.write(engine) as session:  # and the flow is not left marked
        session.execute(text("UPDATE prueba SET n = 3"))
    assert value(engine) == 3


def test_a_read_within_a_write_sees_what_was_committed_and_waits_for_nothing(
    engine: Engine, table: str
) -> None:
    with db.write(engine) as session:
        session.execute(text("UPDATE prueba SET n = 4"))
        assert value(engine) == 0
    assert value(engine) == 4


def test_what_is_written_in_a_read_is_taken_back(engine: Engine, table: str) -> None:
    with db.read(engine) as session:
        session.execute(text("UPDATE prueba SET n = 5"))
    assert value(engine) == 0


def test_a_read_stays_on_one_state_while_others_write(engine: Engine, table: str) -> None:
    with db.read(engine) as session:
        first = session.execute(text("SELECT n FROM prueba")).scalar_one()
        in_a_thread(lambda: increment(engine))
        second = session.execute(text("SELECT n FROM prueba")).scalar_one()
    assert first == second == 0
    assert value(engine) == 1


def test_writers_in_line_lose_no_increment(engine: Engine, table: str) -> None:
    threads = [
        threading.Thread(target=lambda: [increment(engine) for _ in range(25)]) for _ in "12345678"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value(engine) == 200


def increment(engine: Engine) -> None:
    with db.write(engine) as session:
        lock = "" if engine.dialect.name == "sqlite" else " FOR UPDATE"
        n = session.execute(text(f"SELECT n FROM prueba{lock}")).scalar_one()
        session.execute(text("UPDATE prueba SET n = :n"), {"n": n + 1})


def in_a_thread(work: object) -> None:
    thread = threading.Thread(target=work)  # type: ignore[arg-type]
    thread.start()
    thread.join()


def test_each_flow_knows_whether_it_holds_a_transaction(engine: Engine) -> None:
    seen: list[bool] = []
    assert not db.in_transaction()
    with db.write(engine):
        assert db.in_transaction()
        with db.read(engine):
            assert db.in_transaction()
        in_a_thread(lambda: seen.append(db.in_transaction()))
        assert db.in_transaction()
    assert seen == [False]
    assert not db.in_transaction()


def test_every_sqlite_connection_is_safe_against_power_loss(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 10_000,
    }
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            for name, wanted in expected.items():
                assert connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() == wanted, name
    engine.dispose()


def test_a_sqlite_writer_takes_its_place_before_it_reads(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0)
    with (
        db.write(engine) as session,
        closing(other),
    ):
        session.execute(text("SELECT 1"))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("CREATE TABLE otra (id INTEGER)")
    engine.dispose()


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'a' / 'b' / 'c.db'}")
    with engine.connect():
        assert (tmp_path / "a" / "b" / "c.db").exists()
    engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_postgresql_speaks_utc_and_drops_forgotten_transactions(
    postgres_url: str, scheme: str
) -> None:
    engine = make_engine(postgres_url.replace("postgresql+psycopg", scheme))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW timezone").scalar_one() == "UTC"
        for name, seconds in (("lock_timeout", "30s"), ("statement_timeout", "5min")):
            assert connection.exec_driver_sql(f"SHOW {name}").scalar_one() == seconds
        found = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()
    assert found == "30s"
    engine.dispose()


def test_a_pool_s_threads_do_not_share_a_transaction(engine: Engine, table: str) -> None:
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with db.read(engine) as session:
            session.execute(text("SELECT n FROM prueba"))
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(10)
    increment(engine)
    done.set()
    thread.join()
    assert value(engine) == 1
