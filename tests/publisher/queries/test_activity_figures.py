"""After a whole run, the figures of Actividad are what the networks show, account by account."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.sandbox.testing import running_sandbox
from publisher import people
from publisher.app import Actor, App, open_app
from publisher.models import Account, Person
from publisher.queries import activity
from publisher.settings import Settings

POSTS = 12


def two_ports() -> int:
    """A free port whose next one is free too: the worker's media route listens there."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of a demo that ran headless to its end."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PREGONERO_")
    }
    environment |= {
        "PREGONERO_DATA_DIR": str(tmp_path / "demo"),
        "PREGONERO_SANDBOX_PORT": str(two_ports()),
    }
    command = [sys.executable, "-m", "publisher.cli", "demo", "--headless", "--posts", str(POSTS)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["posts"] == POSTS
    assert told["exact"]
    return tmp_path / "demo"


def auditor(app: App) -> Actor:
    with app.read() as session:
        wanted = col(Person.email) == "auditoria@demo.invalid"
        person_id = session.scalars(select(col(Person.id)).where(wanted)).one()
    return people.actor_for(app, person_id or 0)


@pytest.mark.processes
def test_per_plantel_and_network_activity_equals_what_the_sandbox_shows(folder: Path) -> None:
    app = open_app(Settings(data_dir=folder))
    with app.read() as session:
        plantel_of = {
            (row.network, row.external_id): row.plantel_id
            for row in session.execute(
                select(col(Account.network), col(Account.external_id), col(Account.plantel_id))
            )
        }
    with running_sandbox(folder / "sandbox.db") as sandbox:
        shown = Counter(
            (plantel_of[post["network"], post["account"]], post["network"])
            for post in sandbox.posts()
        )
    found = activity.by_plantel(app, auditor(app))
    told = Counter(
        {
            (row.plantel_id, network): count
            for row in found.rows
            for network, count in row.networks.items()
        }
    )
    assert shown
    assert told == shown
    assert sum(row.published for row in found.rows) == shown.total()
    assert sum(sum(row.weeks) for row in found.rows) == shown.total()
    for row in found.rows:
        latest = activity.recent(app, auditor(app), row.plantel_id, groups=("published",))
        assert Counter(one.network for one in latest) == row.networks
    app.engine.dispose()
