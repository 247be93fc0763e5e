"""The register of consents as a screen shows it: how each stands, and what cites it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.consents import register, using
from publisher.consents.covers import folios, tidy
from publisher.consents.given import FOLIO_MAX
from publisher.consents.using import Drafted, Use
from publisher.delivery.states import sources
from publisher.errors import NotFound
from publisher.models import Consent, Delivery, Person, Plantel, PostMedia
from publisher.queries.links import link_of
from publisher.queries.rows import require, within
from publisher.texts import consents as texts

SOON: Final = timedelta(days=30)
PAGE: Final = 50
Standing = Literal["active", "soon", "ahead", "expired", "revoked"]
STANDINGS: Final[tuple[Standing, ...]] = ("active", "soon", "ahead", "expired", "revoked")


@dataclass(frozen=True, kw_only=True)
class ConsentRow:
    """One consent; ``live`` and ``planned`` count the deliveries that cite it.

    ``standing`` is how it is today: ``ahead`` has not begun, ``soon`` ends within 30 days.
    """

    folio: str
    plantel_id: int
    plantel: str
    subject: str
    minor: bool
    guardian: str
    opinion: bool
    scopes: tuple[str, ...]
    networks: tuple[str, ...]
    valid_from: date
    valid_until: date
    kept_at: str
    note: str
    standing: Standing
    registered_by: str
    registered_at: datetime
    revoked_by: str = ""
    revoked_at: datetime | None = None
    revoked_reason: str = ""
    live: int = 0
    planned: int = 0


@dataclass(frozen=True, kw_only=True)
class ConsentPage:
    """A page of the register, and how many there are in all of what was asked for."""

    rows: tuple[ConsentRow, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class ConsentFile:
    """A consent with everything that cites it; ``links`` are the public addresses by delivery.

    ``may_keep`` lets the actor revoke it, ``removable`` are the live deliveries that they may have
    taken down. ``until`` is when what a revocation reached is to be gone.
    """

    row: ConsentRow
    uses: tuple[Use, ...]
    drafted: tuple[Drafted, ...]
    links: dict[int, str] = field(default_factory=dict)
    may_keep: bool = False
    removable: tuple[Use, ...] = ()
    until: datetime | None = None


def listed(
    app: App,
    actor: Actor,
    *,
    standing: Standing | None = None,
    plantel_id: int | None = None,
    words: str = "",
    page: int = 1,
) -> ConsentPage:
    """Return a page of the register within the actor's reach, what ends first before the rest.

    ``words`` are looked for in folio and person. Raises ``Forbidden``.
    """
    where = within(Consent.plantel_id, require(actor, "consent.read"))
    today = register.today(app)
    if standing is not None:
        where = and_(where, _stands(standing, today))
    if plantel_id is not None:
        where = and_(where, col(Consent.plantel_id) == plantel_id)
    if words.strip():
        pattern = f"%{' '.join(words.split())}%"
        where = and_(
            where, or_(col(Consent.folio).ilike(pattern), col(Consent.subject).ilike(pattern))
        )
    with app.read() as session:
        total = session.scalar(select(func.count()).select_from(Consent).where(where)) or 0
        found = session.execute(
            _rows(where)
            .order_by(col(Consent.state), col(Consent.valid_until), col(Consent.id))
            .limit(PAGE)
            .offset(PAGE * max(0, page - 1))
        )
        counted = _counted(session)
        rows = tuple(_row(one, today, counted) for one in found)
    return ConsentPage(rows=rows, total=total)


def counts(app: App, actor: Actor) -> dict[Standing, int]:
    """Return how many consents of the actor's reach stand how. Raises ``Forbidden``."""
    where = within(Consent.plantel_id, require(actor, "consent.read"))
    today = register.today(app)
    with app.read() as session:
        rows = session.execute(
            select(
                col(Consent.state), col(Consent.valid_from), col(Consent.valid_until), func.count()
            )
            .where(where)
            .group_by(col(Consent.state), col(Consent.valid_from), col(Consent.valid_until))
        )
        found: Counter[Standing] = Counter()
        for state, first, last, n in rows:
            found[standing_of(state, first, last, today)] += n
    return {name: found[name] for name in STANDINGS}


