"""The audit as files that leave the house, and that nobody needs this program to verify.

Three files: the entries as JSON Lines; a manifest with their digest, the chain's end and the signed
checkpoints; the Ed25519 signature of the manifest's bytes by the key that signs checkpoints. A
checkpoint's message is a JSON list and a manifest a JSON object: neither passes for the other.
What a reader can prove with the public key alone is said in docs/verificar_auditoria.py.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from vault import checkpoints, rows
from vault.audit import canonical_time
from vault.audit_tables import AuditLink
from vault.checkpoints import Signer
from vault.db import Db, connection
from vault.errors import ExportExists

FORMAT = "pregonero-export-v1"
ENTRIES = "bitacora.jsonl"
MANIFEST = "manifiesto.json"
SIGNATURE = "manifiesto.firma"
NAMES = (ENTRIES, MANIFEST, SIGNATURE)


@dataclass(frozen=True, kw_only=True)
class Export:
    """What was written: ``lines`` entries between the links ``first`` and ``last``."""

    folder: Path
    lines: int
    first: int
    last: int
    head: str
    sha256: str
    public_key: str


def is_taken(folder: Path) -> bool:
    """Tell whether ``folder`` holds an export, or part of one."""
    return any((folder / name).exists() for name in NAMES)


def write(
    db: Db,
    signer: Signer,
    folder: Path,
    *,
    now: datetime,
    first: int = 1,
    plantel_id: int | None = None,
    plantel: str = "",
) -> Export:
    """Write what is linked from ``first`` on, and sign it; files of mode 0600, durable.

    Everything belongs to the state that ``db`` reads. ``plantel_id`` keeps the entries of one
    plantel only, whose code is ``plantel``. The signature comes last: without it there is no
    export. Raises ``ExportExists``, or ``OSError`` after which nothing is left behind.
    """
    if is_taken(folder):
        raise ExportExists(path=folder)
    conn = connection(db)
    head = conn.execute(select(_LINK.c.seq, _LINK.c.mac).order_by(_LINK.c.seq.desc())).first()
    last, mac = (0, "") if head is None else (head.seq, head.mac)
    signed = [item for item in checkpoints.stored(db) if item.seq <= last]
    before = [item.signature for item in signed if item.seq < first]
    paths = [folder / name for name in NAMES]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        lines, sha256 = _write(paths[0], rows.export_lines(db, plantel_id=plantel_id, first=first))
        body = {
            "format": FORMAT,
            "at": canonical_time(now),
            "plantel": plantel or None,
            "from": first,
            "to": last,
            "head": mac,
            "lines": lines,
            "sha256": sha256,
            "previous": before[-1] if before else "",
            "checkpoints": [asdict(item) for item in signed if item.seq >= first],
            "public_key": signer.public.hex(),
        }
        text = json.dumps(body, ensure_ascii=False, indent=1)
        _write(paths[1], [text])
        _write(paths[2], [signer.sign(f"{text}\n".encode())])
    except OSError:
        for path in paths:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise
    return Export(
        folder=folder,
        lines=lines,
        first=first,
        last=last,
        head=mac,
        sha256=sha256,
        public_key=signer.public.hex(),
    )


def _write(path: Path, lines: Iterable[str]) -> tuple[int, str]:
    """Write a new file, synced; return how many lines it has and its digest."""
    digest, count = hashlib.sha256(), 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        for line in lines:
            data = line.encode() + b"\n"
            digest.update(data)
            file.write(data)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count, digest.hexdigest()


_LINK = AuditLink.__table__  # type: ignore[attr-defined]
