"""What an author writes: values in, rows out, and back.

Writing never trusts what comes: ``normal`` drops what no network can carry and no database stores,
``check_shape`` refuses the rest, and both run before anything is compared or kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Final, cast, get_args

from sqlalchemy import delete, select
from sqlmodel import Session, col

from connectors.contract import PartForm
from connectors.limits import limits_for
from connectors.registry import NETWORKS
from publisher import localtime
from publisher.consents.covers import folios, reference
from publisher.editorial import extras as additions
from publisher.editorial.extras import FOLLOWING_MAX, LINK_MAX, Extras
from publisher.editorial.places import write_targets
from publisher.editorial.snapshot import BASE, FEED, digest_of
from publisher.errors import Invalid
from publisher.models import Media, Post, PostMedia, Target, Variant
from publisher.models.content import TOPICS
from publisher.texts import editorial as texts

TEXT_MAX: Final = 70_000
ALT_MAX: Final = 5_000
MEDIA_MAX: Final = 10
TIME_MODES: Final = ("local", "instant")
FORMS: Final[tuple[PartForm, ...]] = get_args(PartForm)
_NAMES: Final = frozenset({BASE, *NETWORKS.values()})
# C0 controls but tab and newline, DEL, and lone surrogates: PostgreSQL or UTF-8 refuses them
_UNSTORABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class MediaUse:
    """A stored medium as this post uses it (rules 6.1, 12.1, 12.4, 14.1).

    ``captions`` is said of a video only: whether it has captions or a transcript.
    """

    media_id: int
    alt_text: str = ""
    credit: str = ""
    persons_in_image: bool = False
    consent_ref: str = ""
    captions: bool | None = None


@dataclass(frozen=True, kw_only=True)
class DraftContent:
    """Everything the composer holds.

    ``texts`` maps ``base`` and each network with a text of its own; ``forms`` maps each network
    that shows the post otherwise than in its feed, ``extras`` each whose text something goes with.
    ``local_at`` is wall time
    (``YYYY-MM-DDTHH:MM``) proposed for publication; ``fold`` 0 or 1 chooses between two equal
    hours, None says that nobody was asked.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    topic: str = ""
    media: tuple[MediaUse, ...] = ()
    account_ids: tuple[int, ...] = ()
    local_at: str | None = None
    time_mode: str = "local"
    fold: int | None = None
    forms: Mapping[str, str] = field(default_factory=dict)
    extras: Mapping[str, Extras] = field(default_factory=dict)


def normal(content: DraftContent) -> DraftContent:
    """Return ``content`` as it is stored: equal contents compare equal whoever composed them."""
    own = {name: plain(text) for name, text in content.texts.items()}
    return replace(
        content,
        texts={BASE: own.get(BASE, ""), **{n: t for n, t in own.items() if t and n != BASE}},
        media=tuple(
            replace(
                use,
                alt_text=plain(use.alt_text).strip(),
                credit=plain(use.credit).strip(),
                consent_ref=reference(folios(plain(use.consent_ref))),
            )
            for use in content.media
        ),
        account_ids=tuple(sorted(set(content.account_ids))),
        local_at=content.local_at or None,
        forms={name: form for name, form in content.forms.items() if form and form != FEED},
        extras=additions.normal(content.extras, plain),
    )


def plain(text: str) -> str:
    """Return ``text`` with Unix newlines and without what cannot be stored."""
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def check_shape(content: DraftContent) -> None:
    """Raise ``Invalid`` for what could never become a post, with the field that is wrong."""
    if content.topic and content.topic not in TOPICS:
        raise Invalid(texts.NO_SUCH_TOPIC.format(topic=content.topic), field="topic")
    if len(content.media) > MEDIA_MAX:
        raise Invalid(texts.TOO_MANY_MEDIA.format(n=MEDIA_MAX), field="media")
    declared = (
        text for use in content.media for text in (use.alt_text, use.credit, use.consent_ref)
    )
    if any(len(text) > ALT_MAX for text in declared):
        raise Invalid(texts.ALT_TOO_LONG.format(n=ALT_MAX), field="media")
    if content.texts.keys() - _NAMES or content.forms.keys() - (_NAMES - {BASE}):
        raise Invalid(texts.NO_SUCH_NETWORK, field="texts")
    if any(len(text) > TEXT_MAX for text in content.texts.values()):
        raise Invalid(texts.TEXT_TOO_LONG.format(n=TEXT_MAX), field="texts")
    if set(content.forms.values()) - set(FORMS):
        raise Invalid(texts.NO_SUCH_FORM, field="forms")
    _check_extras(content.extras)
    check_time(content.local_at, content.time_mode, content.fold)


def _check_extras(extras: Mapping[str, Extras]) -> None:
    if extras.keys() - (_NAMES - {BASE}):
        raise Invalid(texts.NO_SUCH_NETWORK, field="extras")
    for one in extras.values():
        if not additions.is_sound(one):
            raise Invalid(texts.NO_SUCH_EXTRA, field="extras")
        if len(one.following) > FOLLOWING_MAX:
            raise Invalid(texts.TOO_MANY_PARTS.format(n=FOLLOWING_MAX), field="extras")
        if any(len(part.text) > TEXT_MAX for part in one.following):
            raise Invalid(texts.TEXT_TOO_LONG.format(n=TEXT_MAX), field="extras")
        if len(one.link) > LINK_MAX:
            raise Invalid(texts.LINK_TOO_LONG.format(n=LINK_MAX), field="extras")


