"""Signed checkpoints of the chain, and the anchor that is kept outside the machine.

The signing key is Ed25519, derived from the key file's root for this purpose alone: a stolen audit
MAC key cannot sign, there is no second file to lose, and the signature outlives a rotation of the
KEK. Whoever holds the key file can sign; only an anchor out of reach proves the past against that
person, and against an old backup put back whole.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn, Protocol

from sqlalchemy import select

from vault import primitives
from vault.audit import canonical_time
from vault.audit_tables import AuditCheckpoint, AuditLink
from vault.db import Db, connection
from vault.errors import AnchorContradicts, AnchorUnreadable, NothingToAnchor

EVERY_LINKS = 100
EVERY = timedelta(minutes=15)
ANCHOR_FORMAT = "pregonero-anchor-v1"


class _Subkeys(Protocol):
    def subkey(self, purpose: str) -> bytes: ...


class Signer:
    """The private half that signs checkpoints; held only by the process that seals."""

    __slots__ = ("_seed", "public")

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self.public = primitives.public_key(seed)

    @classmethod
    def from_keyring(cls, keyring: _Subkeys) -> Signer:
        """Derive it from ``keyring``."""
        return cls(keyring.subkey("audit-checkpoint"))

    def sign(self, message: bytes) -> str:
        """Return the signature in hex."""
        return primitives.sign(self._seed, message).hex()

    def __repr__(self) -> str:
        return f"Signer({self.public.hex()[:8]})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Signer is never pickled")


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The chain had ``count`` links and link ``seq`` had the mac ``head`` at time ``at``."""

    seq: int
    count: int
    head: str
    at: str
    signature: str
    public_key: str

    def message(self, previous: str) -> bytes:
        """Return what is signed; ``previous`` is the signature of the checkpoint before."""
        parts = ["checkpoint-v1", self.seq, self.count, self.head, self.at, previous]
        return json.dumps(parts, separators=(",", ":")).encode()

    def holds(self, public: bytes, previous: str) -> bool:
        """Say whether the owner of ``public`` signed it."""
        try:
            signature = bytes.fromhex(self.signature)
        except ValueError:
            return False
        return self.public_key == public.hex() and primitives.signature_holds(
            public, self.message(previous), signature
        )


def last_link(db: Db) -> int:
    """Return the number of the chain's last link, 0 where there is none."""
    head = connection(db).execute(_LAST_LINK).first()
    return 0 if head is None else int(head.seq)


def stored(db: Db) -> list[Checkpoint]:
    """Return every checkpoint, oldest first."""
    rows = connection(db).execute(select(_CHECKPOINT).order_by(_CHECKPOINT.c.seq)).mappings()
    return [Checkpoint(**{**row, "at": canonical_time(row["at"])}) for row in rows]


def due(db: Db, *, now: datetime) -> bool:
    """Say whether 100 links, or any link and 15 minutes, have passed since the last checkpoint."""
    conn = connection(db)
    head = conn.execute(_LAST_LINK).first()
    if head is None:
        return False
    last = conn.execute(_LAST_CHECKPOINT).first()
    if last is None:
        return True
    new = head.seq - last.seq
    return bool(new >= EVERY_LINKS or (new > 0 and now - last.at >= EVERY))


def checkpoint(db: Db, signer: Signer, *, now: datetime) -> bool:
    """Sign the chain's present head; false when there is nothing new. Call it after ``seal``."""
    conn = connection(db)
    head = conn.execute(_LAST_LINK).first()
    last = conn.execute(_LAST_CHECKPOINT).first()
    if head is None or (last is not None and last.seq >= head.seq):
        return False
    unsigned = Checkpoint(
        seq=head.seq,
        count=head.seq,
        head=head.mac,
        at=canonical_time(now),
        signature="",
        public_key=signer.public.hex(),
    )
    signature = signer.sign(unsigned.message("" if last is None else last.signature))
    row = asdict(unsigned) | {"at": now, "signature": signature}
    conn.execute(_CHECKPOINT.insert().values(row))
    return True


def document(checkpoints: Sequence[Checkpoint], public: bytes) -> bytes:
    """Return the anchor of the newest of ``checkpoints`` as a file of its own."""
    if not checkpoints:
        raise NothingToAnchor
    return _body([asdict(checkpoints[-1])], public)


def write_anchor(checkpoints: Sequence[Checkpoint], public: bytes, path: Path) -> Checkpoint:
    """Add the newest of ``checkpoints`` (all that there are) to the anchor file at ``path``.

    The file is replaced whole and durably, and belongs on another machine or mount. One that
    disagrees with the database is left alone (``AnchorContradicts``).
    """
    if not checkpoints:
        raise NothingToAnchor
    newest = checkpoints[-1]
    by_seq = {item.seq: item for item in checkpoints}
    held = read_anchor(path) if path.exists() else []
    if any(by_seq.get(item.seq) != item for item in held):
        raise AnchorContradicts(path=path)
    if newest not in held:
        held.append(newest)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with draft.open("xb") as file:
            file.write(_body([asdict(item) for item in held], public))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise AnchorUnreadable(path=path) from None
    return newest


def read_anchor(path: Path) -> list[Checkpoint]:
    """Return the anchored checkpoints, oldest first, or raise ``AnchorUnreadable``.

    The file is one that was written here, an object of a bucket, what an e-mail brought attached,
    or that e-mail itself as a mail program saves it.
    """
    try:
        data = path.read_bytes()
        body = json.loads(data if data.lstrip()[:1] == b"{" else _attached(data))
        if body["format"] != ANCHOR_FORMAT:
            raise AnchorUnreadable(path=path)
        return [_from_json(item) for item in body["checkpoints"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise AnchorUnreadable(path=path) from None


def _attached(data: bytes) -> bytes:
    """Return the first attachment of an e-mail; ``ValueError`` where there is none."""
    from email import message_from_bytes, policy

    for part in message_from_bytes(data, policy=policy.default).iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return content
    raise ValueError("no attachment")


def _body(items: list[dict[str, Any]], public: bytes) -> bytes:
    body = {"format": ANCHOR_FORMAT, "public_key": public.hex(), "checkpoints": items}
    return json.dumps(body, indent=1).encode() + b"\n"


def _from_json(item: Mapping[str, Any]) -> Checkpoint:
    return Checkpoint(
        seq=int(item["seq"]),
        count=int(item["count"]),
        head=str(item["head"]),
        at=str(item["at"]),
        signature=str(item["signature"]),
        public_key=str(item["public_key"]),
    )


_LINK = AuditLink.__table__  # type: ignore[attr-defined]
_CHECKPOINT = AuditCheckpoint.__table__  # type: ignore[attr-defined]
_LAST_LINK = select(_LINK.c.seq, _LINK.c.mac).order_by(_LINK.c.seq.desc()).limit(1)
_LAST_CHECKPOINT = (
    select(_CHECKPOINT.c.seq, _CHECKPOINT.c.at, _CHECKPOINT.c.signature)
    .order_by(_CHECKPOINT.c.seq.desc())
    .limit(1)
)
