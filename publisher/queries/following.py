"""What goes with a revision's texts, and the parts of its deliveries, as screens show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlmodel import Session, col

from publisher.editorial.extras import NONE, Extras, read
from publisher.models import Delivery, DeliveryPart, Variant

Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class PartRow:
    """A part that follows a post: its position from 1, ``reply`` or ``comment``, and its text."""

    position: int
    kind: str
    text: str


def extras_of(session: Session, keys: Iterable[Key]) -> dict[Key, dict[str, Extras]]:
    """Return, by network, what goes with the texts of each (post, revision)."""
    found: dict[Key, dict[str, Extras]] = {key: {} for key in keys}
    for post_id, revision, network, stored in session.execute(
        select(
            col(Variant.post_id), col(Variant.revision), col(Variant.network), col(Variant.extras)
        ).where(
            tuple_(col(Variant.post_id), col(Variant.revision)).in_(list(found)),
            col(Variant.extras).is_not(None),
        )
    ):
        if stored:
            found[post_id, revision][network] = read(stored)
    return found


def parts_of(session: Session, post_id: int) -> dict[int, tuple[PartRow, ...]]:
    """Return what follows the post in each of its deliveries that has such parts."""
    rows = session.execute(
        select(
            col(DeliveryPart.delivery_id),
            col(DeliveryPart.position),
            col(DeliveryPart.kind),
            col(Delivery.network),
            col(Delivery.revision),
        )
        .join(Delivery, col(Delivery.id) == col(DeliveryPart.delivery_id))
        .where(col(Delivery.post_id) == post_id, col(DeliveryPart.position) > 0)
        .order_by(col(DeliveryPart.position))
    ).all()
    extras = extras_of(session, {(post_id, row.revision) for row in rows}) if rows else {}
    found: dict[int, list[PartRow]] = defaultdict(list)
    for row in rows:
        said = extras[post_id, row.revision].get(row.network, NONE).following
        known = row.position <= len(said)
        found[row.delivery_id].append(
            PartRow(
                position=row.position,
                kind=row.kind,
                text=said[row.position - 1].text if known else "",
            )
        )
    return {id_: tuple(parts) for id_, parts in found.items()}
