"""Calidad: returns by plantel and rule, false alarms, and good examples."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Final

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks, praising, sheet
from dashboard.texts import calidad as texts
from publisher import access
from publisher.app import Actor, App
from publisher.documents import calidad
from publisher.documents.calidad import Form
from publisher.documents.table import CSV_MIME, XLSX_MIME
from publisher.queries import examples, learning
from publisher.queries.learning import DismissalRow, PlantelRow, Quality, RuleRow

FORMS: Final[dict[Form, str]] = {"csv": CSV_MIME, "xlsx": XLSX_MIME}
ROWS: Final = 12
ALARMS: Final = 8


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    sheet.style()
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO)
    picked = st.segmented_control(
        texts.SPAN, list(texts.SPANS), default=list(texts.SPANS)[1], required=True, key="periodo"
    )
    days = texts.SPANS[picked or list(texts.SPANS)[1]]
    found = context.load(partial(learning.quality, app, actor, days=days))
    _sums(found)
    _planteles(app, actor, found, days)
    _rules(app, actor, found, days)
    left, right = st.columns(2, gap="large")
    with left:
        _alarms(app, actor, found, days)
    with right:
        if access.anywhere(actor, examples.READ):
            praising.show(app, actor)


def _sums(found: Quality) -> None:
    dismissed = sum(row.dismissed for row in found.rules)
    total = found.total
    values = (
        (texts.SUBMITTED, total.submitted, None),
        (texts.RETURNED, total.returned, None),
        (texts.REJECTED, total.rejected, None),
        (texts.FALSE_ALARMS, dismissed, texts.FALSE_HELP),
    )
    for column, (label, value, told) in zip(st.columns(4), values, strict=True):
        column.metric(label, value, help=told, border=True)


def _planteles(app: App, actor: Actor, found: Quality, days: int) -> None:
    st.header(texts.PLANTELES_TITLE, anchor=False)
    if not found.planteles:
        st.html(marks.empty(texts.NOTHING))
        return
    short = marks.short_names(row.plantel for row in found.planteles)
    rows = [_plantel(row, short[row.plantel]) for row in found.planteles[:ROWS]]
    st.html(sheet.table(texts.PLANTELES_HEAD, rows, caption=texts.PLANTELES_CAPTION, numbers=4))
    if len(found.planteles) > ROWS:
        st.html(marks.faint(texts.MORE_PLANTELES.format(n=ROWS)))
    _downloads(app, actor, "planteles", days)


def _plantel(row: PlantelRow, name: str) -> list[str]:
    cited = ", ".join(texts.TIMES.format(rule=rule, n=n) for rule, n in row.rules)
    below = marks.faint(texts.CITED.format(rules=cited)) if cited else ""
    return [
        sheet.head(f"{escape(name)}{below}"),
        sheet.number(row.submitted),
        sheet.number(row.returned),
        sheet.number(row.rejected),
        f'<td class="num">{percent(row.share)}</td>',
    ]


def _rules(app: App, actor: Actor, found: Quality, days: int) -> None:
    st.header(texts.RULES_TITLE, anchor=False)
    if not found.rules:
        st.html(marks.empty(texts.RULES_EMPTY))
        return
    rows = [_rule(row) for row in found.rules]
    st.html(sheet.table(texts.RULES_HEAD, rows, caption=texts.RULES_CAPTION, numbers=4))
    st.html(marks.faint(texts.TUNE))
    _downloads(app, actor, "reglas", days)


def _rule(row: RuleRow) -> list[str]:
    like = texts.LIKENESS_ONE if row.likeness == 1 else texts.LIKENESS
    below = marks.faint(like.format(n=row.likeness, dismissed=row.likeness_dismissed))
    share = percent(row.share)
    if row.low is not None:
        share = texts.INTERVAL.format(share=share, low=percent(row.low), high=percent(row.high))
    title = f"<b>{escape(row.rule)}</b> {escape(row.title)}"
    return [
        sheet.head(title + (below if row.likeness else "")),
        sheet.number(row.cited),
        sheet.number(row.found),
        sheet.number(row.dismissed),
        f'<td class="num">{share}</td>',
    ]


def _alarms(app: App, actor: Actor, found: Quality, days: int) -> None:
    st.header(texts.ALARMS_TITLE, anchor=False)
    if not found.dismissals:
        st.html(marks.empty(texts.ALARMS_EMPTY))
        return
    zone = app.institution.timezone
    st.html(marks.rows([_alarm(one, zone) for one in found.dismissals[:ALARMS]]))
    _downloads(app, actor, "alarmas", days)


def _alarm(one: DismissalRow, zone: str) -> str:
    like = f" {sheet.chip(texts.ALARM_LIKE)}" if one.likeness else ""
    head = escape(texts.ALARM.format(rule=one.rule, plantel=one.plantel))
    fragment = escape(one.fragment or texts.NO_FRAGMENT)
    return marks.row(
        title=f"<b>{head}</b>{like}",
        text=f"«{one.reason}»",
        side=escape(dates.instant(one.at, zone)),
        below=f"<div><b>{fragment}</b> {marks.faint(one.person)}</div>",
    )


def _downloads(app: App, actor: Actor, table: str, days: int) -> None:
    with st.container(horizontal=True):
        for form, mime in FORMS.items():
            # a function, so that the file and its entry are made only when somebody asks
            st.download_button(
                form.upper(),
                partial(_file, app, actor, table, form, days),
                file_name=f"calidad-{table}.{form}",
                mime=mime,
                key=f"bajar_{table}_{form}",
                help=texts.DOWNLOAD_HELP.format(form=form.upper()),
                icon=":material/download:",
                on_click="ignore",
            )


def _file(app: App, actor: Actor, table: str, form: Form, days: int) -> bytes:
    return calidad.export(app, actor, table, form, days=days).content


def percent(share: float | None) -> str:
    """Return a share as people read it; a dash where there is none."""
    return "–" if share is None else f"{round(100 * share)} %"


show(context.house(), context.person())
