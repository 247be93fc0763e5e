"""How fast a campaign becomes deliveries, through the product's own functions.

``python -m benchmarks.planning --n 20000 --db sqlite --json``

The coordinador writes campaigns that each go to every account of the institution, and the Directora
approves them: her approval carries the dictamen. ``n`` deliveries are ``n / accounts`` such posts,
submitted before the clock starts; what is measured is
``editorial.approve.approve_many``: the digest compared, the approval and its audit written, one
delivery for each account planned, one transaction (FULL) a post. Beside it, the time of one
approval, and of the way of one campaign (draft, submit, approve).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from benchmarks import installation, texts
from benchmarks.databases import Databases, databases
from benchmarks.figures import rounded, spread
from benchmarks.installation import Installation
from benchmarks.processes import load, machine
from publisher import localtime
from publisher.app import App
from publisher.demo import pictures
from publisher.editorial import approve, draft, submit
from publisher.editorial.content import DraftContent, MediaUse
from publisher.media import accept
from publisher.models import Delivery, Post

GOAL = 2_000
STEPS = ("draft", "submit")


class Refused(RuntimeError):
    """A campaign was not approved; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one JSON object; 1 if a campaign was not planned whole."""
    options = _parse(arguments)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="pregonero-", dir="/tmp"))
        folder.chmod(0o711)  # PostgreSQL runs as another user
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        places = stack.enter_context(databases(options.db, folder))
        try:
            figures = measure(places, folder / "casa", options.n, options.db)
        except Refused as error:
            print(error, file=sys.stderr)
            return 1
    print(json.dumps(figures, indent=None if options.json else 2))
    return 0


def measure(places: Databases, folder: Path, n: int, kind: str) -> dict[str, Any]:
    """Return the figures of planning at least ``n`` deliveries in whole campaigns."""
    url = places.empty()
    made = installation.make(folder, url)
    try:
        accounts = len(made.accounts)
        campaigns = max(1, -(-n // accounts))
        steps = {name: [0.0] * campaigns for name in STEPS}
        picture = _picture(made)
        ready = [_campaign(made, number, picture, steps) for number in range(campaigns)]
        before = load()
        server = places.server_cpu()
        started, cpu = time.perf_counter(), time.process_time()
        steps["approve"] = [_timed(partial(_approve, made, item)) for item in ready]
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        planned = _planned(made.app)
    finally:
        made.app.engine.dispose()
    if planned != campaigns * accounts:
        raise Refused(texts.PLANNED.format(n=planned, expected=campaigns * accounts))
    result = {
        "benchmark": "planning",
        "db": kind,
        "machine": machine(),
        "load_before": before,
        "campaigns": campaigns,
        "accounts": accounts,
        "deliveries": planned,
        "seconds": seconds,
        "deliveries_per_second": planned / seconds,
        "cpu_s": cpu,
        "server_cpu_s": places.server_cpu() - server,
        "goal_per_second": GOAL,
        "meets": planned / seconds >= GOAL,
        "one_campaign_s": {name: spread(values) for name, values in steps.items()},
    }
    told: dict[str, Any] = rounded(result)
    return told


def _picture(made: Installation) -> MediaUse:
    """Return a picture: Instagram takes no post without one."""
    data = pictures.draw(1, label="Campaña")
    medium = accept(
        made.app, made.author, plantel_id=made.plantel_id, file_name="campana.jpg", data=data
    )
    return MediaUse(media_id=medium.id, alt_text=texts.ALT, credit=texts.CREDIT)


def _campaign(
    made: Installation, number: int, picture: MediaUse, steps: dict[str, list[float]]
) -> tuple[int, str]:
    """Bring a campaign for every account to the Directora's queue; returns its id and digest."""
    app, author = made.app, made.author
    ids = tuple(account.account_id for account in made.accounts)
    due = datetime.now(UTC).replace(second=0) + timedelta(days=30, minutes=number)
    wall = localtime.wall_of(due, installation.ZONE)
    content = DraftContent(
        texts={"base": installation.TEXT.format(n=number + 1)},
        topic="institucional",
        account_ids=ids,
        local_at=wall,
        media=(picture,),
    )
    found: list[int] = []
    steps["draft"][number] = _timed(
        lambda: found.append(draft.create(app, author, plantel_id=made.plantel_id, content=content))
    )
    (post_id,) = found
    steps["submit"][number] = _timed(lambda: submit.submit(app, author, post_id, version=1))
    with app.read() as session:
        return post_id, session.get_one(Post, post_id).digest or ""


def _approve(made: Installation, item: tuple[int, str]) -> None:
    for answer in approve.approve_many(made.app, made.directora, [item]):
        if not answer.ok:
            raise Refused(answer.sentence)


def _planned(app: App) -> int:
    with app.read() as session:
        return session.execute(
            select(func.count()).select_from(Delivery).where(col(Delivery.state) == "scheduled")
        ).scalar_one()


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.planning", description=texts.PLANNING)
    parser.add_argument("--n", type=int, default=20_000, help=texts.DELIVERIES)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite", help=texts.DB)
    parser.add_argument("--json", action="store_true", help=texts.JSON)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
