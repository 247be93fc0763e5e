"""What the manual and the networks say of a content: one list of findings.

The manual judges the common text and each network's own text once, what goes with them, and the alt
texts; the
connectors' ``check`` judges every target network's final text and media, offline.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from connectors.contract import Connector, Content, Limits, Part
from connectors.limits import limits_for
from publisher import localtime
from publisher.app import App
from publisher.consents.covers import NAME, Standing, covers
from publisher.editorial import consenting, echoes
from publisher.editorial.snapshot import BASE, FEED, MediaRef, Snapshot, digest_of, media_item
from publisher.manual.document import Manual
from publisher.manual.findings import Facts, Finding, MediaFacts
from publisher.manual.review import review
from publisher.media import reach
from publisher.texts import editorial as texts
from publisher.texts import notices as notice_texts

NEVER_EXCEPTED: Final = frozenset({"6.3", "6.4"})
SEVERITIES: Final = {"bloqueo": "block", "advertencia": "warn", "informativa": "info"}
_WEIGHTS: Final = ("info", "warn", "block")
_CROWD: Final = 3
_LINK_SECTION: Final = "9"
_ALT_SECTIONS: Final = frozenset({"3", "5", "6", "7", "8"})


Length = tuple[int, int | None]


@dataclass(frozen=True, kw_only=True)
class FindingView:
    """One finding, of the manual or of a network; ``start`` and ``end`` index that text.

    ``network`` is ``base``, a network, ``alt:N`` for an alt text, ``x:2`` for the second part of
    what X shows, ``facebook:link`` for the link that it previews.
    """

    source: str
    network: str
    rule: str
    section: str
    severity: str
    category: str
    fragment: str
    start: int | None
    end: int | None
    explanation: str
    suggestion: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The verdict on a content: ``ok``, ``flag`` (a person decides) or ``block``.

    ``lengths`` maps each target network to (used, maximum or None) as that network counts,
    ``following`` those that have any to the same of each part after the post.
    """

    verdict: str
    findings: tuple[FindingView, ...]
    lengths: Mapping[str, Length]
    following: Mapping[str, tuple[Length, ...]]
    manual_version: str
    manual_hash: str
    lexicon_hash: str
    engine_version: str

    @property
    def blocks(self) -> tuple[FindingView, ...]:
        """The findings that stop submission."""
        return tuple(finding for finding in self.findings if finding.severity == "block")


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
        findings += [_view(finding, network) for finding in judged.findings]
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


def exception_digest(snapshot: Snapshot, checked: Checked) -> str:
    """Return what an exception holds for: this content, and the rules that it breaks now.

    Another topic, date or version of the manual that brings another *bloqueo* is another request.
    """
    return rules_digest(snapshot, {finding.rule for finding in checked.blocks})


def rules_digest(snapshot: Snapshot, rules: Collection[str]) -> str:
    """Return what an exception holds for, given the rules that the content breaks."""
    return digest_of({"content": snapshot.content_digest, "rules": sorted(rules)})


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
            yield _of_network(network, "media.not_prepared", "block", sentence)


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
            yield _of_network(network, f"media.address.{found.state}", severity, found.sentence)


def _alt_findings(snapshot: Snapshot, manual: Manual) -> Iterator[FindingView]:
    for position, item in enumerate(_all_media(snapshot), 1):
        for finding in review(item.alt_text, Facts(), manual).findings:
            if finding.section in _ALT_SECTIONS and finding.severity != "informativa":
                yield _view(finding, f"alt:{position}")


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
        yield _of_rule(manual, consenting.RULE, SEVERITIES[severity], explanation, suggestion)


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
        yield _of_rule(
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
        yield _of_rule(
            manual,
            echoes.CROWDED,
            "warn",
            texts.CROWDED.format(rule=echoes.CROWDED, handle=handle, when=at, minutes=minutes),
            texts.CROWDED_HINT.format(post=echo.post_id),
        )


def _of_rule(
    manual: Manual, rule_id: str, severity: str, explanation: str, suggestion: str
) -> FindingView:
    """Return a finding about the whole post; it weighs no more than its rule does."""
    rule = manual.rule(rule_id)
    most = SEVERITIES[rule.severity] if rule else severity
    return FindingView(
        source="manual",
        network=BASE,
        rule=rule_id,
        section=rule.section if rule else "",
        severity=min(severity, most, key=_WEIGHTS.index),
        category=(rule.category if rule else None) or "",
        fragment="",
        start=None,
        end=None,
        explanation=explanation,
        suggestion=suggestion,
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
                yield _view(finding, f"{network}:{number}")
        for finding in review(extras.link, Facts(), manual).findings if extras.link else ():
            if finding.section == _LINK_SECTION:
                yield _view(finding, f"{network}:link")


def _most(part: Part, limits: Limits) -> int | None:
    return limits.comment_max if part.kind == "comment" else limits.text_max


def _issues(connector: Connector, content: Content) -> Iterator[FindingView]:
    network = connector.network
    for issue in connector.check(content):
        place = f"{network}:{issue.part + 1}" if issue.part else network
        yield _of_network(place, issue.code, issue.severity, issue.sentence)


def _of_network(network: str, code: str, severity: str, sentence: str) -> FindingView:
    return FindingView(
        source="connector",
        network=network,
        rule=code,
        section="",
        severity=severity,
        category="",
        fragment="",
        start=None,
        end=None,
        explanation=sentence,
        suggestion="",
    )


def _view(finding: Finding, network: str) -> FindingView:
    located = bool(finding.fragment)
    return FindingView(
        source="manual",
        network=network,
        rule=finding.rule,
        section=finding.section,
        severity=SEVERITIES[finding.severity],
        category=finding.category or "",
        fragment=finding.fragment,
        start=finding.start if located else None,
        end=finding.end if located else None,
        explanation=finding.explanation,
        suggestion=finding.suggestion,
    )


def _verdict(findings: Sequence[FindingView]) -> str:
    severities = {finding.severity for finding in findings}
    return "block" if "block" in severities else "flag" if "warn" in severities else "ok"
