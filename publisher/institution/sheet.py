"""What an import would do, row by row: the values that the dry run and the import share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from publisher.institution.reading import Column, Record
from publisher.texts import institution as texts

Outcome = Literal["created", "updated", "unchanged", "error"]

KINDS: Final[Mapping[str, tuple[Column, ...]]] = {
    "planteles": (
        Column(name="clave", required=True, aliases=("id", "code", "clave del plantel")),
        Column(name="nombre", required=True, aliases=("name", "plantel")),
        Column(name="tipo", required=True, aliases=("type", "kind", "subsistema")),
        Column(name="municipio", required=True, aliases=("municipality",)),
        Column(name="clave_inegi", required=True, aliases=("cve_inegi", "cvegeo", "inegi")),
        Column(name="region", aliases=("zona",)),
        Column(name="zona_horaria", aliases=("timezone", "huso horario", "huso")),
        Column(name="verificado", aliases=("verified",)),
    ),
    "personas": (
        Column(name="correo", required=True, aliases=("email", "e-mail", "correo electrónico")),
        Column(name="nombre", required=True, aliases=("name", "nombre completo")),
        Column(name="funcion", aliases=("rol", "role", "función")),
        Column(name="plantel", aliases=("clave", "clave del plantel")),
        Column(name="cargo", aliases=("puesto", "position")),
        Column(name="desde", aliases=("inicio", "fecha de inicio")),
        Column(name="hasta", aliases=("término", "fecha de término", "fin")),
    ),
    "cuentas": (
        Column(name="plantel", required=True, aliases=("clave", "clave del plantel")),
        Column(name="red", required=True, aliases=("network", "red social")),
        Column(name="conector", aliases=("connector",)),
        Column(name="cuenta", required=True, aliases=("usuario", "handle", "nombre de usuario")),
        Column(name="id_externo", required=True, aliases=("external_id", "identificador")),
        Column(name="direccion", aliases=("url", "enlace")),
    ),
}


@dataclass(frozen=True, kw_only=True)
class RowError:
    """Why a row cannot be imported: the column to correct and a complete sentence."""

    column: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """A value of an existing row that the import would change."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class PreviewRow:
    """What would become of one row; ``key`` names it, ``notes`` are sentences to know."""

    number: int
    key: str
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    errors: tuple[RowError, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The dry run of an import; ``digest`` proves to ``apply`` what somebody looked at."""

    kind: str
    rows: tuple[PreviewRow, ...]
    ignored: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """Return how many rows would end so."""
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def digest(self) -> str:
        """The SHA-256 of every outcome and change."""
        told = [
            [row.number, row.key, row.outcome, [[c.column, c.before, c.after] for c in row.changes]]
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps([self.kind, told]).encode()).hexdigest()


@dataclass
class Draft:
    """One row while it is being judged: errors gather, then ``values`` are what to write.

    ``target`` is the id of the existing row, if there is one.
    """

    record: Record
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    target: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, column: str, sentence: str) -> None:
        """Record why the row cannot be imported."""
        self.errors.append(RowError(column=column, sentence=sentence))

    def need(self, column: str, *, limit: int = 120) -> str:
        """Return the column's text, refusing an empty or too long one."""
        value = self.record[column]
        label = texts.COLUMN_LABELS[column]
        if not value:
            self.refuse(column, texts.ROW_REQUIRED.format(column=label))
        elif len(value) > limit:
            words = label[0].upper() + label[1:]
            self.refuse(column, texts.ROW_TOO_LONG.format(column=words, limit=limit))
        return value

    @property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the existing row."""
        return tuple(
            Change(column=name, before=str(self.before[name]), after=str(value))
            for name, value in self.values.items()
            if name in self.before and self.before[name] != value
        )

    @property
    def outcome(self) -> Outcome:
        """What would become of the row."""
        if self.errors:
            return "error"
        if self.target is None:
            return "created"
        return "updated" if self.changes else "unchanged"

    def row(self) -> PreviewRow:
        """Return what a person sees of it."""
        return PreviewRow(
            number=self.record.number,
            key=self.key,
            outcome=self.outcome,
            changes=() if self.errors else self.changes,
            errors=tuple(self.errors),
            notes=() if self.errors else tuple(self.notes),
        )


def digest_of(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a row's values, for the audit; empty for none."""
    if not values:
        return ""
    told = json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
