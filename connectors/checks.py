"""What every network's ``check`` looks at, over its ``Limits``; offline and pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from connectors import film_texts, films, texts
from connectors import limits as figures
from connectors.contract import Content, Issue, Limits, MediaItem, Part, PartKind, Severity

_HASHTAG = re.compile(r"(?<![\w&/])[#＃](?=\w*[^\W\d_])\w+")
_MEGABYTE = 1024 * 1024
_RATIO_SLACK = 0.005
_UNREADABLE = re.compile("[\ufffe\ufeff\uffff]")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A network's side of the check."""

    network: str
    limits: Limits
    weigh: Callable[[str], int]
    kinds: frozenset[PartKind]
    reply_media: bool = True

    def of(self, part: Part) -> Rules:
        """Return the rules of the part's form; those of the feed for a form not offered."""
        if part.form == "feed" or part.form not in self.limits.forms:
            return self
        return replace(self, limits=figures.limits_for(self.network, part.form))


def check(content: Content, rules: Rules) -> tuple[Issue, ...]:
    """Return everything the network would refuse or that would reach fewer people."""
    if not content.parts:
        return (_issue(rules, "content.empty", "block", 0),)
    found: list[Issue] = []
    for index, part in enumerate(content.parts):
        found += _check_part(part, index, rules)
    return (*found, *_check_comments(content, rules))


def _check_part(part: Part, index: int, rules: Rules) -> Iterator[Issue]:
    if part.kind not in rules.kinds:
        yield _issue(rules, "part.kind", "block", index, words=_unknown_kind(part, rules))
    elif (part.kind == "post") != (index == 0):
        yield _issue(rules, "part.first", "block", index)
    if part.form not in (rules.limits.forms if part.kind == "post" else ("feed",)):
        yield _issue(rules, "part.form", "block", index, form=film_texts.FORMS[part.form])
    yield from _check_options(part, index, rules)
    rules = rules.of(part)
    yield from _check_text(part, index, rules)
    yield from _check_count(part, index, rules)
    for position, item in enumerate(part.media, 1):
        yield from _check_item(item, position, index, rules)


def _unknown_kind(part: Part, rules: Rules) -> str:
    """Return the sentence's name; Instagram takes a comment, but not by every way."""
    private = part.kind == "comment" and rules.network == "instagram"
    return "part.comment_private" if private else f"part.{part.kind}"


def _check_comments(content: Content, rules: Rules) -> Iterator[Issue]:
    """Refuse a comment below a story, and a second one: that would be a conversation."""
    places = [index for index, part in enumerate(content.parts) if part.kind == "comment"]
    if places and content.parts[0].form == "story":
        yield _issue(rules, "part.story", "block", places[0])
    if len(places) > 1 and "comment" in rules.kinds:
        yield _issue(rules, "part.comments", "block", places[1])


def _check_options(part: Part, index: int, rules: Rules) -> Iterator[Issue]:
    if part.replies != "everyone" and rules.network != "x":
        yield _issue(rules, "replies", "block", index)
    if not part.link:
        return
    if rules.network != "facebook":
        yield _issue(rules, "link", "block", index)
    elif part.media:
        yield _issue(rules, "link.media", "block", index)
    elif not is_address(part.link):
        yield _issue(rules, "link.address", "block", index)


