"""The error catalogue as one table: a network's code → what it means → the sentence for people.

``verdicts`` holds the rows and ``texts`` the sentences; this joins them, so that a person can read
(``python -m connectors.error_catalogue``) and a test can walk what is really in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors import texts, verdicts
from connectors.verdicts import Row, Verdict


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row: ``signs`` is what the network says, ``verdict`` what follows.

    ``unsure`` rows prove nothing at the visible request: there the outcome is unknown.
    """

    network: str
    signs: str
    name: str
    verdict: Verdict
    unsure: bool
    sentence: str

    @property
    def meaning(self) -> str:
        """Return in Spanish what the verdict leads to."""
        return texts.VERDICTS[self.verdict]


def entries() -> tuple[Entry, ...]:
    """Return the catalogue, by connector, in the order in which its rows are tried."""
    return tuple(
        Entry(
            network=network,
            signs=" · ".join(_signs(row)),
            name=row.name,
            verdict=row.verdict,
            unsure=row.unsure,
            sentence=texts.error(network, row.name) or "",
        )
        for network, table in verdicts.TABLES.items()
        for row in table
    )


def _signs(row: Row) -> Iterator[str]:
    if row.codes:
        yield "código " + _numbers(row.codes)
    if row.subcodes:
        yield "subcódigo " + _numbers(row.subcodes)
    if row.status:
        yield "HTTP " + _numbers(row.status)
    if row.kinds:
        yield ", ".join(sorted(row.kinds))
    if row.words:
        yield ", ".join(f"«{word}»" for word in row.words)
    if row.transient:
        yield "is_transient"


def _numbers(values: frozenset[int]) -> str:
    """Write numbers in order, runs as ``200–299``."""
    runs: list[list[int]] = []
    for number in sorted(values):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )
