"""Rule 6.1 with the register at hand: what each medium that shows a minor cites, and if it holds.

The manual's engine knows only whether a medium cites something; here the folio is looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from sqlmodel import Session

from publisher import localtime
from publisher.app import App
from publisher.consents import using
from publisher.consents.covers import VOICE, Gap, Standing, covers, gaps
from publisher.editorial.snapshot import MediaRef, Snapshot
from publisher.errors import Conflict
from publisher.manual import texts as manual_texts
from publisher.manual.document import Manual
from publisher.manual.findings import SEVERITIES, Severity
from publisher.models import Post
from publisher.texts import consents as texts

RULE = using.RULE
Told = tuple[Severity, str, str]


def judge(
    manual: Manual,
    media: Sequence[MediaRef],
    known: Mapping[str, Standing],
    *,
    networks: Collection[str],
    on: date,
    only_plantel: int | None,
) -> Iterator[Told]:
    """Yield (severity, explanation, suggestion) for each citation that does not hold. Pure.

    ``only_plantel`` is the plantel whose consents alone may be cited, None where all may: Difusión
    shows pictures of several planteles together. What is not cited at all is the engine's to say.
    """
    rule = manual.rule(RULE)
    if rule is None:
        return
    severity = min("bloqueo", rule.severity, key=SEVERITIES.index)
    for number, item in enumerate(media, start=1):
        if not item.persons_in_image or not item.consent_ref:
            continue
        medium = dict(manual_texts.medium(item.kind, number))["medio"]
        said: dict[str, None] = {}
        for network in sorted(networks) or [""]:
            for found in gaps(item.consent_ref, known, network=network, on=on):
                said[texts.gap(found, network=network)] = None
        for one in known.values():
            if only_plantel not in (None, one.plantel_id) and one.folio in item.consent_ref:
                said[texts.gap(Gap(why="other_plantel", folio=one.folio))] = None
        for gap in said:
            yield severity, texts.FINDING.format(medium=medium, gap=gap), texts.SUGGESTION
        if item.audio_codec and not said and not covers(item.consent_ref, known, VOICE):
            gap = texts.gap(Gap(why="voice", folio=item.consent_ref))
            least = min("advertencia", rule.severity, key=SEVERITIES.index)
            yield least, texts.FINDING.format(medium=medium, gap=gap), texts.SUGGESTION_VOICE


def require(app: App, session: Session, post: Post, snapshot: Snapshot) -> None:
    """Raise ``Conflict`` where a citation no longer holds at the moment of the approval.

    What the Directora excepted for this revision is let through, unless it was revoked since.
    """
    key = (post.id or 0, post.revision)
    held = using.of_revisions(session, {key: using.cited(snapshot.media)}).get(key)
    if held is None:
        return
    on = published_on(app, post.local_at, post.timezone)
    for network in sorted({target.network for target in snapshot.targets}):
        found = held.gap(snapshot.media.get(network, ()), network=network, on=on)
        if found is not None:
            raise Conflict(texts.APPROVE.format(gap=texts.gap(found, network=network)))


def published_on(app: App, local_at: str | None, timezone: str) -> date:
    """Return the local day that a post is meant for; today while nobody proposed one."""
    if local_at:
        return localtime.parse_wall(local_at).date()
    return app.clock().astimezone(localtime.zone(timezone)).date()
