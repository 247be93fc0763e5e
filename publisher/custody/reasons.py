"""The codes of why a credential is opened, as the installation's data; by way of opening."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from publisher import data

FILE = "motivos_apertura.csv"


@cache
def reasons(kind: str) -> Mapping[str, str]:
    """Return code → what people read, for openings of ``kind`` (``request``, ``own``…)."""
    rows = csv.DictReader(io.StringIO(data.read(FILE).decode("utf-8")))
    found = {row["codigo"]: row["motivo"] for row in rows if kind in row["vias"].split()}
    return MappingProxyType(found)
