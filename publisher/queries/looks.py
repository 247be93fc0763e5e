"""What a look at an account gave, as the reconciler kept it: the evidence of a doubtful send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from publisher.app import App
from publisher.queries.links import link_of


@dataclass(frozen=True, kw_only=True)
class Match:
    """A post that the account showed and that is like ours; ``link`` may be empty."""

    remote_id: str
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A post of the account's listing; ``at`` is None where the network gave no readable time."""

    remote_id: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A post as the account showed it to a person; ``link`` may be empty.

    ``like`` says that it is probably ours, ``taken`` that another delivery owns it.
    """

    remote_id: str
    at: datetime | None
    text: str = ""
    link: str = ""
    like: bool = False
    taken: bool = False


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the last look at the account gave (``Delivery.evidence``); None is not known.

    ``error`` is set when the look failed. ``canary`` says that the listing showed a post that we
    already knew; None when there was none to look for. ``container`` is Instagram's word on what
    was prepared; ``resembling`` are posts like ours that may still be others. A look that a person
    asked for has who it was in ``by``, and the newest posts whole in ``shown``, or why there are
    none in ``listing_error``.
    """

    at: datetime | None
    error: str = ""
    code: str = ""
    trustworthy: bool | None = None
    matches: tuple[Match, ...] = ()
    listed: int | None = None
    reached: bool | None = None
    canary: bool | None = None
    container: str = ""
    resembling: tuple[str, ...] = ()
    newest: tuple[Seen, ...] = ()
    by: str = ""
    shown: tuple[Shown, ...] = ()
    listing_error: str = ""


def look_of(app: App, network: str, evidence: Mapping[str, Any] | None) -> Look | None:
    """Read what ``delivery.reconcile`` kept of a look; what is missing or odd stays unknown."""
    if not evidence:
        return None
    raw = evidence.get("seen")
    seen: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    return Look(
        at=_moment(evidence.get("at")),
        error=str(evidence.get("error") or ""),
        code=str(evidence.get("code") or ""),
        trustworthy=_truth(evidence.get("trustworthy")),
        matches=tuple(
            Match(remote_id=str(pair[0]), link=link_of(app, network, str(pair[0]), str(pair[1])))
            for pair in _items(evidence.get("matches"))
            if isinstance(pair, Sequence) and len(pair) == 2
        ),
        listed=seen["listed"] if isinstance(seen.get("listed"), int) else None,
        reached=_truth(seen.get("reached_since")),
        canary=_truth(seen.get("canary")),
        container=str(seen.get("container") or ""),
        resembling=tuple(
            str(id_)
            for name in ("same_text", "same_text_other_media")
            for id_ in _items(seen.get(name))
        ),
        newest=tuple(
            Seen(remote_id=str(item.get("id", "")), at=_moment(item.get("created")))
            for item in _items(seen.get("newest"))
            if isinstance(item, Mapping)
        ),
        by=str(evidence.get("by") or ""),
        shown=tuple(
            Shown(
                remote_id=str(item.get("id", "")),
                at=_moment(item.get("at")),
                text=str(item.get("text") or ""),
                link=link_of(app, network, str(item.get("id", "")), str(item.get("link") or "")),
                like=item.get("like") is True,
                taken=item.get("taken") is True,
            )
            for item in _items(evidence.get("shown"))
            if isinstance(item, Mapping)
        ),
        listing_error=str(evidence.get("listing_error") or ""),
    )


def _items(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
