"""What the manual and the networks object to, most serious first, with rule and suggestion."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Protocol

import streamlit as st

from dashboard.components import marks
from dashboard.texts import common, hilos
from dashboard.texts import nueva as texts

_POST = re.compile(r"/publicacion\?id=\d{1,12}")
_ORDER = {"block": 0, "warn": 1, "info": 2}
_COLORS = {
    "block": ("#B42318", "#FEF1F0", "✕"),
    "warn": ("#B54708", "#FEF4E6", "!"),
    "info": ("#526072", "#EEF1F4", "i"),
}


class Finding(Protocol):
    """What is shown of a finding, live or stored."""

    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def network(self) -> str: ...  # noqa: D102
    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def severity(self) -> str: ...  # noqa: D102
    @property
    def fragment(self) -> str: ...  # noqa: D102
    @property
    def explanation(self) -> str: ...  # noqa: D102
    @property
    def suggestion(self) -> str: ...  # noqa: D102


def show(findings: Iterable[Finding]) -> None:
    """Draw the list; nothing when there is nothing."""
    ordered = sorted(findings, key=lambda finding: _ORDER[finding.severity])
    if ordered:
        st.html(marks.rows(_row(finding) for finding in ordered))


def summary(blocks: int, warnings: int) -> str:
    """Return the chips that count blocks and warnings, as HTML."""
    chips = []
    for count, severity in ((blocks, "block"), (warnings, "warn")):
        if count:
            name = texts.SEVERITY[severity].lower() + ("s" if count > 1 else "")
            chips.append(_chip(severity, f"{count} {name}"))
    return " ".join(chips)


def said(finding: Finding) -> str:
    """Return a finding as HTML: its weight, rule and place, what it says, what it suggests."""
    title, below = _pieces(finding)
    return f"<div>{title}</div>{below}"


def _row(finding: Finding) -> str:
    title, below = _pieces(finding)
    return marks.row(title=title, below=below)


def _pieces(finding: Finding) -> tuple[str, str]:
    place = _place(finding.network)
    said_already = finding.explanation.lower().startswith("regla ")
    cites = finding.source == "manual" and not said_already
    rule = texts.RULE.format(rule=finding.rule) if cites else ""
    head = " · ".join(piece for piece in (rule, place) if piece)
    title = f"{_chip(finding.severity, texts.SEVERITY[finding.severity])} "
    title += f'<span class="pg-tenue" style="font-size:.85rem">{escape(head)}</span>'
    unquoted = finding.fragment and finding.fragment not in finding.explanation
    quoted = f" «{escape(finding.fragment)}»" if unquoted else ""
    below = f"<div style='font-size:.93rem'>{escape(finding.explanation)}{quoted}</div>"
    if finding.suggestion:
        advice = texts.SUGGESTION.format(text=finding.suggestion)
        below += f"<div class='pg-tenue' style='font-size:.88rem'>{_linked(escape(advice))}</div>"
    return title, below


def _linked(escaped: str) -> str:
    """Return words with the addresses of our own posts made links."""
    return _POST.sub(r'<a href="\g<0>" target="_blank">\g<0></a>', escaped)


def _chip(severity: str, words: str) -> str:
    ink, ground, mark = _COLORS[severity]
    return (
        f'<span class="pg-estado" style="color:{ink};background:{ground}"'
        f' data-marca="{mark}">{escape(words)}</span>'
    )


def _place(network: str) -> str:
    if network == "base":
        return ""
    if network.startswith("alt:"):
        return texts.ON_ALT.format(n=network.removeprefix("alt:"))
    name, _, place = network.partition(":")
    if place:
        return _of_part(name, place)
    return texts.ON_NETWORK.format(network=common.NETWORKS.get(network, network))


def _of_part(network: str, place: str) -> str:
    """Return where a finding of a later part stands; only X has threads, the others a comment."""
    if place == "link":
        said = hilos.IN_LINK
    else:
        said = hilos.IN_PART if network == "x" else hilos.IN_COMMENT
    return said.format(n=place, network=common.NETWORKS.get(network, network))
