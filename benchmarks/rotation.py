"""``python -m benchmarks.rotation``: what changing the master key costs.

A database with N sealed secrets passes from one place of the key to the next (a file, a passphrase,
AWS KMS as moto serves it on loopback, and a file again), each time under a new key, while a process
opened before the first change reads a secret after every one. ``seconds`` is everything: the new
key made and kept, N secrets wrapped anew in batches with their entries, the old key retired.
``announced_s`` is how long the change waited before it began, so that whoever runs had fetched the
new key; it is not work and is told apart. ``per_call_ms`` is one Decrypt of the key service: what
each secret would cost if the service wrapped it, instead of the key that wraps.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.databases import databases
from benchmarks.processes import load, machine
from publisher import keys
from publisher.app import SYSTEM, App, open_app
from publisher.settings import Settings
from tests.support import s3
from vault import proof, store
from vault.audit import By, Trail
from vault.providers.covers import Kms
from vault.ring import open_ring
from vault.secret import Secret

GOAL = 2.0
CALLS = 50
BREATH = 0.3
"""Seconds between two changes: nobody starts two commands faster."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit 1 where a change took longer than the goal or lost anything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rotation", description=__doc__)
    parser.add_argument("--n", type=int, default=1_000, help="sealed secrets")
    parser.add_argument("--rounds", type=int, default=3, help="times through all places")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--json", action="store_true", help="one line")
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="llaves-")))
        folder.chmod(0o711)  # PostgreSQL runs as another user
        places = stack.enter_context(databases(options.db, folder))
        service = stack.enter_context(s3.serve())
        result = measure(
            places.empty(), folder / "datos", service.endpoint, options.n, options.rounds
        )
    result = {"benchmark": "rotation", "db": options.db, "machine": machine(), **result}
    sys.stdout.write(json.dumps(result, indent=None if options.json else 1) + "\n")
    return 0 if result["meets"] else 1


def measure(url: str, folder: Path, service: str, n: int, rounds: int) -> dict[str, Any]:
    """Return the figures of one database."""
    folder.mkdir()
    phrase = folder / "frase"
    phrase.write_text(secrets.token_urlsafe(24))
    phrase.chmod(0o400)
    key = _make_key(service)
    app = open_app(Settings(data_dir=folder, database_url=url), create=True)
    _fill(app, n)
    running = _reopened(app)
    ways = {
        "file": "",
        "file_to_passphrase": f"passphrase://{folder}/kek.frase?from={phrase}",
        "passphrase_to_awskms": f"awskms:///{key}?region=us-east-1&endpoint={service}",
        "awskms_to_file": (folder / "kek.key").as_uri(),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    announced: dict[str, float] = {}
    unread = 0
    for _ in range(rounds):
        for name, to in ways.items():
            time.sleep(BREATH)
            made, taken, waited = _change(app, to)
            seconds[name].append(taken)
            announced[name] = waited
            unread += made.secrets != n or not _reads(running, n)
    with app.read() as session:
        whole = proof.open_all(session, _reopened(app).keyring).whole
    worst = max(max(times) for times in seconds.values())
    return {
        "secrets": n,
        "batch": keys.BATCH,
        "seconds": {
            name: {"median": median(times), "all": times} for name, times in seconds.items()
        },
        "announced_s": announced,
        "per_call_ms": _per_call(key, service),
        "load_after": load(),
        "goal_s": GOAL,
        "whole": whole and not unread,
        "meets": whole and not unread and worst < GOAL,
    }


def _make_key(service: str) -> str:
    import botocore.session  # type: ignore[import-untyped]

    client = botocore.session.get_session().create_client(
        "kms", region_name=os.environ["AWS_DEFAULT_REGION"], endpoint_url=service
    )
    return str(client.create_key()["KeyMetadata"]["KeyId"])


def _fill(app: App, n: int) -> None:
    trail = Trail(key=app.audit_key, new_id=app.new_id)
    by = By(actor_id=None, actor="Medición", role="")
    with app.write() as session:
        for account_id in range(1, n + 1):
            store.put(
                session,
                app.keyring,
                account_id=account_id,
                field="access_token",
                value=Secret(f"medicion-{account_id}-{'0' * 40}"),
                by=by,
                now=app.clock(),
                reason="Medición",
                trail=trail,
            )


def _reopened(app: App) -> App:
    """Return ``app`` as a process that starts now has it."""
    place = app.keyring.home
    assert place is not None
    return replace(app, keyring=open_ring(place.home(), may_create=False))


def _change(app: App, to: str) -> tuple[keys.Rotated, float, float]:
    """Change the key and return how many seconds that took, and how many it waited besides."""
    waited: list[float] = []
    started = time.perf_counter()
    made = keys.rotate(
        _reopened(app),
        SYSTEM,
        to=to,
        progress=lambda *_: None,
        wait=lambda asked: waited.append(_slept(asked)),
    )
    taken = time.perf_counter() - started - sum(waited)
    return made, round(taken, 3), round(sum(waited), 2)


def _slept(seconds: float) -> float:
    started = time.perf_counter()
    time.sleep(seconds)
    return time.perf_counter() - started


def _reads(app: App, n: int) -> bool:
    with app.read() as session:
        used = store.use(session, app.keyring, n)
    return used.fields["access_token"].reveal().startswith(f"medicion-{n}-")


def _per_call(key: str, service: str) -> float:
    cover = Kms(key, region="us-east-1", endpoint=service)
    lock, _ = cover.make()
    times = []
    for _ in range(CALLS):
        started = time.perf_counter()
        cover.open(lock)
        times.append(time.perf_counter() - started)
    return round(median(times) * 1000, 2)


if __name__ == "__main__":
    sys.exit(main())
