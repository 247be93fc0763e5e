"""Planteles and accounts that a person may write for or look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from publisher.app import Actor, App
from publisher.models import Account, Plantel
from publisher.queries.rows import require, within


@dataclass(frozen=True, kw_only=True)
class PlantelRow:
    """A plantel as pickers show it."""

    id: int
    code: str
    name: str
    region: str
    municipality: str
    timezone: str
    state: str


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """An account as pickers show it; ``usable`` when it may be published on."""

    id: int
    plantel_id: int
    plantel: str
    network: str
    handle: str
    state: str
    timezone: str

    @property
    def usable(self) -> bool:
        """Tell whether the account is active."""
        return self.state == "active"


def planteles(
    app: App, actor: Actor, *, action: str = "calendar.read", active_only: bool = True
) -> tuple[PlantelRow, ...]:
    """Return the planteles where the actor may do ``action``, by name. Raises ``Forbidden``."""
    where = require(actor, action)
    statement = select(
        col(Plantel.id),
        col(Plantel.code),
        col(Plantel.name),
        col(Plantel.region),
        col(Plantel.municipality),
        col(Plantel.timezone),
        col(Plantel.state),
    ).where(within(Plantel.id, where))
    if active_only:
        statement = statement.where(col(Plantel.state) == "active")
    with app.read() as session:
        rows = session.execute(statement.order_by(col(Plantel.name), col(Plantel.id))).mappings()
        return tuple(PlantelRow(**row) for row in rows)


def accounts(
    app: App, actor: Actor, plantel_ids: Iterable[int], *, action: str = "calendar.read"
) -> tuple[AccountRow, ...]:
    """Return the accounts still in service of those planteles that the actor may see."""
    where = require(actor, action)
    with app.read() as session:
        rows = session.execute(
            select(
                col(Account.id),
                col(Account.plantel_id),
                col(Plantel.name).label("plantel"),
                col(Account.network),
                col(Account.handle),
                col(Account.state),
                col(Plantel.timezone),
            )
            .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
            .where(
                col(Account.plantel_id).in_(sorted(set(plantel_ids))),
                within(Account.plantel_id, where),
                col(Account.state).not_in(("closed", "replaced")),
            )
            .order_by(col(Plantel.name), col(Account.network))
        ).mappings()
        return tuple(AccountRow(**row) for row in rows)
