"""An installation to measure: 77 planteles, 231 accounts, people, and posts planned in bulk.

``make`` wires one on an empty database; ``fill`` plans any number of future deliveries with one
INSERT … SELECT, so that a million rows take seconds; ``add_post`` plans one post as another process
would. Every row is one that the product accepts: the digest of an approval is the product's own.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlmodel import Session, col

from publisher import institution, localtime, people, rulebook
from publisher.app import SYSTEM, Actor, App, open_app
from publisher.delivery import wakeup
from publisher.delivery.outbox import rows as json_rows
from publisher.demo.setup import SANDBOX_FILE, addresses, register_accounts
from publisher.editorial.recheck import recheck
from publisher.editorial.snapshot import BASE, Snapshot, TargetRef
from publisher.models import Account, Approval, Plantel, Post, Variant
from publisher.settings import Settings
from vault.secret import Secret

ZONE = "America/Monterrey"
TEXT = "El club de lectura del plantel se reúne el jueves en la biblioteca. Aviso {n}."
LATE_MINUTES = 30


@dataclass(frozen=True, kw_only=True)
class Installation:
    """An App with the people who act in a measurement and the accounts that posts go to."""

    app: App
    author: Actor
    coordinador: Actor
    directora: Actor
    accounts: tuple[TargetRef, ...]
    plantel_id: int

    def of_network(self, network: str) -> tuple[TargetRef, ...]:
        """Return the accounts on one network."""
        return tuple(account for account in self.accounts if account.network == network)


def make(folder: Path, url: str = "", *, port: int = 0) -> Installation:
    """Make an installation of demo accounts in ``folder``; ``port`` is where the sandbox will be.

    ``url`` is the database's; a SQLite file in ``folder`` without it.
    """
    app = open_app(Settings(data_dir=folder, database_url=url), create=True)
    institution.create_institution(
        app,
        name="Colegio de Mediciones de Coahuila",
        short_name="Colegio de Mediciones",
        timezone=ZONE,
        mode="sandbox",
        addresses=addresses(port or 9),
    )
    institution.load_shipped(app, SYSTEM)
    with app.write() as session:
        rulebook.import_shipped(app, session)
        accounts = tuple(
            TargetRef(account_id=row.id, network=row.network, external_id=row.external_id)
            for row in session.execute(
                select(col(Account.id), col(Account.network), col(Account.external_id)).order_by(
                    col(Account.id)
                )
            )
        )
        plantel_id = session.execute(select(col(Plantel.id)).order_by(col(Plantel.id))).scalars()
        first = plantel_id.first() or 0
    # what a version of the manual costs once is no part of what a quiet minute costs
    recheck(app)
    _install_tokens(app, accounts)
    register_accounts(app, folder / SANDBOX_FILE)
    return Installation(
        app=app,
        author=_person(app, "COOR", "autora"),
        coordinador=_person(app, "COOR", "coordinador"),
        directora=_person(app, "DIRV", "directora"),
        accounts=accounts,
        plantel_id=first,
    )


def fill(made: Installation, pending: int, *, first_due: datetime, every: timedelta) -> float:
    """Plan ``pending`` deliveries, one post to every account each ``every``; returns seconds.

    The last post goes to as many accounts as are left over.
    """
    started = time.perf_counter()
    sizes = _sizes(pending, len(made.accounts))
    with made.app.write() as session:
        if session.connection().dialect.name == "sqlite":
            session.connection().exec_driver_sql("PRAGMA cache_size=-524288")
        _plan(
            session,
            made,
            [
                (made.accounts[:size], first_due + number * every)
                for number, size in enumerate(sizes)
            ],
        )
    made.app.engine.dispose()
    return time.perf_counter() - started


def add_post(made: Installation, account: TargetRef, *, due_at: datetime) -> int:
    """Plan one post to one account and tell the workers; returns the post's id."""
    with made.app.write() as session:
        (post_id,) = _plan(session, made, [((account,), due_at)])
        wakeup.announce(session)
    return post_id