def one(app: App, actor: Actor, folio: str) -> ConsentFile:
    """Return a consent whole. Raises ``NotFound`` where there is none within the actor's reach."""
    where = within(Consent.plantel_id, require(actor, "consent.read"))
    today = register.today(app)
    with app.read() as session:
        found = session.execute(_rows(and_(where, col(Consent.folio) == tidy(folio)))).first()
        if found is None:
            raise NotFound(texts.NO_SUCH.format(folio=folio[:FOLIO_MAX]))
        row = _row(found, today, _counted(session))
        uses = using.uses(session, row.folio)
        drafted = using.drafted(session, row.folio)
    return ConsentFile(
        row=row,
        uses=uses,
        drafted=drafted,
        links={
            use.delivery_id: link_of(app, use.network, use.remote_id, use.permalink) for use in uses
        },
        may_keep=access.allows(actor, "consent.keep", plantel_id=row.plantel_id),
        removable=tuple(
            use
            for use in uses
            if use.kind == "live" and access.allows(actor, "post.remove", plantel_id=use.plantel_id)
        ),
        until=row.revoked_at + register.TAKE_DOWN_WITHIN if row.revoked_at else None,
    )


def _rows(where: ColumnElement[bool]) -> Select[Consent, str, str, str]:
    keeper, revoker = aliased(Person), aliased(Person)
    return (
        select(Consent, col(Plantel.name), col(keeper.name), col(revoker.name))
        .join(Plantel, col(Plantel.id) == col(Consent.plantel_id))
        .join(keeper, col(keeper.id) == col(Consent.registered_by))
        .outerjoin(revoker, col(revoker.id) == col(Consent.revoked_by))
        .where(where)
    )


def _row(found: Any, today: date, counted: dict[str, Counter[str]]) -> ConsentRow:
    row, plantel, keeper, revoker = found
    used = counted.get(row.folio, Counter())
    return ConsentRow(
        folio=row.folio,
        plantel_id=row.plantel_id,
        plantel=plantel,
        subject=row.subject,
        minor=row.minor,
        guardian=row.guardian,
        opinion=row.opinion,
        scopes=tuple(row.scopes),
        networks=tuple(row.networks),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        kept_at=row.kept_at,
        note=row.note,
        standing=standing_of(row.state, row.valid_from, row.valid_until, today),
        registered_by=keeper,
        registered_at=row.registered_at,
        revoked_by=revoker or "",
        revoked_at=row.revoked_at,
        revoked_reason=row.revoked_reason,
        live=used["live"],
        planned=used["planned"],
    )


def _counted(session: Session) -> dict[str, Counter[str]]:
    """Return how many deliveries cite each folio, from one row a citation as it is written."""
    kind = case(
        (using.is_public(), "live"),
        (col(Delivery.state).in_(sources("pull_back")), "planned"),
        else_="",
    )
    found = session.execute(
        select(col(PostMedia.consent_ref), kind, func.count(distinct(col(Delivery.id))))
        .join(
            Delivery,
            and_(
                col(Delivery.post_id) == col(PostMedia.post_id),
                col(Delivery.revision) == col(PostMedia.revision),
            ),
        )
        .where(col(PostMedia.consent_ref) != "", col(PostMedia.persons_in_image))
        .group_by(col(PostMedia.consent_ref), kind)
    )
    counted: dict[str, Counter[str]] = {}
    for reference, name, n in found:
        for folio in folios(reference):
            counted.setdefault(folio, Counter())[name] += n
    return counted


def standing_of(state: str, first: date, last: date, today: date) -> Standing:
    """Return how a consent stands ``today``, valid from ``first`` to ``last``, both included."""
    if state == "revoked":
        return "revoked"
    if today > last:
        return "expired"
    if today < first:
        return "ahead"
    return "soon" if last - today <= SOON else "active"


def _stands(standing: Standing, today: date) -> ColumnElement[bool]:
    if standing == "revoked":
        return col(Consent.state) == "revoked"
    active = col(Consent.state) == "active"
    first, last = col(Consent.valid_from), col(Consent.valid_until)
    return and_(
        active,
        {
            "expired": last < today,
            "ahead": and_(first > today, last >= today),
            "soon": and_(first <= today, last >= today, last <= today + SOON),
            "active": and_(first <= today, last > today + SOON),
        }.get(standing, true()),
    )
