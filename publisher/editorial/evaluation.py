"""The judging of a content: the manual and the networks, each asked what it knows.

The manual judges the common text and each network's own text once, what goes with them, and the alt
texts; the connectors' ``check`` judges every target network's final text and media, offline. With
them stands what the register of consents and the other posts of the accounts say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from connectors.contract import Connector, Content, Limits, Part
from connectors.limits import limits_for
from publisher import localtime
from publisher.app import App
from publisher.consents.covers import NAME, Standing, covers
from publisher.editorial import consenting, echoes
from publisher.editorial.checking import (
    SEVERITIES,
    Checked,
    FindingView,
    Length,
    of_manual,
    of_network,
    of_rule,
)
from publisher.editorial.snapshot import BASE, FEED, MediaRef, Snapshot, media_item
from publisher.manual.document import Manual
from publisher.manual.findings import Facts, MediaFacts
from publisher.manual.review import review
from publisher.media import reach
from publisher.texts import editorial as texts
from publisher.texts import notices as notice_texts

_CROWD: Final = 3
_LINK_SECTION: Final = "9"
_ALT_SECTIONS: Final = frozenset({"3", "5", "6", "7", "8"})


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is known around the content, beside its rows.

    ``ways`` are the (network, connector) pairs of the target accounts: two ways may lead to one
    network. ``credits`` are in the order of the media. ``on`` is the local day that it is meant
    for, today where none is proposed; ``consents`` is the register by folio, of which only those of
    ``only_plantel`` may be cited where it is given. ``around`` are other posts of the accounts,
    ``names`` the accounts' (handle, time zone), ``planteles`` what all planteles are called.
    """

    topic: str
    local_at: str | None
    plantel: str
    author_is_plantel: bool
    ways: tuple[tuple[str, str], ...]
    credits: tuple[str, ...]
    on: date | None = None
    consents: Mapping[str, Standing] = field(default_factory=dict)
    only_plantel: int | None = None
    planteles: tuple[str, ...] = ()
    around: echoes.Around = echoes.NOTHING
    names: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def networks(self) -> frozenset[str]:
        """The networks that the post is meant for."""
        return frozenset(network for network, _ in self.ways)


def evaluate(app: App, manual: Manual, snapshot: Snapshot, setting: Setting) -> Checked:
    """Return what the manual and the target networks say of ``snapshot``. No network.

    Whether media can be fetched from us is told as ``media.reach`` last saw it.
    """
    facts = _facts(snapshot, setting)
    findings: list[FindingView] = []
    judged = review("", Facts(), manual)
    for number, (network, text) in enumerate(_shown_texts(snapshot, setting).items()):
        # facts about the whole post are judged once, with the first text
        around = facts if number == 0 else replace(facts, alt_texts=None, media=None, topic=None)
        judged = review(text, replace(around, network=None if network == BASE else network), manual)
        findings += [of_manual(finding, network) for finding in judged.findings]
    findings += _extra_findings(snapshot, setting, manual, facts)
    findings += _alt_findings(snapshot, manual)
    findings += _consent_findings(snapshot, setting, manual)
    findings += _echo_findings(snapshot, setting, manual)
    lengths: dict[str, Length] = {}
    following: dict[str, tuple[Length, ...]] = {}
    for network, key in setting.ways:
        connector = app.connector(key)
        form = snapshot.form(network)
        limits = connector.limits if form == FEED else limits_for(network, form)
        media = tuple(media_item(ref) for ref in snapshot.media.get(network, ()))
        post, *later = snapshot.parts(network, media)
        lengths[network] = (connector.weigh(post.text), limits.text_max)
        if later:
            following[network] = tuple(
                (connector.weigh(part.text), _most(part, connector.limits)) for part in later
            )
        findings += _issues(connector, Content(parts=(post, *later)))
    findings += _unprepared(snapshot, setting)
    findings += _unreachable(app, snapshot, setting)
    return Checked(
        verdict=_verdict(findings),
        findings=tuple(findings),
        lengths=lengths,
        following=following,
        manual_version=judged.manual_version,
        manual_hash=judged.manual_hash,
        lexicon_hash=judged.lexicon_hash,
        engine_version=judged.engine_version,
    )


def _shown_texts(snapshot: Snapshot, setting: Setting) -> dict[str, str]:
    """Return the texts that somebody will see: the common one unless every network has its own."""
    own = {network: text for network, text in snapshot.texts.items() if network in setting.networks}
    everywhere = bool(own) and own.keys() == setting.networks
    return own if everywhere else {BASE: snapshot.texts.get(BASE, ""), **own}


def _facts(snapshot: Snapshot, setting: Setting) -> Facts:
    media = _all_media(snapshot)
    when: date | None = localtime.parse_wall(setting.local_at).date() if setting.local_at else None
    return Facts(
        topic=setting.topic,
        date=when,
        plantel=setting.plantel,
        author_is_plantel=setting.author_is_plantel,
        planteles=setting.planteles or None,
        alt_texts=tuple(item.alt_text for item in media),
        media=tuple(
            MediaFacts(
                kind=item.kind,
                person=item.persons_in_image,
                consent=item.consent_ref,
                name_consent=covers(item.consent_ref, setting.consents, NAME),
                credit=credit,
                captions=item.captions if item.kind == "video" else None,
            )
            for item, credit in zip(media, setting.credits, strict=False)
        ),
    )


