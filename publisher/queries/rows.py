"""What the read models share: scope as a condition, facts of many posts in a few statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true, tuple_
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.errors import Forbidden
from publisher.models import (
    Account,
    Delivery,
    Finding,
    Media,
    Post,
    PostMedia,
    Target,
    Variant,
)
from publisher.queries.phases import group_column
from publisher.texts import access as texts

Key = tuple[int, int]
EXCERPT = 240


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What lists show of one revision: text, pictures, targets, findings, deliveries by group."""

    text: str = ""
    pictures: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    planteles: tuple[int, ...] = ()
    accounts: int = 0
    blocks: int = 0
    warnings: int = 0
    deliveries: Mapping[str, int] = field(default_factory=dict)


def within(column: object, scope: frozenset[int] | None) -> ColumnElement[bool]:
    """Return the condition that keeps ``column`` (a plantel id) within a scope of ``access``."""
    if scope is None:
        return true()
    return col(column).in_(sorted(scope))


def visible_posts(where: frozenset[int] | None) -> ColumnElement[bool]:
    """Return the condition of a post of those planteles, or meant for an account of theirs."""
    if where is None:
        return true()
    meant = (
        exists()
        .where(
            col(Target.post_id) == col(Post.id),
            col(Target.revision) == col(Post.revision),
            col(Account.id) == col(Target.account_id),
            col(Account.plantel_id).in_(sorted(where)),
        )
        .correlate(Post)
    )
    # somebody else's draft is nobody's business until it is sent in
    return or_(col(Post.plantel_id).in_(sorted(where)), and_(col(Post.state) != "draft", meant))


def require(actor: Actor, action: str) -> frozenset[int] | None:
    """Return where the actor may do ``action``. Raises ``Forbidden`` when that is nowhere."""
    found = access.scope(actor, action)
    if found is not None and not found:
        raise Forbidden(texts.NOT_ALLOWED.format(action=texts.ACTIONS[action]))
    return found


def home_zone(app: App) -> ZoneInfo:
    """Return the institution's zone, in which days and weeks are counted."""
    return ZoneInfo(app.institution.timezone)


def today(app: App) -> datetime:
    """Return now in the institution's zone."""
    return app.clock().astimezone(home_zone(app))


def facts_of(session: Session, keys: Iterable[Key]) -> dict[Key, Facts]:
    """Return the facts of (post, revision) pairs, with five statements however many they are."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    texts_of = _texts(session, wanted)
    pictures = _pictures(session, wanted)
    targets = _targets(session, wanted)
    findings = _findings(session, wanted)
    deliveries = delivery_counts(session, wanted)
    return {
        key: Facts(
            text=texts_of.get(key, ""),
            pictures=tuple(pictures.get(key, ())),
            networks=tuple(sorted({network for network, _ in targets.get(key, ())})),
            planteles=tuple(sorted({plantel for _, plantel in targets.get(key, ())})),
            accounts=len(targets.get(key, ())),
            blocks=findings[key]["block"],
            warnings=findings[key]["warn"],
            deliveries=deliveries.get(key, {}),
        )
        for key in wanted
    }


def delivery_counts(session: Session, keys: Sequence[Key]) -> dict[Key, dict[str, int]]:
    """Return how many deliveries of each revision are in each group."""
    group = group_column().label("grouped")
    rows = session.execute(
        select(col(Delivery.post_id), col(Delivery.revision), group, func.count())
        .where(tuple_(col(Delivery.post_id), col(Delivery.revision)).in_(keys))
        .group_by(col(Delivery.post_id), col(Delivery.revision), group)
    )
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    for post_id, revision, name, count in rows:
        found[post_id, revision][name] = count
    return dict(found)


def _texts(session: Session, keys: Sequence[Key]) -> dict[Key, str]:
    rows = session.execute(
        select(
            col(Variant.post_id),
            col(Variant.revision),
            col(Variant.network),
            func.substr(col(Variant.text), 1, EXCERPT),
        )
        .where(tuple_(col(Variant.post_id), col(Variant.revision)).in_(keys))
        .order_by(col(Variant.network))
    )
    found: dict[Key, str] = {}
    for post_id, revision, network, text in rows:
        # the common text where there is one, else the first network's own
        if text and (network == "base" or not found.get((post_id, revision))):
            found[post_id, revision] = text
    return found


def _pictures(session: Session, keys: Sequence[Key]) -> dict[Key, list[str]]:
    rows = session.execute(
        select(col(PostMedia.post_id), col(PostMedia.revision), col(Media.sha256))
        .join(Media, col(Media.id) == col(PostMedia.media_id))
        .where(tuple_(col(PostMedia.post_id), col(PostMedia.revision)).in_(keys))
        .order_by(col(PostMedia.position))
    )
    found: dict[Key, list[str]] = defaultdict(list)
    for post_id, revision, sha256 in rows:
        found[post_id, revision].append(sha256)
    return found


def _targets(session: Session, keys: Sequence[Key]) -> dict[Key, list[tuple[str, int]]]:
    rows = session.execute(
        select(
            col(Target.post_id),
            col(Target.revision),
            col(Account.network),
            col(Account.plantel_id),
        )
        .join(Account, col(Account.id) == col(Target.account_id))
        .where(tuple_(col(Target.post_id), col(Target.revision)).in_(keys))
    )
    found: dict[Key, list[tuple[str, int]]] = defaultdict(list)
    for post_id, revision, network, plantel_id in rows:
        found[post_id, revision].append((network, plantel_id))
    return found


def _findings(session: Session, keys: Sequence[Key]) -> dict[Key, Counter[str]]:
    rows = session.execute(
        select(col(Finding.post_id), col(Finding.revision), col(Finding.severity), func.count())
        .where(tuple_(col(Finding.post_id), col(Finding.revision)).in_(keys))
        .group_by(col(Finding.post_id), col(Finding.revision), col(Finding.severity))
    )
    found: dict[Key, Counter[str]] = defaultdict(Counter)
    for post_id, revision, severity, count in rows:
        found[post_id, revision][severity] = count
    return found
