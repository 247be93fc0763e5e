"""The bare loop: claim a batch, POST in threads, record. No check, no attempt, no audit.

It is the limit that the engine is measured against. One writer records whatever has come back in
one transaction; SQLite runs with ``synchronous=FULL``, as the product does.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from queue import Empty, Queue, SimpleQueue
from typing import Any

from benchmarks.call import publish

BATCH = 200
TABLE = "CREATE TABLE publication (id {key}, due float8, state int, text text, receipt text)"
INDEX = "CREATE INDEX publication_due ON publication (state, due)"


def connect(url: str) -> Any:
    """Open ``url`` (a SQLite path, or a libpq string) in autocommit."""
    if url.startswith("postgresql://"):
        import psycopg

        return psycopg.connect(url, autocommit=True)
    connection = sqlite3.connect(url, timeout=60, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def fill(url: str, texts: list[str], due: float) -> None:
    """Make the table with one row a text, all due at ``due``."""
    connection = connect(url)
    postgres = url.startswith("postgresql://")
    connection.execute(
        TABLE.format(key="serial PRIMARY KEY" if postgres else "INTEGER PRIMARY KEY")
    )
    connection.execute(INDEX)
    connection.execute("BEGIN")
    insert = "INSERT INTO publication (due, state, text) VALUES (?, 0, ?)"
    connection.cursor().executemany(_style(insert, postgres), [(due, text) for text in texts])
    connection.execute("COMMIT")
    connection.close()


def count_done(connection: Any) -> int:
    """Return how many publications have their receipt."""
    found = connection.execute(
        "SELECT count(*) FROM publication WHERE state = 2 AND receipt IS NOT NULL"
    ).fetchone()
    return int(found[0])


def drain(url: str, address: str, threads: int, due: float) -> None:
    """Publish everything that is due at ``due``; return when all of it is recorded."""
    postgres = url.startswith("postgresql://")
    todo: Queue[tuple[int, str] | None] = Queue(maxsize=BATCH)
    done: SimpleQueue[tuple[str, int] | None] = SimpleQueue()
    lock = threading.Lock()

    def send() -> None:
        while (row := todo.get()) is not None:
            done.put((publish(address, row[1]), row[0]))

    def record() -> None:
        own = connect(url)
        update = _style("UPDATE publication SET state = 2, receipt = ? WHERE id = ?", postgres)
        going = True
        while going:
            rows, going = _gather(done)
            if rows:
                with lock:
                    own.execute("BEGIN")
                    own.cursor().executemany(update, rows)
                    own.execute("COMMIT")

    senders = [threading.Thread(target=send) for _ in range(threads)]
    recorder = threading.Thread(target=record)
    for thread in (*senders, recorder):
        thread.start()
    connection = connect(url)
    claim = _style(
        "UPDATE publication SET state = 1 WHERE id IN (SELECT id FROM publication"
        f" WHERE state = 0 AND due <= ? ORDER BY due LIMIT {BATCH}"
        f"{' FOR UPDATE SKIP LOCKED' if postgres else ''}) RETURNING id, text",
        postgres,
    )
    time.sleep(max(0.0, due - time.time()))
    while True:
        with lock:
            rows = connection.execute(claim, (time.time(),)).fetchall()
        if not rows:
            break
        for row in rows:
            todo.put(row)
    for _ in senders:
        todo.put(None)
    for thread in senders:
        thread.join()
    done.put(None)
    recorder.join()


def _gather(done: SimpleQueue[tuple[str, int] | None]) -> tuple[list[tuple[str, int]], bool]:
    """Wait for one result and take what else is there; False when nothing more will come."""
    rows = []
    item = done.get()
    while item is not None:
        rows.append(item)
        if len(rows) == BATCH:
            return rows, True
        try:
            item = done.get_nowait()
        except Empty:
            return rows, True
    return rows, False


def _style(statement: str, postgres: bool) -> str:
    return statement.replace("?", "%s") if postgres else statement


def main(url: str, address: str, threads: str) -> None:
    """Say that we are ready, read the due instant, drain, and wait to be let go."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    due = sys.stdin.readline()
    if due:
        drain(url, address, int(threads), float(due))
        sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
