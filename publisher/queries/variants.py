"""What a revision says on each network, and in which form, as screens show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select, tuple_
from sqlmodel import Session, col

from publisher.editorial.snapshot import BASE, FEED, STORY
from publisher.models import Variant

Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Variants:
    """``texts`` by network and ``base``; ``forms`` of the networks that do not use the feed."""

    texts: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)

    def said(self, network: str) -> str:
        """Return what shows on ``network``."""
        return said(self.texts, self.forms, network)


def variants_of(
    session: Session, keys: Iterable[Key], *, excerpt: int | None = None
) -> dict[Key, Variants]:
    """Return the variants of each (post, revision); of each text only the first ``excerpt``."""
    text = col(Variant.text)
    found = {key: Variants() for key in keys}
    for post_id, revision, network, words, form in session.execute(
        select(
            col(Variant.post_id),
            col(Variant.revision),
            col(Variant.network),
            text if excerpt is None else func.substr(text, 1, excerpt),
            col(Variant.form),
        ).where(tuple_(col(Variant.post_id), col(Variant.revision)).in_(list(found)))
    ):
        one = found[post_id, revision]
        if words or network == BASE:
            one.texts[network] = words
        if form and form != FEED:
            one.forms[network] = form
    return found


def said(texts: Mapping[str, str], forms: Mapping[str, str], network: str) -> str:
    """Return what shows on ``network``: its own text, or the common one, which a story lacks."""
    own = texts.get(network, "")
    return own if own or forms.get(network) == STORY else texts.get(BASE, "")
