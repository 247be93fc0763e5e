"""The consents that a composer offers to cite, with what a post cites already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import and_, or_, select
from sqlmodel import col

from publisher import access
from publisher.app import Actor, App
from publisher.consents import register
from publisher.consents.covers import folios
from publisher.models import Consent, Plantel
from publisher.queries.consents import Standing, standing_of
from publisher.queries.rows import within

PICKED: Final = 500


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A consent as the composer offers it; ``standing`` tells of those that no longer hold."""

    folio: str
    subject: str
    plantel: str
    scopes: tuple[str, ...]
    networks: tuple[str, ...]
    valid_until: date | None
    standing: Standing | Literal["unknown"]


def choices(
    app: App, actor: Actor, plantel_ids: Collection[int], *, cited: Iterable[str] = ()
) -> tuple[Choice, ...]:
    """Return what a composer may cite at these planteles, and what it cites already.

    Only what is in force today or begins later is offered; a folio that is cited and no longer
    holds stays in the list, so that nobody wonders where it went. At most 500.
    """
    named = {folio for reference in cited for folio in folios(reference)}
    reach = access.scope(actor, "consent.read")
    today = register.today(app)
    usable = and_(
        col(Consent.plantel_id).in_(sorted(set(plantel_ids))),
        col(Consent.state) == "active",
        col(Consent.valid_until) >= today,
    )
    with app.read() as session:
        found = session.execute(
            select(Consent, col(Plantel.name))
            .join(Plantel, col(Plantel.id) == col(Consent.plantel_id))
            .where(
                within(Consent.plantel_id, reach),
                or_(usable, col(Consent.folio).in_(sorted(named))),
            )
            .order_by(col(Consent.subject), col(Consent.folio))
            .limit(PICKED)
        )
        rows = {
            row.folio: Choice(
                folio=row.folio,
                subject=row.subject,
                plantel=plantel,
                scopes=tuple(row.scopes),
                networks=tuple(row.networks),
                valid_until=row.valid_until,
                standing=standing_of(row.state, row.valid_from, row.valid_until, today),
            )
            for row, plantel in found
        }
    for folio in sorted(named - rows.keys()):
        rows[folio] = Choice(
            folio=folio,
            subject="",
            plantel="",
            scopes=(),
            networks=(),
            valid_until=None,
            standing="unknown",
        )
    return tuple(rows.values())
