"""What goes with a network's text: the items of a thread, a first comment, a link, who may answer.

It is kept as JSON on the network's variant and is part of what is approved. Nothing of it is none
at all: a variant without extras stays as it was before they existed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from connectors.contract import PartKind, RepliesFrom

FOLLOWING_MAX: Final = 24
"""The most parts that may follow a post: with it, the 25 that X's own composer allows."""
LINK_MAX: Final = 2_000
KINDS: Final[tuple[PartKind, ...]] = ("reply", "comment")
REPLIES: Final[tuple[RepliesFrom, ...]] = get_args(RepliesFrom)
EVERYONE: Final[RepliesFrom] = "everyone"


@dataclass(frozen=True, kw_only=True)
class Following:
    """A part that follows the post: an item of a thread (``reply``) or a ``comment``."""

    kind: PartKind
    text: str


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What goes with one network's text; ``connectors.contract.Part`` says what each means."""

    following: tuple[Following, ...] = ()
    replies: RepliesFrom = EVERYONE
    link: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what is stored and what an approval covers: only what was chosen."""
        parts = [{"kind": part.kind, "text": part.text} for part in self.following]
        return {
            **({"following": parts} if parts else {}),
            **({"replies": self.replies} if self.replies != EVERYONE else {}),
            **({"link": self.link} if self.link else {}),
        }


NONE: Final = Extras()


def read(stored: str | Mapping[str, Any] | None) -> Extras:
    """Return the extras that ``as_json`` gave; SQLite hands them out as text."""
    value = json.loads(stored) if isinstance(stored, str) else stored
    if not value:
        return NONE
    return Extras(
        following=tuple(
            Following(kind=part["kind"], text=part["text"]) for part in value.get("following", ())
        ),
        replies=value.get("replies", EVERYONE),
        link=value.get("link", ""),
    )


def normal(extras: Mapping[str, Extras], plain: Callable[[str], str]) -> dict[str, Extras]:
    """Return ``extras`` as they are stored, without empty parts and networks that have none."""
    found = {}
    for network, one in extras.items():
        following = tuple(replace(part, text=plain(part.text)) for part in one.following)
        kept = replace(
            one,
            following=tuple(part for part in following if part.text.strip()),
            link=plain(one.link).strip(),
        )
        if kept != NONE:
            found[network] = kept
    return found


def is_sound(extras: Extras) -> bool:
    """Tell whether the extras hold only kinds and choices that exist."""
    kinds = {part.kind for part in extras.following}
    return kinds <= set(KINDS) and extras.replies in REPLIES