def check_time(local_at: str | None, time_mode: str, fold: int | None) -> None:
    """Raise ``Invalid`` unless wall time, mode and fold can be understood."""
    if local_at:
        localtime.parse_wall(local_at)
    if time_mode not in TIME_MODES or fold not in {None, 0, 1}:
        raise Invalid(texts.TIME_MODE, field="time_mode")


def fingerprint(content: DraftContent) -> str:
    """Return the digest that the audit keeps of a draft."""
    return digest_of(asdict(content))


def write_content(session: Session, post: Post, content: DraftContent, *, fold: int) -> None:
    """Replace the rows of the post's working revision by ``content``, which is normal and checked.

    Raises ``Invalid`` for a medium of another plantel.
    """
    post_id = _id(post)
    require_media(session, post.plantel_id, content)
    session.execute(
        delete(Variant).where(
            col(Variant.post_id) == post_id, col(Variant.revision) == post.revision
        )
    )
    session.execute(
        delete(PostMedia).where(
            col(PostMedia.post_id) == post_id, col(PostMedia.revision) == post.revision
        )
    )
    for network in sorted({*content.texts, *content.forms, *content.extras}):
        goes_with = content.extras.get(network)
        session.add(
            Variant(
                post_id=post_id,
                revision=post.revision,
                network=network,
                text=content.texts.get(network, ""),
                form=content.forms.get(network),
                extras=goes_with.as_json() if goes_with else None,
            )
        )
    for position, use in enumerate(content.media):
        session.add(
            PostMedia(
                post_id=post_id,
                revision=post.revision,
                position=position,
                media_id=use.media_id,
                alt_text=use.alt_text,
                credit=use.credit,
                persons_in_image=use.persons_in_image,
                consent_ref=use.consent_ref,
                captions=use.captions,
            )
        )
    write_targets(session, post, content.account_ids)
    post.topic = content.topic
    post.local_at = content.local_at
    post.time_mode = content.time_mode
    post.fold = fold
    session.flush()


def read_content(session: Session, post: Post, *, revision: int | None = None) -> DraftContent:
    """Return what the working revision holds, or another one of the post.

    Topic and time are the post's own: they are those of the working revision.
    """
    number = post.revision if revision is None else revision
    key = (col(Variant.post_id) == post.id, col(Variant.revision) == number)
    variants = session.execute(
        select(
            col(Variant.network), col(Variant.text), col(Variant.form), col(Variant.extras)
        ).where(*key)
    ).all()
    media = session.execute(
        select(PostMedia)
        .where(col(PostMedia.post_id) == post.id, col(PostMedia.revision) == number)
        .order_by(col(PostMedia.position))
    ).scalars()
    accounts = session.execute(
        select(col(Target.account_id)).where(
            col(Target.post_id) == post.id, col(Target.revision) == number
        )
    ).scalars()
    return DraftContent(
        texts={row.network: row.text for row in variants if row.text or row.network == BASE},
        topic=post.topic,
        media=tuple(
            MediaUse(
                media_id=row.media_id,
                alt_text=row.alt_text,
                credit=row.credit,
                persons_in_image=row.persons_in_image,
                consent_ref=row.consent_ref,
                captions=row.captions,
            )
            for row in media
        ),
        account_ids=tuple(sorted(accounts)),
        local_at=post.local_at,
        time_mode=post.time_mode,
        fold=post.fold,
        forms={row.network: row.form for row in variants if row.form},
        extras={row.network: additions.read(row.extras) for row in variants if row.extras},
    )


def forms_offered(network: str) -> tuple[PartForm, ...]:
    """Return the forms of post that ``network`` has, the feed first."""
    return limits_for(network).forms


def forms_of(content: DraftContent) -> dict[str, PartForm]:
    """Return the forms of a content that ``check_shape`` has seen."""
    return {name: cast("PartForm", form) for name, form in content.forms.items()}


def open_revision(session: Session, post: Post) -> None:
    """Copy the frozen revision to a new working one: what was judged stays as it was."""
    content = read_content(session, post)
    post.revision += 1
    post.digest = None
    write_content(session, post, content, fold=post.fold)


def require_media(session: Session, plantel_id: int, content: DraftContent) -> None:
    """Raise ``Invalid`` unless every medium belongs to the plantel."""
    wanted = {use.media_id for use in content.media}
    owned = set(
        session.execute(
            select(col(Media.id)).where(
                col(Media.id).in_(wanted), col(Media.plantel_id) == plantel_id
            )
        ).scalars()
    )
    if wanted - owned:
        raise Invalid(texts.NO_SUCH_MEDIA, field="media")


def _id(post: Post) -> int:
    if post.id is None:
        raise LookupError("the post has no row yet")
    return post.id
