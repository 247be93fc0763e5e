"""What else is shown: a text that was on the account lately, an hour that is taken.

An hour is taken on an account by any post of it, and by a post with the same topic on another
account of its plantel: a plantel has one account a network.

``load`` reads the other posts of the accounts; ``repeated`` and ``crowded`` judge them, pure, by
rules 2.6 and 2.7 of the manual, where it has them. Two texts whose numbers differ are two
announcements: another date, another group.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from publisher import localtime
from publisher.editorial.places import Place
from publisher.errors import Invalid
from publisher.manual.document import Manual
from publisher.models import Account, Delivery, Post, Target, Variant
from publisher.texts.consents import NETWORKS

REPEATED, CROWDED = "2.6", "2.7"
DAYS, LIKENESS, MINUTES = 30, 90, 15
OTHERS_MAX: Final = 200
TEXT_MIN: Final = 40
_WAITING: Final = ("in_review", "reviewed")
_GONE: Final = ("cancelled", "rejected", "dead")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+")
_SIGNS: Final = re.compile(r"[^\w\s]+|_")
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, kw_only=True)
class Other:
    """Another post of one of the accounts, which goes out at ``at``; None where no hour is known.

    ``texts`` is everything that it shows somewhere. ``beside`` is the account, network and handle,
    where that is another one of the same plantel.
    """

    post_id: int
    account_id: int
    at: datetime | None
    texts: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True, kw_only=True)
class Around:
    """What is around a post: ``recent`` by text, ``near`` by hour, and its own instants."""

    recent: tuple[Other, ...] = ()
    near: tuple[Other, ...] = ()
    due: Mapping[int, datetime] | None = None


@dataclass(frozen=True, kw_only=True)
class Echo:
    """A post that another one repeats or meets, on ``account_id``, ``at`` its hour if known.

    ``score`` is the likeness of the texts, 0 to 100; ``beside`` as in ``Other``.
    """

    post_id: int
    account_id: int
    at: datetime | None
    score: int = 0
    beside: str = ""


NOTHING: Final = Around()


def instants(
    places: Iterable[Place], local_at: str | None, *, time_mode: str, home: str, fold: int | None
) -> dict[int, datetime]:
    """Return when each account is due, of those where that hour exists."""
    found: dict[int, datetime] = {}
    for place in places if local_at else ():
        zone = place.timezone if time_mode == "local" else home
        try:
            found[place.account_id] = localtime.resolve(local_at or "", zone, fold or 0)
        except Invalid:
            continue
    return found


def load(
    session: Session,
    manual: Manual,
    places: Sequence[Place],
    due: Mapping[int, datetime],
    *,
    now: datetime,
    own: int,
    topic: str = "",
) -> Around:
    """Return what the manual's rules ask about, of all posts but ``own``; at most 200 of each."""
    accounts = [place.account_id for place in places]
    if not accounts:
        return NOTHING
    recent: tuple[Other, ...] = ()
    near: tuple[Other, ...] = ()
    if manual.rule(REPEATED):
        days = int(manual.parameter(REPEATED, "dias", DAYS))
        recent = _recent(session, accounts, since=now - timedelta(days=days), own=own)
    if manual.rule(CROWDED) and due:
        margin = timedelta(minutes=int(manual.parameter(CROWDED, "minutos", MINUTES)))
        near = _near(
            session,
            [place for place in places if place.account_id in due],
            topic=topic,
            first=min(due.values()) - margin,
            last=max(due.values()) + margin,
            own=own,
        )
    return Around(recent=recent, near=near, due=due)


def repeated(texts: Iterable[str], around: Around, *, likeness: int = LIKENESS) -> Echo | None:
    """Return the post that is most like one of ``texts``, the latest of equals. Pure.

    Short texts are like each other by chance: below 40 letters only an identical one counts.
    """
    mine = [_told(text) for text in texts if text.strip()]
    best: Echo | None = None
    for other in around.recent:
        score = max(
            (
                _likeness(one, _told(text), likeness)
                for text in other.texts
                if text.strip()
                for one in mine
            ),
            default=0,
        )
        if score and (best is None or score > best.score):
            best = Echo(
                post_id=other.post_id, account_id=other.account_id, at=other.at, score=score
            )
    return best


def crowded(around: Around, *, minutes: int = MINUTES) -> tuple[Echo, ...]:
    """Return the posts that meet this one within ``minutes``, the account's own first. Pure."""
    margin = timedelta(minutes=minutes)
    found: dict[int, Echo] = {}
    for other in sorted(around.near, key=lambda one: bool(one.beside)):
        mine = (around.due or {}).get(other.account_id)
        if mine is not None and other.at is not None and abs(other.at - mine) <= margin:
            found.setdefault(
                other.post_id,
                Echo(
                    post_id=other.post_id,
                    account_id=other.account_id,
                    at=other.at,
                    beside=other.beside,
                ),
            )
    return tuple(found.values())


