"""Where files are kept: a folder of this machine, or what fsspec reaches by URL (a bucket).

A place knows nothing of names or digests. What goes wrong in it leaves as ``Trouble`` with one of a
few reasons, whatever the SDK below raises, or as ``FileNotFoundError`` for one file that is absent.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeVar

Reason = Literal["missing", "forbidden", "credentials", "unreachable", "full", "url", "failed"]
Answer = TypeVar("Answer")

CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 20
TRIES: Final = 2
"""Each request is made at most twice: a send or an upload must hear soon that there is no store."""
DEADLINE: Final = 60.0
"""Seconds for one file whatever happens; a server that never says "continue" has no other end."""
RATE: Final = 1_000_000
"""Bytes a second that a slow connection still carries: a long file is given that much more time."""
SPAN: Final = 8 << 20
"""Bytes of a long file that are asked for at once."""

_NO_CREDENTIALS: Final = frozenset(
    {
        "NoCredentialsError",
        "PartialCredentialsError",
        "NoAuthTokenError",
        "CredentialRetrievalError",
    }
)
_NO_CONNECTION: Final = frozenset({"HTTPClientError", "ConnectionError", "TimeoutError"})
_NO_BUCKET: Final = frozenset({"NoSuchBucket", "InvalidBucketName", "PermanentRedirect", "301"})


class Trouble(Exception):
    """The place as a whole does not serve; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One file of a place: its path below the root, when it was written, its bytes."""

    path: str
    written_at: datetime
    size: int


class Place(Protocol):
    """A place to keep files; every method raises ``Trouble``."""

    def read(self, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Return a file's bytes, or those of a span of it; ``FileNotFoundError`` if none is."""
        ...

    def size(self, path: str) -> int:
        """Return how many bytes a file has; ``FileNotFoundError`` if there is none."""
        ...

    def written_at(self, path: str) -> datetime:
        """Return when a file was written; ``FileNotFoundError`` if there is none."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Keep ``data`` whole; on return it would survive a loss of power."""
        ...

    def remove(self, path: str) -> None:
        """Take a file away; nothing happens if there is none."""
        ...

    def listing(self) -> Iterator[Kept]:
        """Yield every file. Never called on the way of a post."""
        ...


def place_of(url: str, endpoint: str = "") -> Place:
    """Return the place that ``url`` names, the same one within a process. Raises ``Trouble``."""
    return _place(url, endpoint, os.getpid())


@lru_cache(maxsize=8)
def _place(url: str, endpoint: str, _pid: int) -> Place:
    # by process: the connections of a bucket do not survive a fork
    if folder := _folder(url):
        return Folder(folder)
    # importing it costs what a whole turn of the engine does: only who keeps files elsewhere pays
    import fsspec
    from fsspec.implementations.local import LocalFileSystem

    options = _s3_options(endpoint) if url.startswith(("s3://", "s3a://")) else {}
    try:
        system, root = fsspec.core.url_to_fs(url, **options)
    except (ValueError, ImportError) as error:
        raise Trouble("url") from error
    root = root.rstrip("/")
    if options:
        if not root:
            raise Trouble("url")
        system.retries = 1  # botocore repeats by itself, within its own deadline
    return Folder(root) if isinstance(system, LocalFileSystem) else Remote(system, root)


def _folder(url: str) -> str:
    """Return the folder that ``url`` names as fsspec would, empty where it is not a plain one."""
    path = url.removeprefix("file://")
    if not path.strip("/") or ":" in path:
        return ""
    return os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111 - links stay links


def _s3_options(endpoint: str) -> dict[str, Any]:
    """Return how a bucket is spoken to; keys and region come from the standard AWS_ variables."""
    config: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "retries": {"mode": "standard", "total_max_attempts": TRIES},
        # servers that only resemble S3 refuse the checksums that newer clients add unasked
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    if endpoint:
        config["s3"] = {"addressing_style": "path"}
    return {
        "endpoint_url": endpoint or None,
        "config_kwargs": config,
        "use_listings_cache": False,
        "skip_instance_cache": True,
        # with more, each read asks for the size first, and lists what is absent
        "max_concurrency": 1,
    }


