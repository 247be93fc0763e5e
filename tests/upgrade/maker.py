"""Make the previous release's populated databases, by running that release.

A demo of seven planteles: posts published, some held and some in doubt because the sandbox failed
on purpose, some waiting for tomorrow; secrets, audit chain and pictures. Kept as compressed SQL of
each database with the key that opens it: invented secrets of an invented institution.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from tests.support import postgres
from tests.upgrade.release import PREVIOUS, Installation, check_out, free_ports

DATA = Path(__file__).parents[1] / "data" / "upgrade"
PLANTELES = 6
COUNTED = "SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state"
PATIENCE = 60.0


def make(revision: str = PREVIOUS) -> list[Path]:
    """Write both databases and what belongs to them; return the files."""
    DATA.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory() as folder:
        code = check_out(Path(folder) / "code", revision, planteles=PLANTELES)
        made.append(_keep(*_on_sqlite(code, Path(folder) / "sqlite"), "sqlite", revision))
        server = postgres.start()
        try:
            kept = _on_postgres(code, Path(folder) / "postgres", server)
        finally:
            server.stop()
        made.append(_keep(*kept, "postgres", revision))
    return made


def _on_sqlite(code: Path, folder: Path) -> tuple[str, dict[str, Any]]:
    path = folder / "pregonero.db"
    _populate(code, Installation(folder, f"sqlite:///{path}", free_ports()))
    with closing(sqlite3.connect(path)) as connection:
        script = "\n".join(connection.iterdump())
        states = dict(connection.execute(COUNTED))
    return script, {"states": states, "kek": _key(folder)}


def _on_postgres(
    code: Path, folder: Path, server: postgres.PostgresServer
) -> tuple[str, dict[str, Any]]:
    url = server.url(server.create_database())
    _populate(code, Installation(folder, url, free_ports()))
    name = make_url(url).database or ""
    done = subprocess.run(
        [
            postgres._installed() / "pg_dump",
            f"--dbname=postgresql:///{name}?host={server.folder}&user=postgres",
            "--no-owner",
            "--no-privileges",
            "--inserts",
            "--rows-per-insert=500",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    # what only psql understands
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("\\", "--"))]
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        states = dict(connection.execute(COUNTED).fetchall())
    return "\n".join(lines), {"states": states, "kek": _key(folder)}


def _populate(code: Path, place: Installation) -> None:
    """Publish some posts, fail on some on purpose, leave some for tomorrow."""
    place.folder.mkdir()
    place.run(code, "demo", "--headless", "--posts", "8", "--seed", "3")
    place.run(
        code, "demo", "--headless", "--prepare-only", "--posts", "4", "--seed", "5", "--due-in", "8"
    )
    processes = [place.start(code, "sandbox", "--port", str(place.port))]
    try:
        _order_faults(place)
        processes.append(place.start(code, "worker"))
        time.sleep(45)  # the lab's profile gives up a doubt after 18 s
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(30)
    place.run(
        code,
        *("demo", "--headless", "--prepare-only", "--posts", "6", "--seed", "9"),
        *("--due-in", "86000"),
    )


def _order_faults(place: Installation) -> None:
    faults = [
        {"network": "x", "route": "publish", "fault": "revoke", "count": 1},
        {"network": "facebook", "route": "publish", "fault": "accept-then-drop", "count": 2},
        {"network": "facebook", "route": "list", "fault": "500", "probability": 1.0},
    ]
    end = time.monotonic() + PATIENCE
    while True:
        try:
            place.sandbox("/_sandbox/faults", method="PUT", body={"faults": faults})
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _key(folder: Path) -> Any:
    return json.loads((folder / "kek.key").read_text("utf-8"))


def _keep(script: str, facts: dict[str, Any], kind: str, revision: str) -> Path:
    path = DATA / f"{kind}.sql.xz"
    path.write_bytes(lzma.compress(script.encode(), preset=9))
    body = json.dumps({"release": revision, **facts}, indent=1, ensure_ascii=False)
    path.with_name(f"{kind}.json").write_text(body + "\n", "utf-8")
    return path
