"""What the audit holds of a post."""

from __future__ import annotations

from sqlalchemy import select

from tests.support.house import SmallHouse
from vault.audit_tables import AuditEntry


def actions(small: SmallHouse, post_id: int) -> list[str]:
    """Return the actions on a post, in the order they were written."""
    table = AuditEntry.__table__
    with small.app.read() as session:
        return list(
            session.scalars(
                select(table.c.action)
                .where(table.c.object_type == "post", table.c.object_id == str(post_id))
                .order_by(table.c.id)
            )
        )