class Remote:
    """Files that fsspec keeps elsewhere: an S3-compatible bucket, or the memory of a test."""

    def __init__(self, system: Any, root: str) -> None:
        self._system = system
        self._root = root

    def read(self, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Return a file's bytes, or those of a span of it."""
        span: dict[str, Any] = {"start": start, "end": end} if start or end is not None else {}
        data: bytes = self._call("cat_file", self._at(path), **span)
        return data

    def size(self, path: str) -> int:
        """Return how many bytes a file has."""
        return int(self._call("info", self._at(path))["size"] or 0)

    def written_at(self, path: str) -> datetime:
        """Return when a file was written."""
        return _moment(self._call("info", self._at(path)))

    def write(self, path: str, data: bytes) -> None:
        """Put the file, whole or not at all, and read it back."""
        self._call("pipe_file", self._at(path), data, more=len(data) / RATE)
        try:
            whole = holds(self, path, data)
        except FileNotFoundError:
            whole = False
        if not whole:
            raise Trouble("failed")

    def remove(self, path: str) -> None:
        """Delete the object."""
        with suppress(FileNotFoundError):
            self._call("rm_file", self._at(path))

    def listing(self) -> Iterator[Kept]:
        """Yield every object, a two-letter prefix at a time: a million never fill the memory."""
        try:
            first = self._call("ls", self._root, detail=True)
        except FileNotFoundError:
            return
        for entry in first:
            inner = [entry]
            if entry["type"] == "directory":
                inner = list(self._call("find", entry["name"], detail=True).values())
            for item in inner:
                path = item["name"].lstrip("/").removeprefix(self._root.lstrip("/")).lstrip("/")
                yield Kept(path=path, written_at=_moment(item), size=item["size"] or 0)

    def _call(self, name: str, *given: Any, more: float = 0.0, **options: Any) -> Any:
        """Ask the file system, within the deadline and ``more`` where it can be given one."""
        if not self._system.async_impl:
            return _ask(lambda: getattr(self._system, name)(*given, **options))
        from fsspec import asyn

        action = getattr(self._system, f"_{name}")
        loop, deadline = self._system.loop, DEADLINE + more
        return _ask(lambda: asyn.sync(loop, action, *given, timeout=deadline, **options))

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"


class Folder:
    """Files in a folder of this machine, written whole, synced, and readable by nobody else."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)

    def read(self, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Return a file's bytes, or those of a span of it."""
        return _ask(lambda: _span(self._root / path, start, end))

    def size(self, path: str) -> int:
        """Return how many bytes a file has."""
        return _ask((self._root / path).stat).st_size

    def written_at(self, path: str) -> datetime:
        """Return when a file was written."""
        return datetime.fromtimestamp(_ask((self._root / path).stat).st_mtime, UTC)

    def write(self, path: str, data: bytes) -> None:
        """Give the path these bytes whole or not at all."""
        _ask(lambda: write_whole(self._root / path, data, durable=True))

    def remove(self, path: str) -> None:
        """Unlink the file."""
        _ask(lambda: (self._root / path).unlink(missing_ok=True))

    def listing(self) -> Iterator[Kept]:
        """Yield every file, drafts that a power cut left behind included."""
        for folder, _, names in os.walk(self._root):
            for name in names:
                file = Path(folder, name)
                with suppress(FileNotFoundError):
                    facts = _ask(file.stat)
                    yield Kept(
                        path=str(file.relative_to(self._root)),
                        written_at=datetime.fromtimestamp(facts.st_mtime, UTC),
                        size=facts.st_size,
                    )


def spans(place: Place, path: str, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes of a long file from ``start`` to ``end``, a few megabytes at a time."""
    for at in range(start, end, SPAN):
        yield place.read(path, at, min(at + SPAN, end))


def holds(place: Place, path: str, data: bytes) -> bool:
    """Tell whether a file is exactly ``data``; ``FileNotFoundError`` if there is none."""
    if len(data) <= SPAN:
        return place.read(path) == data
    pieces = enumerate(spans(place, path, 0, len(data)))
    return place.size(path) == len(data) and all(
        data.startswith(piece, number * SPAN) for number, piece in pieces
    )


def _span(path: Path, start: int, end: int | None) -> bytes:
    if not start and end is None:
        return path.read_bytes()
    with path.open("rb") as file:
        file.seek(start)
        return file.read(-1 if end is None else end - start)


def write_whole(path: Path, data: bytes, *, durable: bool) -> None:
    """Give ``path`` these bytes whole or not at all; ``durable`` also waits for the disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    if durable:
        for folder in (path.parent, path.parent.parent):
            _sync_folder(folder)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _ask(action: Callable[[], Answer]) -> Answer:
    """Run ``action``; whatever it raises becomes ``Trouble``, an absent file apart."""
    try:
        return action()
    except FileNotFoundError as error:
        if _code(error) in _NO_BUCKET:
            raise Trouble("missing") from error
        raise
    except Exception as error:
        raise Trouble(_reason(error)) from error


def _reason(error: BaseException) -> Reason:
    """Return why; the SDK's classes are told by name, so that a folder never imports it."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & _NO_CREDENTIALS:
        return "credentials"
    if _code(error) in _NO_BUCKET:
        return "missing"
    if isinstance(error, PermissionError):
        return "forbidden"
    if kinds & _NO_CONNECTION:
        return "unreachable"
    number = getattr(error, "errno", None)
    if number in {errno.ENOSPC, errno.EDQUOT}:
        return "full"
    return "forbidden" if number == errno.EROFS else "failed"


def _code(error: BaseException) -> str:
    for candidate in (error, error.__cause__):
        response = getattr(candidate, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code", ""))
    return ""


def _moment(info: dict[str, Any]) -> datetime:
    moment = info.get("LastModified") or info.get("created")
    return moment if isinstance(moment, datetime) else datetime.now(UTC)
