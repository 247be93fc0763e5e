"""Which written procedure the institution works by: what its papers print at their head.

Code, version and validity are the institution's own data. A procedure whose validity has ended is
printed as such: papers go on being made, and whoever reads them knows.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from publisher import access, data
from publisher.app import Actor, App
from publisher.errors import Invalid, Unready
from publisher.models import Institution
from publisher.texts import NOT_INITIALISED
from publisher.texts import institution as texts

SHIPPED: Final = "procedimiento.json"
_CODE: Final = re.compile(r"[\w./ -]{2,40}")
_VERSION: Final = re.compile(r"[\w.-]{0,12}")


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A procedure as its own header names it; ``code`` is empty where nobody has said."""

    code: str = ""
    version: str = ""
    edition: date | None = None
    until: date | None = None

    def ended(self, on: date) -> bool:
        """Tell whether its validity has ended by ``on``."""
        return self.until is not None and self.until < on


NOBODY_SAID: Final = Procedure()


def procedure_of(session: Session) -> Procedure:
    """Return the institution's procedure, as it is in the database now."""
    row = session.get(Institution, 1)
    return _read(row.procedure) if row is not None else NOBODY_SAID


def read_procedure(app: App, actor: Actor) -> Procedure:
    """Return the institution's procedure, for whoever reads what the institution is."""
    access.authorize(actor, "institution.manage")
    with app.read() as session:
        return procedure_of(session)


def printed(app: App, session: Session) -> str:
    """Return what a paper of today prints of the procedure; empty where nobody has said."""
    found = procedure_of(session)
    today = app.clock().astimezone(ZoneInfo(app.institution.timezone)).date()
    return texts.procedure(
        found.code, found.version, found.edition, found.until, ended=found.ended(today)
    )


def set_procedure(app: App, actor: Actor, new: Procedure) -> None:
    """Say which procedure the institution works by; papers made before keep what they say.

    Raises ``Forbidden``, and ``Invalid`` for a code or version that is none, or a validity that
    ends before the edition.
    """
    access.authorize(actor, "institution.manage")
    code, version = " ".join(new.code.split()), new.version.strip()
    if not _CODE.fullmatch(code):
        raise Invalid(texts.PROCEDURE_CODE, field="code")
    if not _VERSION.fullmatch(version):
        raise Invalid(texts.PROCEDURE_VERSION, field="version")
    if new.edition and new.until and new.until <= new.edition:
        raise Invalid(texts.PROCEDURE_UNTIL, field="until")
    kept = Procedure(code=code, version=version, edition=new.edition, until=new.until)
    with app.write() as session:
        row = session.get(Institution, 1)
        if row is None:
            raise Unready(NOT_INITIALISED)
        before = row.procedure
        row.procedure = _data(kept)
        app.note(
            session,
            app.entry(
                actor,
                "institution.procedure",
                "institution",
                1,
                detail=json.dumps({"before": before, "after": row.procedure}),
            ),
        )


def shipped() -> dict[str, Any]:
    """Return the procedure that the demonstration works by, as the database keeps it."""
    return _data(_read(json.loads(data.read(SHIPPED))))


def _read(kept: dict[str, Any]) -> Procedure:
    days = {
        name: date.fromisoformat(kept[name]) if kept.get(name) else None
        for name in ("edition", "until")
    }
    return Procedure(
        code=str(kept.get("code", "")),
        version=str(kept.get("version", "")),
        edition=days["edition"],
        until=days["until"],
    )


def _data(of: Procedure) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(of).items()
    }
