"""Turns the newest posts of an account into evidence: found, absent, or not known.

Pure over pages of ``Seen``, newest first; the connectors fetch them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from connectors.contract import Listing, Part, Receipt, Seen, Sighting
from connectors.matching import normalise

PAGES_MAX = 4
"""A look reads at most this many pages; X bills each post that is read."""

CLOCK_SLACK = timedelta(seconds=2)
"""Networks give creation times in whole seconds, cut."""

_EVIDENCE_MAX = 10


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a listing; ``last`` if the network has no older ones."""

    items: tuple[Seen, ...]
    last: bool


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a look searches for, and what it must not mistake for it.

    ``parent`` is the remote id of what it must answer: "" for nothing, None where listings do not
    tell.
    """

    text: str
    media_keys: frozenset[str]
    since: datetime
    known: frozenset[str]
    ignore: frozenset[str]
    parent: str | None = None


def look(pages: Iterable[Page], wanted: Wanted, part: Part) -> Sighting:
    """Search ``pages`` for a post that is ``part``.

    A post matches by one of the media handles; if it shows other media, never; else by its text.
    The look is trustworthy if it reached back to ``since`` and, where there are ``known`` ids,
    met one of them: a stale or empty listing proves nothing. Nor does one that shows our text with
    media we do not recognise: a person has to look.
    """
    items: list[Seen] = []
    reached, canary = False, not wanted.known
    for page in islice(pages, PAGES_MAX):
        items += page.items
        canary = canary or any(seen.remote_id in wanted.known for seen in page.items)
        reached = page.last or (bool(page.items) and page.items[-1].created_at < wanted.since)
        if page.last or (reached and canary):
            break
    fresh = [
        seen
        for seen in items
        if seen.created_at >= wanted.since - CLOCK_SLACK
        and seen.remote_id not in wanted.ignore
        and wanted.parent in {None, seen.parent}
    ]
    text = normalise(wanted.text)
    hits, doubtful = [], []
    for seen in fresh:
        same_text = normalise(seen.text) == text and (bool(text) or bool(part.media))
        if wanted.media_keys and seen.media_keys:
            if not wanted.media_keys.isdisjoint(seen.media_keys):
                hits.append(seen)
            elif same_text and text:
                doubtful.append(seen)
        elif same_text and (part.media or not seen.media_keys):
            hits.append(seen)
    return Sighting(
        matches=tuple(
            Receipt(remote_id=hit.remote_id, permalink=hit.permalink, created_at=hit.created_at)
            for hit in hits
        ),
        trustworthy=reached and canary and not doubtful,
        evidence={
            "listed": len(items),
            "reached_since": reached,
            "canary": canary if wanted.known else None,
            "same_text_other_media": [seen.remote_id for seen in doubtful],
            "newest": [
                {"id": seen.remote_id, "created": seen.created_at.isoformat()}
                for seen in items[:_EVIDENCE_MAX]
            ],
        },
    )


def gather(pages: Iterable[Page], *, since: datetime | None, limit: int) -> Listing:
    """Collect up to ``limit`` posts, back to ``since`` where it is given."""
    items: list[Seen] = []
    complete = False
    for page in islice(pages, PAGES_MAX):
        items += page.items
        older = since is not None and bool(items) and items[-1].created_at < since
        complete = page.last or older
        if complete or len(items) >= limit:
            break
    chosen = [seen for seen in items if since is None or seen.created_at >= since]
    return Listing(items=tuple(chosen[:limit]), complete=complete and len(chosen) <= limit)


def among(pages: Iterable[Page], others: Iterable[Seen]) -> Iterator[Page]:
    """Yield ``pages`` with ``others``, which another list showed, in their places by time."""
    left = list(others)
    for page in pages:
        oldest = page.items[-1].created_at if page.items and not page.last else None
        now = [seen for seen in left if oldest is None or seen.created_at >= oldest]
        left = [seen for seen in left if seen not in now]
        items = sorted((*page.items, *now), key=lambda seen: seen.created_at, reverse=True)
        yield Page(items=tuple(items), last=page.last)


def moment(text: object, fallback: datetime | None = None) -> datetime:
    """Read a network's time stamp (``…Z``, ``+0000`` or ``+00:00``) as aware UTC.

    An unreadable one counts as ``fallback``, or as the oldest time there is: such a post can
    never be taken for one that we sent.
    """
    try:
        stamp = datetime.fromisoformat(str(text))
    except ValueError:
        return fallback or datetime.min.replace(tzinfo=UTC)
    return stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC)
