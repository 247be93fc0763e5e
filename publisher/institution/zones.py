"""Municipality (INEGI code) → IANA zone, as data.

Source: the law on time zones of 2022, which gives the border municipalities their own seasonal
time. State by state; a code of a state without a row here says nothing about its zone.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

STATE_ZONES: Final = MappingProxyType({"05": "America/Monterrey"})

BORDER_ZONES: Final = MappingProxyType(
    {
        "05002": "America/Matamoros",  # Acuña
        "05003": "America/Matamoros",  # Allende
        "05012": "America/Matamoros",  # Guerrero
        "05013": "America/Matamoros",  # Hidalgo
        "05014": "America/Matamoros",  # Jiménez
        "05019": "America/Matamoros",  # Morelos
        "05022": "America/Matamoros",  # Nava
        "05023": "America/Matamoros",  # Ocampo
        "05025": "America/Matamoros",  # Piedras Negras
        "05037": "America/Matamoros",  # Villa Unión
        "05038": "America/Matamoros",  # Zaragoza
    }
)


def zone_of(cve_inegi: str) -> str | None:
    """Return the zone of a municipality's five-digit code, or None where the table has no state."""
    return BORDER_ZONES.get(cve_inegi) or STATE_ZONES.get(cve_inegi[:2])
