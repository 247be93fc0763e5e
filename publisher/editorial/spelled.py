"""The spelling of what a composer holds, on request; it never weighs on the verdict."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlmodel import col

from publisher import access, spelling
from publisher.app import Actor, App
from publisher.editorial.checking import FindingView
from publisher.editorial.content import DraftContent, check_shape, normal
from publisher.models import Plantel


def look(app: App, actor: Actor, plantel_id: int, content: DraftContent) -> tuple[FindingView, ...]:
    """Return the words of texts, threads and alt texts that the dictionary lacks, as *informativa*.

    The names of our planteles and municipalities are known. Raises ``Unready`` with what to do
    where this machine has no dictionary.
    """
    access.authorize(actor, "post.draft", plantel_id=plantel_id)
    content = normal(content)
    check_shape(content)
    base = spelling.find(app.settings.spelling)
    with app.read() as session:
        rows = session.execute(select(col(Plantel.name), col(Plantel.municipality))).all()
    known = {word for row in rows for name in row for word in re.findall(r"[^\W\d_]+", name)}
    texts = {name: text for name, text in content.texts.items() if text.strip()}
    for network, extras in content.extras.items():
        texts |= {f"{network}:{n}": part.text for n, part in enumerate(extras.following, 2)}
    texts |= {f"alt:{n}": use.alt_text for n, use in enumerate(content.media, 1)}
    return tuple(
        FindingView(
            source="manual",
            network=place,
            rule=spelling.RULE,
            section=spelling.RULE.split(".", maxsplit=1)[0],
            severity="info",
            category="",
            fragment=doubt.word,
            start=doubt.start,
            end=doubt.end,
            explanation=doubt.explanation,
            suggestion=doubt.suggestion,
        )
        for place, text in texts.items()
        for doubt in spelling.review(text, base, known=known)
    )
