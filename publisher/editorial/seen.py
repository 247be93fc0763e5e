"""What changed in a post since the version that a person last had on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.editorial.comparison import Piece, changed, places
from publisher.editorial.content import DraftContent, MediaUse, read_content
from publisher.errors import NotFound
from publisher.models import Account, Plantel, Post, SeenRevision
from publisher.texts import editorial as texts

_WATCHED = frozenset({"in_review", "reviewed"})


@dataclass(frozen=True, kw_only=True)
class Changes:
    """How the present revision differs from ``since``, the last one that this person saw.

    ``texts`` maps the places whose text changed to their pieces. ``accounts_*`` are names of
    planteles with their network, as (network, plantel).
    """

    since: int
    texts: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    media_added: int = 0
    media_removed: int = 0
    accounts_added: tuple[tuple[str, str], ...] = ()
    accounts_removed: tuple[tuple[str, str], ...] = ()

    @property
    def none(self) -> bool:
        """Tell whether it is the same post, sent in again."""
        media = self.media_added or self.media_removed
        return not (self.texts or media or self.accounts_added or self.accounts_removed)


def look(app: App, actor: Actor, post_id: int) -> Changes | None:
    """Note that the actor has a post in a tray on the screen; return what changed since before.

    None where they never saw another revision of it. Raises ``NotFound`` out of reach.
    """
    with app.read() as session:
        post = session.get(Post, post_id)
        if post is None or not access.allows(actor, "calendar.read", plantel_id=post.plantel_id):
            raise NotFound(texts.NO_SUCH_POST.format(id=post_id))
        seen = session.get(SeenRevision, (actor.person_id, post_id))
        known = seen is not None and seen.revision >= post.revision
        since = seen.before if seen is not None and known else seen.revision if seen else None
        changes = _between(session, post, since) if since else None
        watched = post.state in _WATCHED
        revision = post.revision
    if watched and not known:
        _note(app, actor, post_id, revision)
    return changes


def _note(app: App, actor: Actor, post_id: int, revision: int) -> None:
    with app.write() as session:
        seen = session.get(SeenRevision, (actor.person_id, post_id), with_for_update=True)
        if seen is None:
            session.add(
                SeenRevision(
                    person_id=actor.person_id, post_id=post_id, revision=revision, at=app.clock()
                )
            )
        elif seen.revision < revision:
            seen.before, seen.revision, seen.at = seen.revision, revision, app.clock()


def _between(session: Session, post: Post, since: int) -> Changes:
    now = read_content(session, post)
    then = read_content(session, post, revision=since)
    gone, came = set(_media(then)), set(_media(now))
    left, reached = set(then.account_ids), set(now.account_ids)
    return Changes(
        since=since,
        texts=changed(places(then), places(now)),
        media_added=len(came - gone),
        media_removed=len(gone - came),
        accounts_added=_names(session, reached - left),
        accounts_removed=_names(session, left - reached),
    )


def _media(content: DraftContent) -> tuple[int, ...]:
    uses: tuple[MediaUse, ...] = content.media
    return tuple(use.media_id for use in uses)


def _names(session: Session, account_ids: set[int]) -> tuple[tuple[str, str], ...]:
    rows = session.execute(
        select(col(Account.network), col(Plantel.name))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(col(Account.id).in_(account_ids))
        .order_by(col(Plantel.name), col(Account.network))
    )
    return tuple((network, plantel) for network, plantel in rows)
