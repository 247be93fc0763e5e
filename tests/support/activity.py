"""The figures of Actividad, held against what the networks show, account by account."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from connectors.sandbox.testing import running_sandbox
from publisher import people
from publisher.app import Actor, App
from publisher.models import Account, Person
from publisher.queries import activity


def auditor(app: App) -> Actor:
    """Return somebody of the demo who reads every plantel's activity."""
    with app.read() as session:
        wanted = col(Person.email) == "auditoria@demo.invalid"
        person_id = session.scalars(select(col(Person.id)).where(wanted)).one()
    return people.actor_for(app, person_id or 0)


def equals_what_the_networks_show(app: App, sandbox: Path) -> None:
    """Assert it for a demo that ran to its end; ``sandbox`` is its simulated networks' database."""
    with app.read() as session:
        plantel_of = {
            (row.network, row.external_id): row.plantel_id
            for row in session.execute(
                select(col(Account.network), col(Account.external_id), col(Account.plantel_id))
            )
        }
    with running_sandbox(sandbox) as networks:
        shown = Counter(
            (plantel_of[post["network"], post["account"]], post["network"])
            for post in networks.posts()
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
