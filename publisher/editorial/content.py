"""What an author writes: values in, rows out, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from publisher import localtime
from publisher.editorial.snapshot import BASE, MediaRef
from publisher.errors import Invalid
from publisher.models import (
    Account,
    Media,
    Plantel,
    Post,
    PostMedia,
    Rendition,
    Target,
    Variant,
)
from publisher.models.content import TOPICS
from publisher.texts import editorial as texts

TEXT_MAX = 70_000
MEDIA_MAX = 10


@dataclass(frozen=True, kw_only=True)
class MediaUse:
    """A stored medium as this post uses it (rules 6.1, 12.1, 14.1)."""

    media_id: int
    alt_text: str = ""
    credit: str = ""
    persons_in_image: bool = False
    consent_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftContent:
    """Everything the composer holds.

    ``texts`` maps ``base`` and each network with a text of its own. ``local_at`` is wall time
    (``YYYY-MM-DDTHH:MM``) proposed for publication; ``fold`` chooses the second of two equal hours.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    topic: str = ""
    media: tuple[MediaUse, ...] = ()
    account_ids: tuple[int, ...] = ()
    local_at: str | None = None
    time_mode: str = "local"
    fold: int = 0


@dataclass(frozen=True, kw_only=True)
class Place:
    """An account with what planning needs of its plantel."""

    account_id: int
    network: str
    connector: str
    external_id: str
    handle: str
    state: str
    plantel_id: int
    plantel: str
    timezone: str


def write_content(session: Session, post: Post, content: DraftContent) -> None:
    """Replace the rows of the post's working revision by ``content``. Raises ``Invalid``."""
    _check_shape(content)
    key = {"post_id": _id(post), "revision": post.revision}
    _check_owned(session, post, content)
    for model in (Variant, PostMedia, Target):
        session.execute(
            delete(model).where(
                model.__table__.c.post_id == key["post_id"],
                model.__table__.c.revision == key["revision"],
            )
        )
    for network, text in content.texts.items():
        if text or network == BASE:
            session.add(Variant(**key, network=network, text=text))
    for position, use in enumerate(content.media):
        session.add(
            PostMedia(
                **key,
                position=position,
                media_id=use.media_id,
                alt_text=use.alt_text.strip(),
                credit=use.credit.strip(),
                persons_in_image=use.persons_in_image,
                consent_ref=use.consent_ref.strip(),
            )
        )
    write_targets(session, post, content.account_ids)
    post.topic = content.topic
    post.local_at = content.local_at
    post.time_mode = content.time_mode
    post.fold = content.fold
    session.flush()


def write_targets(session: Session, post: Post, account_ids: tuple[int, ...]) -> None:
    """Replace the accounts that the working revision is meant for."""
    session.execute(
        delete(Target).where(col(Target.post_id) == post.id, col(Target.revision) == post.revision)
    )
    for account_id in sorted(set(account_ids)):
        session.add(Target(post_id=_id(post), revision=post.revision, account_id=account_id))
    session.flush()


def read_content(session: Session, post: Post) -> DraftContent:
    """Return what the working revision holds."""
    key = (col(Variant.post_id) == post.id, col(Variant.revision) == post.revision)
    variants = session.execute(select(col(Variant.network), col(Variant.text)).where(*key)).all()
    media = session.execute(
        select(PostMedia)
        .where(col(PostMedia.post_id) == post.id, col(PostMedia.revision) == post.revision)
        .order_by(col(PostMedia.position))
    ).scalars()
    accounts = session.execute(
        select(col(Target.account_id)).where(
            col(Target.post_id) == post.id, col(Target.revision) == post.revision
        )
    ).scalars()
    return DraftContent(
        texts={row.network: row.text for row in variants},
        topic=post.topic,
        media=tuple(
            MediaUse(
                media_id=row.media_id,
                alt_text=row.alt_text,
                credit=row.credit,
                persons_in_image=row.persons_in_image,
                consent_ref=row.consent_ref,
            )
            for row in media
        ),
        account_ids=tuple(sorted(accounts)),
        local_at=post.local_at,
        time_mode=post.time_mode,
        fold=post.fold,
    )