def is_address(link: str) -> bool:
    """Tell whether ``link`` is a whole web address, such as a preview can be made of."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    named = parts.hostname is not None and "." in parts.hostname
    return parts.scheme in {"http", "https"} and named and not re.search(r"\s", link)


def _check_text(part: Part, index: int, rules: Rules) -> Iterator[Issue]:
    limit = rules.limits.comment_max if part.kind == "comment" else rules.limits.text_max
    if not part.text.strip() and not part.media:
        words = "text.empty_part" if index else ""
        yield _issue(rules, "text.empty", "block", index, words=words, number=index + 1)
    length = rules.weigh(part.text)
    if limit == 0 and part.text.strip():
        yield _issue(rules, "text.none", "block", index)
    elif limit is not None and length > limit:
        yield _issue(
            rules,
            "text.too_long",
            "block",
            index,
            length=length,
            limit=limit,
            excess=length - limit,
        )
    if rules.network == "x" and _UNREADABLE.search(part.text):
        yield _issue(rules, "text.unreadable", "block", index)
    yield from _check_hashtags(part, index, rules)


def _check_hashtags(part: Part, index: int, rules: Rules) -> Iterator[Issue]:
    most, advised = rules.limits.hashtags_max, rules.limits.hashtags_advised
    count = len(_HASHTAG.findall(part.text))
    if part.kind == "comment":
        advised = figures.value(rules.network, "comment_hashtags_advised")
        if advised is not None and count > advised:
            told = {"count": count, "limit": advised, "excess": count - advised}
            yield _issue(rules, "comment.hashtags", "warn", index, **told)
        return
    if most is not None and count > most:
        yield _issue(
            rules, "text.hashtags", "block", index, count=count, limit=most, excess=count - most
        )
    elif advised is not None and count > advised:
        yield _issue(
            rules,
            "text.hashtags_advised",
            "warn",
            index,
            count=count,
            limit=advised,
            excess=count - advised,
        )


def _check_count(part: Part, index: int, rules: Rules) -> Iterator[Issue]:
    limits = rules.limits
    videos = sum(item.kind == "video" for item in part.media)
    images = len(part.media) - videos
    if part.form != "feed":
        if len(part.media) != 1 or (images and not limits.images_max):
            yield _issue(rules, f"media.{part.form}", "block", index)
        return
    if part.kind == "post" and limits.media_required and not part.media:
        yield _issue(rules, "media.required", "block", index)
    if part.kind != "post" and part.media and not rules.reply_media:
        yield _issue(rules, "media.reply", "block", index)
    bounds = (
        ("media.too_many", images, limits.images_max),
        ("media.videos", videos, limits.videos_max or None),
        ("media.many", len(part.media), limits.media_max),
    )
    for code, count, most in bounds:
        if most is not None and count > most:
            excess = count - most
            yield _issue(rules, code, "block", index, count=count, limit=most, excess=excess)
            break
    yield from _check_mixture(part, index, rules)


def _check_mixture(part: Part, index: int, rules: Rules) -> Iterator[Issue]:
    kinds = {item.kind for item in part.media}
    if rules.network == "x" and "gif" in kinds and len(part.media) > 1:
        yield _issue(rules, "media.mixed", "block", index)
    elif "video" in kinds and len(kinds) > 1 and not rules.limits.mixed_media:
        yield _issue(rules, "media.mixed_video", "block", index)
    if rules.network == "instagram" and kinds == {"video"} and len(part.media) == 1:
        yield _issue(rules, "media.becomes_reel", "info", index)


def _check_item(item: MediaItem, position: int, index: int, rules: Rules) -> Iterator[Issue]:
    limits = rules.limits
    if item.kind == "video":
        for fault in films.faults(item, limits):
            yield _issue(
                rules, fault.code, fault.severity, index, "", position=position, **fault.facts
            )
        return
    if item.kind == "gif" and limits.gif_bytes_max is None:
        yield _issue(rules, "media.gif", "block", index, position=position)
        return
    if item.mime not in limits.image_mimes:
        accepted = ", ".join(mime.removeprefix("image/").upper() for mime in limits.image_mimes)
        yield _issue(
            rules,
            "media.type",
            "block",
            index,
            position=position,
            mime=item.mime.removeprefix("image/").upper(),
            accepted=accepted,
        )
    yield from _check_size(item, position, index, rules)
    yield from _check_shape(item, position, index, rules)
    if item.alt_text and limits.alt_text_max == 0:
        yield _issue(rules, "alt.none", "warn", index, position=position)
    elif limits.alt_text_max is not None and len(item.alt_text) > limits.alt_text_max:
        yield _issue(
            rules,
            "alt.too_long",
            "block",
            index,
            position=position,
            length=len(item.alt_text),
            limit=limits.alt_text_max,
        )


def _check_size(item: MediaItem, position: int, index: int, rules: Rules) -> Iterator[Issue]:
    most = rules.limits.image_bytes_max
    if item.kind == "gif":
        most = rules.limits.gif_bytes_max
    advised = figures.value(rules.network, "image_bytes_advised")
    bounds: tuple[tuple[int | None, str, Severity], ...] = (
        (most, "media.size", "block"),
        (advised, "media.size_advised", "warn"),
    )
    for limit, code, severity in bounds:
        if limit is not None and item.size > limit:
            yield _issue(
                rules,
                code,
                severity,
                index,
                position=position,
                size=f"{item.size / _MEGABYTE:.1f}",
                limit=f"{limit / _MEGABYTE:.0f}",
            )
            return


def _check_shape(item: MediaItem, position: int, index: int, rules: Rules) -> Iterator[Issue]:
    if rules.limits.image_width is not None:
        least, most = rules.limits.image_width
        if item.width < least:
            yield _issue(
                rules,
                "media.width",
                "block",
                index,
                position=position,
                width=item.width,
                limit=least,
            )
        elif item.width > most:
            yield _issue(
                rules,
                "media.width_scaled",
                "info",
                index,
                position=position,
                width=item.width,
                limit=most,
            )
    if rules.limits.image_ratio is not None and item.height > 0:
        low, high = rules.limits.image_ratio
        ratio = item.width / item.height
        if not low - _RATIO_SLACK <= ratio <= high + _RATIO_SLACK:
            yield _issue(
                rules,
                "media.ratio",
                "block",
                index,
                position=position,
                ratio=ratio,
                low=low,
                high=high,
            )


def _issue(
    rules: Rules, code: str, severity: Severity, part: int, words: str = "", **facts: object
) -> Issue:
    """Return the issue ``code``; ``words`` names another sentence than its own."""
    return Issue(
        code=f"{rules.network}.{code}",
        severity=severity,
        sentence=texts.issue(rules.network, words or code, **facts),
        part=part,
    )
