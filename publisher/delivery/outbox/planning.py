"""Planning: the deliveries of an approved revision come into being, all in two statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from publisher.delivery.outbox import rows
from publisher.delivery.states import INITIAL


@dataclass(frozen=True, kw_only=True)
class Planned:
    """An account that a revision goes to, and when: ``due_at`` until ``not_after``."""

    account_id: int
    network: str
    timezone: str
    due_at: datetime
    not_after: datetime


def plan(
    connection: Connection,
    planned: Sequence[Planned],
    *,
    post_id: int,
    revision: int,
    local_at: str,
    now: datetime,
    following: Mapping[str, Sequence[str]],
) -> None:
    """Insert one delivery for each of ``planned``, and its parts.

    ``following`` maps a network to the kinds of what follows the post there, in order.

    One JSON parameter each: a statement with every value of 231 accounts takes its driver longer to
    read than the database to do.
    """
    source = rows.table(
        connection,
        "r",
        account_id="int",
        network="text",
        timezone="text",
        due_at="time",
        not_after="time",
    )
    key: dict[str, Any] = {"post": post_id, "revision": revision}
    connection.execute(
        text(
            "INSERT INTO delivery (post_id, revision, account_id, network, state, reason, due_at,"
            " local_at, timezone, not_after, next_at, fence, part, unsent_tries, resend_used,"
            " looks, absences, updated_at)"
            f" SELECT :post, :revision, r.account_id, r.network, '{INITIAL}', '', r.due_at,"
            " :local_at, r.timezone, r.not_after, r.due_at, 0, 0, 0, false, 0, 0, :now"
            f" FROM {source} WHERE true"
        ),
        {
            **key,
            "local_at": local_at,
            "now": rows.moment(connection, now),
            "rows": rows.dump(connection, [asdict(one) for one in planned]),
        },
    )
    parts = (
        "INSERT INTO delivery_part (delivery_id, position, kind) SELECT id, 0, 'post'"
        " FROM delivery WHERE post_id = :post AND revision = :revision"
    )
    later = [
        {"network": network, "position": position, "kind": kind}
        for network, kinds in following.items()
        for position, kind in enumerate(kinds, 1)
    ]
    if later:
        source = rows.table(connection, "r", network="text", position="int", kind="text")
        parts += (
            f" UNION ALL SELECT delivery.id, r.position, r.kind FROM {source}"
            " JOIN delivery ON delivery.network = r.network"
            " WHERE delivery.post_id = :post AND delivery.revision = :revision"
        )
        key["rows"] = rows.dump(connection, later)
    connection.execute(text(parts), key)