def _recent(
    session: Session, accounts: Sequence[int], *, since: datetime, own: int
) -> tuple[Other, ...]:
    """Return the posts that went out, will, or wait for a decision, the latest first."""
    latest = func.max(col(Delivery.due_at))
    rows = session.execute(
        select(
            col(Delivery.post_id),
            col(Delivery.revision),
            func.min(col(Delivery.account_id)).label("account_id"),
            latest.label("at"),
        )
        .where(
            col(Delivery.account_id).in_(accounts),
            col(Delivery.due_at) >= since,
            col(Delivery.state).not_in(_GONE),
            col(Delivery.post_id) != own,
        )
        .group_by(col(Delivery.post_id), col(Delivery.revision))
        .order_by(latest.desc())
        .limit(OTHERS_MAX)
    ).all()
    waiting = session.execute(
        select(
            col(Post.id).label("post_id"),
            col(Post.revision),
            func.min(col(Target.account_id)).label("account_id"),
        )
        .join(
            Target,
            and_(col(Target.post_id) == col(Post.id), col(Target.revision) == col(Post.revision)),
        )
        .where(
            col(Post.state).in_(_WAITING),
            col(Post.id) != own,
            col(Target.account_id).in_(accounts),
        )
        .group_by(col(Post.id), col(Post.revision))
        .order_by(col(Post.id).desc())
        .limit(OTHERS_MAX)
    ).all()
    found = {(row.post_id, row.revision): (row.account_id, row.at) for row in rows}
    found |= {(row.post_id, row.revision): (row.account_id, None) for row in waiting}
    if not found:
        return ()
    shown: dict[tuple[int, int], list[str]] = defaultdict(list)
    for row in session.execute(
        select(col(Variant.post_id), col(Variant.revision), col(Variant.text)).where(
            col(Variant.post_id).in_({post_id for post_id, _ in found}), col(Variant.text) != ""
        )
    ):
        shown[row.post_id, row.revision].append(row.text)
    return tuple(
        Other(post_id=key[0], account_id=account_id, at=at, texts=tuple(shown[key]))
        for key, (account_id, at) in found.items()
    )


def _near(
    session: Session,
    places: Sequence[Place],
    *,
    topic: str,
    first: datetime,
    last: datetime,
    own: int,
) -> tuple[Other, ...]:
    """Return the posts of these accounts, and those on this topic of the accounts beside them."""
    mine = {place.account_id for place in places}
    beside = {place.plantel_id: place.account_id for place in places}
    same: ColumnElement[bool] = col(Account.id).in_(mine)
    if topic:
        around = col(Account.plantel_id).in_(sorted(beside))
        same = or_(same, and_(around, col(Post.topic) == topic))
    rows = session.execute(
        select(
            col(Delivery.post_id),
            col(Delivery.account_id),
            col(Delivery.due_at),
            col(Account.plantel_id),
            col(Account.network),
            col(Account.handle),
        )
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .join(Post, col(Post.id) == col(Delivery.post_id))
        .where(
            same,
            col(Delivery.due_at).between(first, last),
            col(Delivery.state).not_in(_GONE),
            col(Delivery.post_id) != own,
        )
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .limit(OTHERS_MAX)
    )
    return tuple(
        Other(post_id=row.post_id, account_id=row.account_id, at=row.due_at)
        if row.account_id in mine
        else Other(
            post_id=row.post_id,
            account_id=beside[row.plantel_id],
            at=row.due_at,
            beside=f"{row.handle} ({NETWORKS.get(row.network, row.network)})",
        )
        for row in rows
    )


def _told(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text as it is compared, without links, signs and accents, and its numbers."""
    bare = unicodedata.normalize("NFKD", _LINK.sub(" ", text.casefold()))
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    words = " ".join(_SIGNS.sub(" ", bare).split())
    return words, tuple(sorted(_NUMBER.findall(words)))


def _likeness(
    one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]], least: int
) -> int:
    """Return how alike two texts are, 0 where that is below ``least`` or their numbers differ."""
    if not one[0] or one[1] != other[1]:
        return 0
    if one[0] == other[0]:
        return 100
    if min(len(one[0]), len(other[0])) < TEXT_MIN:
        return 0
    straight = fuzz.ratio(one[0], other[0], score_cutoff=least)
    return int(straight or fuzz.token_sort_ratio(one[0], other[0], score_cutoff=least))
