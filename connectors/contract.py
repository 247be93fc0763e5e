"""What every connector promises, and the values that cross the line.

A delivery is published part by part: part 0 is the post, later parts are thread items or a first
comment. For each part the engine calls ``stage`` (invisible, may be repeated) until it returns
``Staged``, commits its intent, and then calls ``publish`` once. After an unknown outcome only
``find`` is called, which reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Literal, Protocol, runtime_checkable

Severity = Literal["block", "warn", "info"]
MediaKind = Literal["image", "gif", "video"]
PartKind = Literal["post", "reply", "comment"]
PartForm = Literal["feed", "reel", "story"]
"""Where a post is shown: among the others, as a short upright video, or for a day."""
RepliesFrom = Literal["everyone", "following", "mentionedUsers"]
"""Who may answer a post of X: anyone, whom the account follows, or whom the post mentions."""
Capability = Literal["edit", "delete", "metrics", "comments", "thread", "first_comment"]
Absence = Literal["fenced", "canary", "person"]
"""What it takes to send again what looks say is absent, since a listing may only be late.

``fenced``: the network itself would refuse the repetition. ``canary``: the network takes the same
twice, so the listing must just have shown something younger. ``person``: never by itself.
"""


class Credential(Mapping[str, str]):
    """The opened secret fields of one account; no repr, format, JSON or pickle shows a value.

    ``external_id`` is the account's id on its network: the page id, the Instagram user id, the X
    user id. ``keep`` is called with what a use changed, for whoever opened it to store; it never
    raises.
    """

    __slots__ = ("_fields", "_keep", "external_id")

    def __init__(
        self,
        external_id: str,
        fields: Mapping[str, str],
        *,
        keep: Callable[[Mapping[str, str]], None] | None = None,
    ) -> None:
        self.external_id = external_id
        self._fields = dict(fields)
        self._keep = keep

    def changed(self, fields: Mapping[str, str]) -> None:
        """Take what the network gave in place of some fields, for the next use and to be stored."""
        self._fields.update(fields)
        if self._keep is not None:
            self._keep(fields)

    def __getitem__(self, name: str) -> str:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"Credential({self.external_id!r}, {sorted(self._fields)}=***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> Any:
        raise TypeError("a Credential is never pickled")


@dataclass(frozen=True, kw_only=True)
class MediaItem:
    """One rendition, ready for the network: ``mime`` and sizes were measured from its bytes.

    ``read`` gives the bytes (uploads), ``open`` the same to read from piece by piece, as uploads do
    with what is long; ``cover`` is the still, a JPEG, that stands for a film. ``url`` is the
    short-lived public address (Instagram fetches). All may be absent where only ``check`` is
    called. ``duration`` is in seconds, ``frame_rate``
    in frames a second, ``bitrate`` in bits a second; the codecs are lower-case names (``h264``,
    ``aac``), empty where there is no such stream. What was not measured is None or empty and is
    not checked.
    """

    sha256: str
    kind: MediaKind
    mime: str
    width: int
    height: int
    size: int
    alt_text: str = ""
    duration: float | None = None
    frame_rate: float | None = None
    video_codec: str = ""
    audio_codec: str = ""
    bitrate: int | None = None
    read: Callable[[], bytes] | None = field(default=None, compare=False, repr=False)
    open: Callable[[], BinaryIO] | None = field(default=None, compare=False, repr=False)
    cover: Callable[[], bytes] | None = field(default=None, compare=False, repr=False)
    url: Callable[[], str] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One visible request's worth of content: final text, media in order.

    ``form`` is said of a ``post`` only; replies and comments stay ``feed``. So is ``replies``, who
    may answer it (X), and ``link``, the address whose preview it shows (Facebook; without one, the
    first address of its text).
    """

    text: str
    media: tuple[MediaItem, ...] = ()
    kind: PartKind = "post"
    position: int = 0
    form: PartForm = "feed"
    replies: RepliesFrom = "everyone"
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything one account will show for one post, in the order it becomes visible."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Issue:
    """A refusal or warning of ``check``, said to the author before anyone approves.

    ``code`` is stable and dotted (``x.text.too_long``); ``sentence`` is Spanish and complete.
    """

    code: str
    severity: Severity
    sentence: str
    part: int = 0


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who the token acts as, read from the network; ``picture_url`` as the network told it."""

    external_id: str
    handle: str
    name: str
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    picture_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Staged:
    """Uploads and containers are ready; ``handle`` is JSON and is stored before ``publish``."""

    handle: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Pending:
    """The network still processes; call ``stage`` again with ``handle`` after ``wait`` seconds."""

    handle: Mapping[str, Any]
    wait: float


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a reply said of a quota: the application's or the account's own.

    ``remaining`` of ``limit`` is left, in calls or in per cent. ``resets_at`` is when the window
    ends and all of it comes back; None where the window rolls. Before ``blocked_until`` the
    network wants to hear nothing; ``throttled`` says that it refused a request for it. ``unit``
    "posts" counts publications themselves. Instants are aware UTC.
    """

    scope: Literal["app", "account"]
    limit: float
    remaining: float
    resets_at: datetime | None = None
    blocked_until: datetime | None = None
    throttled: bool = False
    unit: Literal["calls", "posts"] = "calls"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The network's own proof that a part is public; ``usage`` is what came with it."""

    remote_id: str
    permalink: str
    created_at: datetime | None = None
    usage: tuple[Usage, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One post as the account shows it now. ``media_keys`` are the network's own media handles.

    ``parent`` is the remote id of what it answers, empty where it answers nothing.
    """

    remote_id: str
    text: str
    permalink: str
    created_at: datetime
    media_keys: tuple[str, ...] = ()
    parent: str = ""
    form: PartForm = "feed"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """An account's newest posts, newest first; ``complete`` if they reach back to ``since``."""

    items: tuple[Seen, ...]
    complete: bool


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What a read-only look found of one part.

    ``matches`` are receipts of posts that are this part (media handle, container state or
    normalised text), already without the ids in ``ignore``. ``trustworthy`` is true only if the
    look reached back to ``since`` without error and, where ``known`` ids existed, showed at least
    one of them; only then does an empty ``matches`` mean absence. ``evidence`` is JSON.
    """

    matches: tuple[Receipt, ...]
    trustworthy: bool
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """A network's limits that the composer shows; ``None`` where the network states none.

    They are those of a post of the feed; ``limits.limits_for(network, form)`` gives those of the
    other ``forms``. A network with ``videos_max`` 0 takes no video, one without ``gif_bytes_max``
    no animated GIF. ``mixed_media``: images and videos may share a post, up to ``media_max`` in
    all. Ranges are (least, most): seconds, width / height, frames a second, pixels of a side.
    """

    text_max: int | None
    images_max: int
    alt_text_max: int | None
    image_bytes_max: int | None
    image_mimes: tuple[str, ...]
    forms: tuple[PartForm, ...] = ("feed",)
    media_max: int | None = None
    media_required: bool = False
    comment_max: int | None = None
    mixed_media: bool = False
    hashtags_max: int | None = None
    hashtags_advised: int | None = None
    image_width: tuple[int, int] | None = None
    image_ratio: tuple[float, float] | None = None
    gif_bytes_max: int | None = None
    videos_max: int = 0
    video_bytes_max: int | None = None
    video_mimes: tuple[str, ...] = ()
    video_seconds: tuple[float, float] | None = None
    video_ratio: tuple[float, float] | None = None
    video_frame_rate: tuple[float, float] | None = None
    video_side: tuple[int, int] | None = None
    video_codecs: tuple[str, ...] = ()
    audio_codecs: tuple[str, ...] = ()
    video_alt_text: bool = False

    @property
    def video(self) -> bool:
        """Whether a post may carry a video."""
        return self.videos_max > 0


@runtime_checkable
class Renews(Protocol):
    """A connector whose network gives a new token for an old one, without a person."""

    def renewal_at(self, credential: Credential, expires_at: datetime | None) -> datetime | None:
        """Say from when on the credential should be renewed; None where it cannot be.

        ``expires_at`` is what the network last said of it. Offline.
        """
        ...

    def renew(self, credential: Credential) -> Mapping[str, str]:
        """Get new values for some fields; the old ones may be worthless from then on.

        The caller stores them before anything else uses them, and lets one process at a time ask.
        """
        ...


@runtime_checkable
class Connector(Protocol):
    """One network. Instances hold no account state and are shared by threads.

    No method waits, retries or sleeps. All raise only ``connectors.errors.ConnectorError``.
    """

    network: str
    limits: Limits
    capabilities: frozenset[Capability]
    credential_fields: tuple[str, ...]
    needs_public_media: bool

    def check(self, content: Content) -> tuple[Issue, ...]:
        """Say what the network would refuse, offline and in Spanish."""
        ...

    def weigh(self, text: str) -> int:
        """Return the length of ``text`` as this network counts it."""
        ...

    def verify(self, credential: Credential) -> Identity:
        """Prove that the token acts as ``credential.external_id``."""
        ...

    def stage(
        self, credential: Credential, part: Part, handle: Mapping[str, Any] | None = None
    ) -> Staged | Pending:
        """Upload what must exist before ``publish``; invisible, and safe to repeat.

        ``handle`` is what an earlier ``Pending`` or ``Staged`` of this delivery returned.
        """
        ...

    def publish(
        self,
        credential: Credential,
        part: Part,
        staged: Staged,
        *,
        deadline: float,
        parent: Receipt | None = None,
    ) -> Receipt:
        """Send the one visible request.

        ``deadline`` is ``time.monotonic()`` seconds; past it nothing is sent (``NotSent``). The
        transport refuses a second write. ``parent`` is the receipt of the part this one answers.
        """
        ...

    def absence(self, part: Part, handle: Mapping[str, Any]) -> Absence:
        """Say what makes it safe to send ``part`` once more with ``handle``; offline."""
        ...

    def find(
        self,
        credential: Credential,
        part: Part,
        handle: Mapping[str, Any],
        *,
        since: datetime,
        known: frozenset[str] = frozenset(),
        ignore: frozenset[str] = frozenset(),
        parent: Receipt | None = None,
    ) -> Sighting:
        """Look whether ``part`` is public; read-only.

        ``since`` is the attempt's start minus a margin; ``known`` are remote ids of this account
        that we own (the canary); ``ignore`` are those that belong to other deliveries.
        ``parent`` is what ``part`` answers: nothing else that says the same is a match.
        """
        ...

    def recent(
        self, credential: Credential, *, since: datetime | None = None, limit: int = 20
    ) -> Listing:
        """List the account's newest posts."""
        ...
