"""Which consents a content cites, and which posts and deliveries cite a consent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher.consents.covers import Consents, Shown, Standing, folios
from publisher.delivery.states import TERMINAL, sources
from publisher.models import (
    Account,
    Consent,
    Delivery,
    ExceptionRequest,
    Finding,
    Plantel,
    Post,
    PostMedia,
    Receipt,
    RemoteChange,
)

RULE = "6.1"
Key = tuple[int, int]
Kind = Literal["live", "leaving", "ahead", "doubtful"]
_WAITING_POSTS = ("draft", "returned", "in_review", "reviewed")


@dataclass(frozen=True, kw_only=True)
class Use:
    """A delivery whose media cite a consent.

    ``live`` is public, ``leaving`` is being taken down, ``ahead`` can still be stopped, and of what
    is ``doubtful`` nobody knows yet whether it is public.
    """

    kind: Kind
    post_id: int
    delivery_id: int
    network: str
    handle: str
    plantel_id: int
    plantel: str
    state: str
    at: datetime
    timezone: str
    permalink: str = ""
    remote_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A post that cites a consent and has not been approved yet."""

    post_id: int
    state: str
    plantel_id: int
    plantel: str
    people: frozenset[int]


def known(session: Session, references: Iterable[str]) -> dict[str, Standing]:
    """Return what the register says of every folio in ``references``."""
    named = sorted({folio for reference in references for folio in folios(reference)})
    if not named:
        return {}
    rows = session.scalars(select(Consent).where(col(Consent.folio).in_(named)))
    return {row.folio: standing(row) for row in rows}


def standing(row: Consent) -> Standing:
    """Return a stored consent as ``covers`` judges it."""
    return Standing(
        folio=row.folio,
        plantel_id=row.plantel_id,
        scopes=frozenset(row.scopes),
        networks=frozenset(row.networks),
        first=row.valid_from,
        last=row.valid_until,
        revoked_at=row.revoked_at if row.state == "revoked" else None,
    )


def cited(media: Mapping[str, Iterable[Shown]]) -> frozenset[str]:
    """Return what the media that show minors cite, of a revision's media by network."""
    return frozenset(
        item.consent_ref for items in media.values() for item in items if item.persons_in_image
    )


def of_revisions(session: Session, cited: Mapping[Key, Collection[str]]) -> dict[Key, Consents]:
    """Return what is known of the citations of each revision; of one without any, nothing.

    ``cited`` are the references of those media that show a minor. No statement where there are
    none, as nearly always.
    """
    wanted = {key: references for key, references in cited.items() if references}
    if not wanted:
        return {}
    standings = known(session, (one for references in wanted.values() for one in references))
    blocked = exists().where(
        col(Finding.post_id) == col(ExceptionRequest.post_id),
        col(Finding.rule) == RULE,
        col(Finding.severity) == "block",
    )
    rows = session.execute(
        select(col(ExceptionRequest.post_id), func.max(col(ExceptionRequest.resolved_at)))
        .where(
            col(ExceptionRequest.post_id).in_({post_id for post_id, _ in wanted}),
            col(ExceptionRequest.state) == "granted",
            blocked,
        )
        .group_by(col(ExceptionRequest.post_id))
    )
    judged: dict[int, datetime | None] = {row[0]: row[1] for row in rows}
    return {key: Consents(known=standings, judged_at=judged.get(key[0])) for key in wanted}


def uses(session: Session, folio: str) -> tuple[Use, ...]:
    """Return every delivery that shows or may still show a medium which cites ``folio``."""
    found = session.execute(
        select(
            col(PostMedia.consent_ref),
            col(Delivery.id),
            col(Delivery.post_id),
            col(Delivery.network),
            col(Delivery.state),
            col(Delivery.due_at),
            col(Delivery.published_at),
            col(Delivery.timezone),
            col(Account.handle),
            col(Account.plantel_id),
            col(Plantel.name).label("plantel"),
            col(Receipt.permalink),
            col(Receipt.remote_id),
            _going().label("going"),
            is_public().label("left"),
        )
        .join(
            Delivery,
            (col(Delivery.post_id) == col(PostMedia.post_id))
            & (col(Delivery.revision) == col(PostMedia.revision)),
        )
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .outerjoin(
            Receipt, (col(Receipt.delivery_id) == col(Delivery.id)) & (col(Receipt.part) == 0)
        )
        .where(col(PostMedia.consent_ref).ilike(_like(folio), escape="\\"))
        .order_by(col(Delivery.due_at).desc(), col(Delivery.id))
    )
    out: dict[int, Use] = {}
    for row in found:
        kind = _kind(row.state, public=bool(row.left), leaving=bool(row.going))
        if kind is None or row.id in out or folio not in folios(row.consent_ref):
            continue
        out[row.id] = Use(
            kind=kind,
            post_id=row.post_id,
            delivery_id=row.id,
            network=row.network,
            handle=row.handle,
            plantel_id=row.plantel_id,
            plantel=row.plantel,
            state=row.state,
            at=row.published_at or row.due_at,
            timezone=row.timezone,
            permalink=row.permalink or "",
            remote_id=row.remote_id or "",
        )
    return tuple(out.values())


def drafted(session: Session, folio: str) -> tuple[Drafted, ...]:
    """Return the posts before their approval whose working revision cites ``folio``."""
    rows = session.execute(
        select(Post, col(Plantel.name), col(PostMedia.consent_ref))
        .join(
            PostMedia,
            (col(PostMedia.post_id) == col(Post.id))
            & (col(PostMedia.revision) == col(Post.revision)),
        )
        .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
        .where(
            col(Post.state).in_(_WAITING_POSTS),
            col(PostMedia.consent_ref).ilike(_like(folio), escape="\\"),
        )
        .order_by(col(Post.id))
    )
    out: dict[int, Drafted] = {}
    for post, plantel, reference in rows:
        if folio in folios(reference):
            out[post.id or 0] = Drafted(
                post_id=post.id or 0,
                state=post.state,
                plantel_id=post.plantel_id,
                plantel=plantel,
                people=frozenset({post.author_id, post.submitted_by_id or post.author_id}),
            )
    return tuple(out.values())


def _kind(state: str, *, public: bool, leaving: bool) -> Kind | None:
    if public:
        return "leaving" if leaving else "live"
    if state in sources("pull_back"):
        return "ahead"
    return None if state in TERMINAL else "doubtful"


_EACH = aliased(Receipt)


def is_public() -> ColumnElement[bool]:
    """Return whether a part of the delivery is public and was not taken down."""
    gone = exists().where(
        col(RemoteChange.delivery_id) == col(_EACH.delivery_id),
        col(RemoteChange.part) == col(_EACH.part),
        col(RemoteChange.kind) == "removal",
        col(RemoteChange.state) == "done",
    )
    return exists().where(col(_EACH.delivery_id) == col(Delivery.id), ~gone)


def _going() -> ColumnElement[bool]:
    return exists().where(
        col(RemoteChange.delivery_id) == col(Delivery.id),
        col(RemoteChange.kind) == "removal",
        col(RemoteChange.state).in_(("asked", "working")),
    )


def _like(folio: str) -> str:
    escaped = folio.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
