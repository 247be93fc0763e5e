"""One entry of the audit, whole: who, when, what, why, and what proves it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.components import dates, marks, sheet
from dashboard.texts import bitacora as texts
from dashboard.texts import common
from publisher.app import SYSTEM, App
from publisher.queries.audit import Sheet
from publisher.queries.audit_lines import Line
from publisher.texts import bitacora as words
from publisher.texts.delivery import STATES

DIGEST = 32
"""From how many hexadecimal digits on a value is a digest, which is told by its beginning."""

_WRAP = 'style="overflow-wrap:anywhere"'


def who(line: Line) -> str:
    """Return who acted; what the installation does by itself has a name too."""
    return texts.SYSTEM if line.actor_id in {None, SYSTEM.person_id} else line.actor


def body(app: App, found: Sheet, *, only: Callable[[Line], None]) -> None:
    """Draw one entry whole; ``only`` narrows the page to what it was done to."""
    line, zone = found.line, app.institution.timezone
    st.markdown(f"**{marks.plain(line.words)}**")
    linked = texts.UNLINKED
    if line.seq is not None:
        linked = texts.LINK.format(
            seq=f"{line.seq:,}", when=dates.instant(found.linked_at, zone, seconds=True)
        )
    facts = [
        (texts.LABEL_WHO, who(line)),
        (texts.LABEL_ROLES, ", ".join(common.ROLES.get(role, role) for role in line.roles)),
        (texts.LABEL_WHEN, f"{dates.instant(line.at, zone, seconds=True)} {_year(line, zone)}"),
        (texts.LABEL_OBJECT, line.object),
        (texts.LABEL_PLANTEL, line.plantel),
        (texts.LABEL_WHY, line.reason or texts.NO_REASON),
        (texts.LABEL_RESULT, words.RESULTS[line.result]),
        *((texts.FACTS.get(name, name), _fact(name, value)) for name, value in found.facts),
        (texts.LABEL_BEFORE, _value(found.before)),
        (texts.LABEL_AFTER, _value(found.after)),
        (texts.LABEL_SESSION, found.session_ref[:8]),
        (texts.LABEL_LINK, linked),
        (texts.LABEL_CODE, line.action),
        (texts.LABEL_MAC, _value(found.mac)),
    ]
    rows = [
        (sheet.head(escape(name)), sheet.cell(f"<div {_WRAP}>{escape(value)}</div>"))
        for name, value in facts
        if value
    ]
    st.html(sheet.table((), rows, narrow=True))
    st.html(marks.faint(texts.FINGERPRINT_HELP))
    if line.object_id not in {"", "-", "*"} and st.button(
        texts.ONLY_THIS, key="solo_esto", icon=":material/filter_alt:", on_click=partial(only, line)
    ):
        # a dialog runs by itself: only the whole page draws the list anew and closes it
        st.rerun()


def _fact(name: str, value: str) -> str:
    """Return what an entry says of ``name``, as a person reads it."""
    if name == "waited_s" and value.isdecimal():
        hours, minutes = divmod(round(int(value) / 60), 60)
        return texts.WAITED.format(hours=hours, minutes=minutes)
    with suppress(ValueError):
        held = json.loads(value)
        if isinstance(held, list):
            return ", ".join(str(one) for one in held)
    return _value(texts.VALUES.get(name, {}).get(value, value))


def _value(value: str) -> str:
    """Return a value of an entry for people: a digest by its beginning, a state by its name."""
    digits = set("0123456789abcdef")
    if len(value) >= DIGEST and set(value.lower()) <= digits:
        return texts.FINGERPRINT.format(start=value[:16])
    return STATES.get(value, value)


def _year(line: Line, zone: str) -> str:
    return f"({line.at.astimezone(ZoneInfo(zone)).year})"


dialog = st.dialog(texts.SHEET, width="medium")(body)