def _all_media(snapshot: Snapshot) -> tuple[MediaRef, ...]:
    """Return every medium of the post once: as the network that has most of them gets it."""
    return max(snapshot.media.values(), key=len, default=())


def _unprepared(snapshot: Snapshot, setting: Setting) -> Iterator[FindingView]:
    """Yield a block for each network that would go out without one of the pictures."""
    wanted = len(_all_media(snapshot))
    for network in sorted(setting.networks):
        if len(snapshot.media.get(network, ())) < wanted:
            sentence = texts.NO_RENDITION.format(network=network)
            yield of_network(network, "media.not_prepared", "block", sentence)


def _unreachable(app: App, snapshot: Snapshot, setting: Setting) -> Iterator[FindingView]:
    """Yield what keeps a network from fetching the media of the post, as far as it is known.

    Without an address nothing can go out; one that does not answer may be back by the post's hour.
    """
    for network, key in setting.ways:
        if not app.connector(key).needs_public_media or not snapshot.media.get(network):
            continue
        found = reach.known(app)
        if found.state != "ok":
            final = found.state in {"none", "private"} and not app.sandboxed
            severity = "block" if final else "warn"
            yield of_network(network, f"media.address.{found.state}", severity, found.sentence)


def _alt_findings(snapshot: Snapshot, manual: Manual) -> Iterator[FindingView]:
    for position, item in enumerate(_all_media(snapshot), 1):
        for finding in review(item.alt_text, Facts(), manual).findings:
            if finding.section in _ALT_SECTIONS and finding.severity != "informativa":
                yield of_manual(finding, f"alt:{position}")


def _consent_findings(
    snapshot: Snapshot, setting: Setting, manual: Manual
) -> Iterator[FindingView]:
    if setting.on is None:
        return
    for severity, explanation, suggestion in consenting.judge(
        manual,
        _all_media(snapshot),
        setting.consents,
        networks=setting.networks,
        on=setting.on,
        only_plantel=setting.only_plantel,
    ):
        yield of_rule(manual, consenting.RULE, SEVERITIES[severity], explanation, suggestion)


def _echo_findings(snapshot: Snapshot, setting: Setting, manual: Manual) -> Iterator[FindingView]:
    """Yield what the accounts show already, or at the same hour, each with its address."""
    likeness = int(manual.parameter(echoes.REPEATED, "parecido", echoes.LIKENESS))
    shown = _shown_texts(snapshot, setting).values()
    if (echo := echoes.repeated(shown, setting.around, likeness=likeness)) is not None:
        handle, zone = setting.names[echo.account_id]
        when = texts.REPEATED_WAITS
        if echo.at is not None:
            when = texts.REPEATED_WHEN.format(when=notice_texts.when(echo.at, zone))
        words = texts.REPEATED_SAME if echo.score == 100 else texts.REPEATED_LIKE
        yield of_rule(
            manual,
            echoes.REPEATED,
            "warn",
            words.format(rule=echoes.REPEATED, score=echo.score, handle=handle, when=when),
            texts.REPEATED_HINT.format(post=echo.post_id),
        )
    minutes = int(manual.parameter(echoes.CROWDED, "minutos", echoes.MINUTES))
    for echo in echoes.crowded(setting.around, minutes=minutes)[:_CROWD]:
        handle, zone = setting.names[echo.account_id]
        at = notice_texts.when(echo.at, zone) if echo.at else ""
        words = texts.CROWDED_BESIDE if echo.beside else texts.CROWDED
        yield of_rule(
            manual,
            echoes.CROWDED,
            "warn",
            words.format(
                rule=echoes.CROWDED, handle=echo.beside or handle, when=at, minutes=minutes
            ),
            texts.CROWDED_HINT.format(post=echo.post_id),
        )


def _extra_findings(
    snapshot: Snapshot, setting: Setting, manual: Manual, facts: Facts
) -> Iterator[FindingView]:
    """Yield what the manual says of threads, comments and links, each by its place."""
    for network in sorted(setting.networks & snapshot.extras.keys()):
        extras = snapshot.extras[network]
        around = replace(facts, alt_texts=None, media=None, topic=None, network=network)
        for number, part in enumerate(extras.following, 2):
            for finding in review(part.text, around, manual).findings:
                yield of_manual(finding, f"{network}:{number}")
        for finding in review(extras.link, Facts(), manual).findings if extras.link else ():
            if finding.section == _LINK_SECTION:
                yield of_manual(finding, f"{network}:link")


def _most(part: Part, limits: Limits) -> int | None:
    return limits.comment_max if part.kind == "comment" else limits.text_max


def _issues(connector: Connector, content: Content) -> Iterator[FindingView]:
    network = connector.network
    for issue in connector.check(content):
        place = f"{network}:{issue.part + 1}" if issue.part else network
        yield of_network(place, issue.code, issue.severity, issue.sentence)


def _verdict(findings: Sequence[FindingView]) -> str:
    severities = {finding.severity for finding in findings}
    return "block" if "block" in severities else "flag" if "warn" in severities else "ok"
