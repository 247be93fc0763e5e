"""Planning: the deliveries of an approved revision come into being, all in two statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

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
) -> None:
    """Insert one delivery for each of ``planned``, and its part 0.

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
    key = {"post": post_id, "revision": revision}
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
    connection.execute(
        text(
            "INSERT INTO delivery_part (delivery_id, position, kind) SELECT id, 0, 'post'"
            " FROM delivery WHERE post_id = :post AND revision = :revision"
        ),
        key,
    )