def _plan(
    session: Session,
    made: Installation,
    posts: Sequence[tuple[Sequence[TargetRef], datetime]],
) -> list[int]:
    """Insert posts that are approved already, and their deliveries; accounts with ids in a row."""
    now = made.app.clock()
    shared = {
        "plantel_id": made.plantel_id,
        "author_id": made.author.person_id,
        "last_editor_id": made.author.person_id,
        "submitted_by_id": made.author.person_id,
        "state": "approved",
        "topic": "institucional",
        "timezone": ZONE,
        "time_mode": "instant",
        "max_late_min": LATE_MINUTES,
        "created_at": now,
        "updated_at": now,
        "submitted_at": now,
    }
    walls = [localtime.wall_of(due, ZONE) for _, due in posts]
    ids = session.scalars(
        insert(Post).returning(col(Post.id), sort_by_parameter_order=True),
        [{**shared, "local_at": wall} for wall in walls],
    ).all()
    snapshots = [
        Snapshot(
            post_id=id_ or 0,
            revision=1,
            texts={BASE: TEXT.format(n=id_)},
            media={},
            targets=tuple(accounts),
        )
        for id_, (accounts, _) in zip(ids, posts, strict=True)
    ]
    _write_content(session, snapshots)
    session.execute(
        insert(Approval),
        [
            {
                "post_id": item.post_id,
                "revision": 1,
                "digest": item.digest,
                "snapshot": {"format": 1, "post": item.post_id},
                "approver_id": made.directora.person_id,
                "local_at": wall,
                "timezone": ZONE,
                "time_mode": "instant",
                "tolerance_min": 60,
                "at": now,
            }
            for item, wall in zip(snapshots, walls, strict=True)
        ],
    )
    _write_deliveries(session, snapshots, [due for _, due in posts], now)
    return [item.post_id for item in snapshots]


def _write_content(session: Session, snapshots: Iterable[Snapshot]) -> None:
    """Write the text of each post and the digest that a screen would show."""
    items = list(snapshots)
    session.execute(
        insert(Variant),
        [
            {"post_id": item.post_id, "revision": 1, "network": BASE, "text": item.texts[BASE]}
            for item in items
        ],
    )
    session.execute(update(Post), [{"id": item.post_id, "digest": item.digest} for item in items])


def _write_deliveries(
    session: Session, snapshots: Sequence[Snapshot], dues: Sequence[datetime], now: datetime
) -> None:
    """Insert targets, deliveries and parts with one INSERT … SELECT each."""
    connection = session.connection()
    source = json_rows.table(
        connection, "r", id="int", first="int", last="int", due="time", late="time", wall="text"
    )
    values = [
        {
            "id": item.post_id,
            "first": item.targets[0].account_id,
            "last": item.targets[-1].account_id,
            "due": due,
            "late": due + timedelta(minutes=LATE_MINUTES),
            "wall": localtime.wall_of(due, ZONE),
        }
        for item, due in zip(snapshots, dues, strict=True)
    ]
    parameters: Mapping[str, Any] = {"rows": json_rows.dump(connection, values)}
    span = "account.id BETWEEN r.first AND r.last"
    connection.execute(
        text(
            "INSERT INTO target (post_id, revision, account_id)"
            f" SELECT r.id, 1, account.id FROM {source} JOIN account ON {span}"
            " ORDER BY r.id, account.id"
        ),
        parameters,
    )
    connection.execute(
        text(
            "INSERT INTO delivery (post_id, revision, account_id, network, state, reason, due_at,"
            " local_at, timezone, not_after, next_at, fence, part, unsent_tries, resend_used,"
            " looks, absences, updated_at)"
            " SELECT r.id, 1, account.id, account.network, 'scheduled', '', r.due, r.wall, :zone,"
            " r.late, r.due, 0, 0, 0, false, 0, 0, :now"
            f" FROM {source} JOIN account ON {span} ORDER BY r.id, account.id"
        ),
        {**parameters, "zone": ZONE, "now": json_rows.moment(connection, now)},
    )
    connection.execute(
        text(
            "INSERT INTO delivery_part (delivery_id, position, kind)"
            " SELECT id, 0, 'post' FROM delivery WHERE post_id BETWEEN :first AND :last ORDER BY id"
        ),
        {"first": snapshots[0].post_id, "last": snapshots[-1].post_id},
    )


def _sizes(pending: int, accounts: int) -> list[int]:
    whole, rest = divmod(pending, accounts)
    return [accounts] * whole + ([rest] if rest else [])


def _install_tokens(app: App, accounts: Sequence[TargetRef]) -> None:
    with app.read() as session:
        rows = session.execute(select(col(Account.id), col(Account.connector))).all()
    connectors = {row.id: row.connector for row in rows}
    institution.install_credentials(
        app,
        SYSTEM,
        {
            account.account_id: {
                name: Secret(secrets.token_urlsafe(24))
                for name in app.connector(connectors[account.account_id]).credential_fields
            }
            for account in accounts
        },
        reason="Mediciones",
    )


def _person(app: App, role: str, name: str) -> Actor:
    made = people.create_person(
        app, SYSTEM, email=f"{name}@example.mx", name=name.capitalize(), issue_password=False
    )
    people.designate(app, SYSTEM, made.person_id, role, plantel_id=None)
    return people.actor_for(app, made.person_id)
