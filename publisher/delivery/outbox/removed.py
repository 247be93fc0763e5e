"""Which receipts no longer stand for something public: no look may expect to see them."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlmodel import Session, col

from publisher.models import Receipt, RemoteChange


def removing() -> Select[int | None]:
    """Return the subquery, to be correlated with ``Receipt``, of removals begun or done."""
    return select(col(RemoteChange.id)).where(
        col(RemoteChange.delivery_id) == col(Receipt.delivery_id),
        col(RemoteChange.part) == col(Receipt.part),
        col(RemoteChange.kind) == "removal",
    )


def removed_ids(session: Session, account_id: int) -> frozenset[str]:
    """Return the remote ids of an account that were taken down, or may be being."""
    found = session.execute(
        select(col(RemoteChange.remote_id))
        .join(Receipt, col(Receipt.delivery_id) == col(RemoteChange.delivery_id))
        .where(col(Receipt.account_id) == account_id, col(RemoteChange.kind) == "removal")
    )
    return frozenset(found.scalars())
