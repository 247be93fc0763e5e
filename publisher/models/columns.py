"""The two column idioms that every table shares."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer


def one_of(
    column: str, values: Iterable[str], *, name: str, optional: bool = False
) -> CheckConstraint:
    """Return the CHECK that keeps ``column`` within ``values``; enumerations are plain strings."""
    listed = ", ".join(f"'{value}'" for value in values)
    null = f"{column} IS NULL OR " if optional else ""
    return CheckConstraint(f"{null}{column} IN ({listed})", name=name)


def refers(
    target: str, *, index: bool = True, nullable: bool = False, **options: Any
) -> Column[int]:
    """Return an integer foreign key to ``target`` (``table.column``)."""
    return Column(Integer, ForeignKey(target, **options), nullable=nullable, index=index)
