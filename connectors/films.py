"""What a network would refuse of a video, over its ``Limits``; pure.

What was not measured is not judged: the network decides it after the upload.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connectors.contract import Limits, MediaItem, Severity

_MEGABYTE = 1024 * 1024
_RATIO_SLACK = 0.005
_SECONDS_SLACK = 0.05
_RATE_SLACK = 0.1


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing a network objects to; ``facts`` fill the blanks of its sentence."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = "block"


def faults(item: MediaItem, limits: Limits) -> Iterator[Fault]:
    """Yield what a network with ``limits`` would refuse of the video ``item``."""
    if not limits.video:
        yield Fault(code="media.video")
        return
    if limits.video_mimes and item.mime not in limits.video_mimes:
        yield Fault(code="video.type", facts={"mime": _name(item.mime), "accepted": _names(limits)})
    most = limits.video_bytes_max
    if most is not None and item.size > most:
        size, limit = f"{item.size / _MEGABYTE:,.1f}", f"{most / _MEGABYTE:,.0f}"
        yield Fault(code="video.size", facts={"size": size, "limit": limit})
    yield from _length(item, limits)
    yield from _picture(item, limits)
    if item.video_codec and limits.video_codecs and item.video_codec not in limits.video_codecs:
        yield Fault(code="video.codec", facts={"codec": item.video_codec.upper()})
    if item.audio_codec and limits.audio_codecs and item.audio_codec not in limits.audio_codecs:
        yield Fault(code="video.audio", facts={"codec": item.audio_codec.upper()})
    if item.alt_text and not limits.video_alt_text:
        yield Fault(code="alt.video", severity="warn")


def _length(item: MediaItem, limits: Limits) -> Iterator[Fault]:
    if item.duration is None or limits.video_seconds is None:
        return
    least, most = limits.video_seconds
    if item.duration < least - _SECONDS_SLACK:
        yield Fault(
            code="video.short", facts={"seconds": f"{item.duration:.1f}", "limit": f"{least:g}"}
        )
    elif item.duration > most + _SECONDS_SLACK:
        yield Fault(code="video.long", facts={"length": clock(item.duration), "limit": clock(most)})


def _picture(item: MediaItem, limits: Limits) -> Iterator[Fault]:
    if limits.video_ratio is not None and item.width > 0 and item.height > 0:
        low, high = limits.video_ratio
        ratio = item.width / item.height
        if not low - _RATIO_SLACK <= ratio <= high + _RATIO_SLACK:
            yield Fault(code="video.ratio", facts={"ratio": ratio, "low": low, "high": high})
    if limits.video_frame_rate is not None and item.frame_rate is not None:
        low, high = limits.video_frame_rate
        if not low - _RATE_SLACK <= item.frame_rate <= high + _RATE_SLACK:
            facts = {"rate": f"{item.frame_rate:.0f}", "low": f"{low:g}", "high": f"{high:g}"}
            yield Fault(code="video.rate", facts=facts)
    if limits.video_side is not None and item.width > 0 and item.height > 0:
        least, longest = limits.video_side
        if min(item.width, item.height) < least:
            yield Fault(
                code="video.small", facts={"side": min(item.width, item.height), "limit": least}
            )
        elif max(item.width, item.height) > longest:
            side = max(item.width, item.height)
            yield Fault(
                code="video.scaled", severity="info", facts={"side": side, "limit": longest}
            )


def clock(seconds: float) -> str:
    """Return a length as a person reads it: ``45 s``, ``2 min 20 s``, ``15 min``."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _name(mime: str) -> str:
    return "MOV" if mime == "video/quicktime" else mime.removeprefix("video/").upper()


def _names(limits: Limits) -> str:
    return " o ".join(map(_name, limits.video_mimes))
