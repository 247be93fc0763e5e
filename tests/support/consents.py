"""Consents for tests, written down by the product's own verb."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from publisher.app import Actor
from publisher.consents.given import Given
from publisher.consents.register import register
from publisher.editorial.content import MediaUse
from tests.support.house import SmallHouse

_NUMBERS = count(1)
ALT = "Una alumna muestra su maqueta de robótica en la explanada del plantel."
GIVEN = Given(
    subject="M.T.V. 20231234",
    valid_from=date(2026, 8, 1),
    valid_until=date(2027, 7, 31),
    scopes=("image",),
    guardian="madre",
    opinion=True,
    kept_at="Expediente 12, Servicios Escolares",
)


def given(**changes: Any) -> Given:
    """Return what a form would say, changed where a test says so."""
    return replace(GIVEN, **changes)


def registered(
    small: SmallHouse, *, code: str = "SAL", by: Actor | None = None, **changes: Any
) -> str:
    """Register a consent of a plantel; return its folio."""
    actor = by or small.operador(code)
    return register(small.app, actor, small.planteles[code], given(**changes))


def showing(small: SmallHouse, folio: str, *, kind: str = "image") -> tuple[MediaUse, ...]:
    """Return one medium of Saltillo that shows a minor and cites ``folio``."""
    return (
        MediaUse(
            media_id=small.medium(f"retrato {next(_NUMBERS)}", kind=kind),
            alt_text=ALT,
            credit="Plantel",
            persons_in_image=True,
            consent_ref=folio,
            captions=True if kind == "video" else None,
        ),
    )
