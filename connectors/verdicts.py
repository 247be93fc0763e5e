"""The networks' replies as data: which one means what. ``classify`` reads these tables.

A row fits if everything it names fits. ``codes`` and ``subcodes`` are the network's own numbers,
``kinds`` its problem types (X) or the SDK's exception classes (instagrapi), ``words`` parts of its
text in lower case. ``unsure``: at the visible request this reply proves nothing. ``sure``: there it
proves that nothing was made, although its status is no refusal's.
Sources: the networks' error references, November 2026. "assumed" = recalled or from third parties.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

Verdict = Literal["refused", "credential", "throttled", "unavailable", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a network replied, without judgement."""

    status: int | None = None
    code: int | None = None
    subcode: int | None = None
    kind: str = ""
    text: str = ""
    transient: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def native(self) -> str:
        """Return the network's own code for a reply that no row knows."""
        if self.code is not None:
            return f"{self.code}/{self.subcode}" if self.subcode else str(self.code)
        return f"http_{self.status}" if self.status else self.kind or "unreadable"

    @property
    def has_code(self) -> bool:
        """Tell whether the network said something that a row could know.

        A 5xx page, a redirect or a success that cannot be read is an outage, not a code.
        """
        return self.code is not None or (self.status is not None and 400 <= self.status < 500)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One kind of reply and its meaning."""

    name: str
    verdict: Verdict
    status: frozenset[int] = frozenset()
    codes: frozenset[int] = frozenset()
    subcodes: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    transient: bool = False
    unsure: bool = False
    sure: bool = False

    def fits(self, facts: Facts) -> bool:
        """Tell whether the reply is of this kind."""
        text = f"{facts.kind} {facts.text}".lower()
        return (
            (not self.status or facts.status in self.status)
            and (not self.codes or facts.code in self.codes)
            and (not self.subcodes or facts.subcode in self.subcodes)
            and (not self.kinds or facts.kind in self.kinds)
            and (not self.words or any(word in text for word in self.words))
            and (not self.transient or facts.transient)
        )


def _set(*values: int | range) -> frozenset[int]:
    return frozenset(n for v in values for n in (v if isinstance(v, range) else (v,)))


def _kinds(*names: str) -> frozenset[str]:
    return frozenset(names)


COMMENT = "comment"
"""The kind of what Graph replies to a request about comments (``connectors.comments``)."""

X = (
    # The ways in (connectors.x_login): what was asked for, and what came back of it.
    Row(
        name="renewal_refused",
        verdict="credential",
        kinds=_kinds("refresh:invalid_request", "refresh:invalid_grant"),
    ),
    Row(
        name="application",
        verdict="credential",
        kinds=_kinds(
            "refresh:unauthorized_client",
            "refresh:invalid_client",
            "code:unauthorized_client",
            "code:invalid_client",
            "request:http_400",
            "request:http_401",
            "request:http_403",
        ),
    ),
    Row(
        name="code_refused",
        verdict="refused",
        kinds=_kinds("code:invalid_request", "code:invalid_grant", "access:http_401"),
    ),
    Row(name="token", verdict="credential", status=_set(401)),
    Row(name="no_credits", verdict="credential", status=_set(402)),
    Row(name="usage_capped", verdict="throttled", words=("usage-capped", "usagecapexceeded")),
    Row(name="throttled", verdict="throttled", status=_set(429)),
    # Evidence of publication after an attempt of unknown outcome; the engine decides that.
    Row(name="duplicate", verdict="refused", status=_set(403), words=("duplicate content",)),
    Row(
        name="forbidden_app",
        verdict="credential",
        status=_set(403),
        words=("client-forbidden", "not-authorized-for-resource", "oauth1 app permissions"),
    ),
    Row(
        name="account_locked",
        verdict="credential",
        status=_set(403),
        words=("suspended", "locked"),
    ),
    # Also said, for some seconds, of a post that was just made: the item of a thread before this.
    Row(
        name="parent_gone",
        verdict="unavailable",
        status=_set(403),
        words=("deleted or not visible",),
    ),
    Row(
        name="video_too_long",
        verdict="refused",
        status=_set(403),
        words=("video longer than",),
    ),
    Row(name="media_failed", verdict="refused", kinds=_kinds("media_failed")),
    Row(name="invalid", verdict="refused", status=_set(400)),
    Row(name="too_large", verdict="refused", status=_set(413)),
)

_TOKEN = (
    Row(name="app_removed", verdict="credential", codes=_set(190), subcodes=_set(458)),
    Row(name="checkpoint", verdict="credential", codes=_set(190), subcodes=_set(459)),
    Row(name="password_changed", verdict="credential", codes=_set(190), subcodes=_set(460)),
    Row(name="token_expired", verdict="credential", codes=_set(190), subcodes=_set(463)),
    Row(name="unconfirmed", verdict="credential", codes=_set(190), subcodes=_set(464)),
    Row(name="token", verdict="credential", codes=_set(190, 102)),
)

# A comment needs a permission of its own: without it the account still publishes.
_COMMENTS = (
    Row(
        name="comment_permission",
        verdict="refused",
        kinds=_kinds(COMMENT),
        codes=_set(3, 10, range(200, 300)),
    ),
    Row(
        name="parent_gone",
        verdict="unavailable",
        kinds=_kinds(COMMENT),
        codes=_set(100),
        subcodes=_set(33),
    ),
)

FACEBOOK = (
    *_TOKEN,
    *_COMMENTS,
    Row(name="permission", verdict="credential", codes=_set(10, range(200, 300))),
    Row(name="blocked", verdict="credential", codes=_set(368)),  # assumed
    Row(
        name="throttled",
        verdict="throttled",
        codes=_set(4, 17, 32, 341, 613, 80001, 80002),  # 341, 8000x assumed
    ),
    Row(name="throttled", verdict="throttled", status=_set(429)),
    Row(name="transient", verdict="unavailable", codes=_set(1, 2), unsure=True),
    Row(name="transient", verdict="unavailable", transient=True, unsure=True),
    Row(name="duplicate", verdict="refused", codes=_set(506)),  # assumed
    Row(name="bad_link", verdict="refused", codes=_set(1500)),  # assumed
    Row(name="bad_image", verdict="refused", codes=_set(324)),  # assumed
    Row(name="bad_video", verdict="refused", codes=_set(352, range(6000, 6100))),  # assumed
    Row(
        name="bad_video",
        verdict="refused",
        subcodes=_set(1363040, 1363127, 1363128, 1363129),
    ),
    Row(name="bad_video", verdict="refused", kinds=_kinds("film")),
    Row(name="invalid", verdict="refused", codes=_set(100)),
)

INSTAGRAM = (
    *_TOKEN,
    *_COMMENTS,
    Row(name="restricted", verdict="credential", codes=_set(25), subcodes=_set(2207050)),
    # Also the answer for a container that is published already: at media_publish it proves nothing.
    Row(
        name="permission",
        verdict="credential",
        codes=_set(24),
        subcodes=_set(2207006),
        unsure=True,
    ),
    Row(name="permission", verdict="credential", codes=_set(10, range(200, 300))),
    Row(name="blocked", verdict="credential", codes=_set(368)),  # assumed
    Row(name="quota", verdict="throttled", codes=_set(9), subcodes=_set(2207042)),
    # Seen in the wild on a post that was live: at media_publish it proves nothing.
    Row(name="spam", verdict="refused", codes=_set(4), subcodes=_set(2207051), unsure=True),
    Row(name="throttled", verdict="throttled", codes=_set(4, 17, 80002)),
    Row(name="throttled", verdict="throttled", status=_set(429)),
    Row(name="not_ready", verdict="unavailable", codes=_set(9007)),
    Row(name="not_ready", verdict="unavailable", subcodes=_set(2207027)),
    Row(
        name="container_lost",
        verdict="unavailable",
        codes=_set(24),
        subcodes=_set(2207008),
        unsure=True,
    ),
    Row(
        name="transient",
        verdict="unavailable",
        subcodes=_set(2207001, 2207003, 2207032),
        unsure=True,
    ),
    Row(name="transient", verdict="unavailable", codes=_set(-2, -1, 1, 2), unsure=True),
    Row(name="transient", verdict="unavailable", transient=True, unsure=True),
    Row(name="image_size", verdict="refused", codes=_set(36000)),
    Row(name="image_format", verdict="refused", codes=_set(36001)),  # assumed
    Row(name="image_ratio", verdict="refused", codes=_set(36003)),  # assumed
    Row(name="caption", verdict="refused", codes=_set(36004)),  # assumed
    Row(name="bad_video", verdict="refused", codes=_set(352)),  # assumed
    # A container that failed stays so. A refused download may be our own route, down for a moment.
    Row(
        name="media_url",
        verdict="refused",
        kinds=_kinds("container"),
        subcodes=_set(2207052),
    ),
    Row(name="media_url", verdict="unavailable", codes=_set(9004), unsure=True),  # assumed
    Row(name="image_size", verdict="refused", subcodes=_set(2207004)),
    Row(name="image_format", verdict="refused", subcodes=_set(2207005)),
    Row(name="image_ratio", verdict="refused", subcodes=_set(2207009)),
    Row(name="caption", verdict="refused", subcodes=_set(2207010)),
    Row(name="bad_video", verdict="refused", subcodes=_set(2207026)),
    Row(name="media_url", verdict="unavailable", subcodes=_set(2207052), unsure=True),
    Row(name="carousel", verdict="refused", subcodes=_set(2207028)),  # assumed
    Row(name="tags", verdict="refused", subcodes=_set(2207040)),  # assumed
    Row(name="media_failed", verdict="refused", kinds=_kinds("container")),
    Row(name="invalid", verdict="refused", codes=_set(100)),
)

_NOT_UPLOADED = _kinds("PhotoNotUpload", "VideoNotUpload", "ClipNotUpload")

INSTAGRAM_PRIVATE = (
    Row(
        name="throttled",
        verdict="throttled",
        kinds=_kinds("ClientThrottledError", "RateLimitError", "PleaseWaitFewMinutes"),
    ),
    Row(
        name="session",
        verdict="credential",
        kinds=_kinds(
            "LoginRequired", "ClientUnauthorizedError", "BadPassword", "ClientLoginRequired"
        ),
    ),
    # An upload tells a lost session in its text only; of a configure request it proves nothing.
    Row(
        name="session",
        verdict="credential",
        kinds=_NOT_UPLOADED,
        words=("login_required",),
        unsure=True,
    ),
    Row(
        name="challenge",
        verdict="credential",
        kinds=_NOT_UPLOADED,
        words=("checkpoint_required", "challenge_required"),
        unsure=True,
    ),
    Row(name="two_factor", verdict="credential", kinds=_kinds("TwoFactorRequired")),
    Row(name="suspended", verdict="credential", kinds=_kinds("AccountSuspended")),
    Row(name="feedback", verdict="credential", kinds=_kinds("FeedbackRequired")),
    Row(
        name="address_blocked",
        verdict="credential",
        kinds=_kinds("SentryBlock", "ProxyAddressIsBlocked"),
    ),
    Row(name="app_too_old", verdict="credential", kinds=_kinds("ClientNeedsUpgradeError")),
    Row(
        name="challenge",
        verdict="credential",
        kinds=_kinds("ChallengeRequired", "ChallengeError", "CaptchaChallengeRequired"),
    ),
    Row(
        name="challenge",
        verdict="credential",
        kinds=_kinds("UnknownError"),
        words=("checkpoint_required",),
    ),
    Row(
        name="not_ready",
        verdict="unavailable",
        sure=True,
        words=("transcode not finished", "media_needs_reupload"),
    ),
    Row(
        name="invalid",
        verdict="refused",
        kinds=_kinds("AlbumUnknownFormat", "VideoTooLongException", "InvalidTargetUser"),
    ),
)

TABLES: Mapping[str, tuple[Row, ...]] = MappingProxyType(
    {
        "x": X,
        "facebook": FACEBOOK,
        "instagram": INSTAGRAM,
        "instagram_private": INSTAGRAM_PRIVATE,
    }
)

WAITS: Mapping[tuple[str, str], timedelta] = MappingProxyType(
    {
        ("x", ""): timedelta(minutes=15),
        ("x", "usage_capped"): timedelta(days=1),
        ("facebook", ""): timedelta(hours=1),
        ("instagram", ""): timedelta(hours=1),
        ("instagram_private", ""): timedelta(minutes=30),
    }
)
"""(network, row) → how long to wait where the reply does not say; "" for all other rows."""