def open_revision(session: Session, post: Post) -> None:
    """Copy the frozen revision to a new working one: what was judged stays as it was."""
    content = read_content(session, post)
    post.revision += 1
    post.digest = None
    write_content(session, post, content)


def places_of(session: Session, account_ids: tuple[int, ...]) -> tuple[Place, ...]:
    """Return the accounts with their planteles, by plantel and network. Raises ``Invalid``."""
    rows = session.execute(
        select(
            col(Account.id).label("account_id"),
            col(Account.network),
            col(Account.connector),
            col(Account.external_id),
            col(Account.handle),
            col(Account.state),
            col(Account.plantel_id),
            col(Plantel.name).label("plantel"),
            col(Plantel.timezone),
        )
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(col(Account.id).in_(account_ids))
        .order_by(col(Plantel.name), col(Account.network))
    ).mappings()
    places = tuple(Place(**row) for row in rows)
    if len(places) != len(set(account_ids)):
        raise Invalid(texts.NO_SUCH_ACCOUNT, field="account_ids")
    return places


def media_of(session: Session, uses: tuple[MediaUse, ...]) -> dict[str, tuple[MediaRef, ...]]:
    """Return the renditions, by network, of media that are not stored with a post yet."""
    rows = session.execute(
        select(Media, Rendition)
        .join(Rendition, col(Rendition.media_id) == col(Media.id))
        .where(col(Media.id).in_([use.media_id for use in uses]))
    ).all()
    found = {(medium.id, rendition.network): (medium, rendition) for medium, rendition in rows}
    networks = sorted({network for _, network in found})
    return {
        network: tuple(
            _ref(*found[use.media_id, network], use)
            for use in uses
            if (use.media_id, network) in found
        )
        for network in networks
    }


def _ref(medium: Media, rendition: Rendition, use: MediaUse) -> MediaRef:
    return MediaRef(
        sha256=rendition.sha256,
        kind=medium.kind,
        mime=rendition.mime,
        width=rendition.width,
        height=rendition.height,
        size=rendition.size,
        alt_text=use.alt_text.strip(),
        duration=medium.duration,
        persons_in_image=use.persons_in_image,
        consent_ref=use.consent_ref.strip(),
    )


def due_at(post: Post, plantel_zone: str) -> datetime:
    """Return the UTC instant at which ``post`` is due for a plantel. Raises ``Invalid``."""
    if not post.local_at:
        raise Invalid(texts.NO_TIME, field="local_at")
    zone = plantel_zone if post.time_mode == "local" else post.timezone
    return localtime.resolve(post.local_at, zone, post.fold)


def _check_shape(content: DraftContent) -> None:
    if content.topic and content.topic not in TOPICS:
        raise Invalid(texts.NO_SUCH_TOPIC.format(topic=content.topic), field="topic")
    if len(content.media) > MEDIA_MAX:
        raise Invalid(texts.TOO_MANY_MEDIA.format(n=MEDIA_MAX), field="media")
    if any(len(text) > TEXT_MAX for text in content.texts.values()):
        raise Invalid(texts.TEXT_TOO_LONG.format(n=TEXT_MAX), field="texts")
    if content.local_at:
        localtime.parse_wall(content.local_at)


def _check_owned(session: Session, post: Post, content: DraftContent) -> None:
    wanted = {use.media_id for use in content.media}
    owned = set(
        session.execute(
            select(col(Media.id)).where(
                col(Media.id).in_(wanted), col(Media.plantel_id) == post.plantel_id
            )
        ).scalars()
    )
    if wanted - owned:
        raise Invalid(texts.NO_SUCH_MEDIA, field="media")


def _id(post: Post) -> int:
    if post.id is None:
        raise LookupError("the post has no row yet")
    return post.id
