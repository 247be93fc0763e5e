"""One answer for the deliveries that are chosen in the list, with one reason and one hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import deciding, hours, marks
from dashboard.texts import common
from dashboard.texts import decisiones as texts
from publisher.app import Actor, App
from publisher.delivery.batch import Answer, Choice, Verb, decide_many
from publisher.queries.decisions import WaitingRow

_FAILED = "sin_decidir"
_REASON = "motivo_juntos"


def show(app: App, actor: Actor, chosen: Sequence[WaitingRow]) -> None:
    """Draw the form and obey it; what was typed stays until every chosen one is decided."""
    if st.session_state.pop("juntos_listo", False):
        st.session_state[_REASON] = ""
    st.header(texts.BULK_TITLE, anchor=False)
    count = len(chosen)
    if not count:
        st.html(marks.faint(texts.BULK_NONE))
        return
    st.markdown(f"**{texts.BULK_ONE if count == 1 else texts.BULK_COUNT.format(n=count)}**")
    verbs: list[Verb] = ["resume", "reschedule", "discard"]
    verb = st.radio(
        texts.BULK_ANSWER,
        verbs,
        format_func=lambda name: texts.BULK_ANSWERS[name],
        key="respuesta_juntos",
    )
    st.html(marks.faint(texts.BULK_CAPTIONS[verb]))
    when, fold = _when(app, chosen) if verb == "reschedule" else (None, 0)
    reason = st.text_area(texts.REASON, help=texts.REASON_HINT, key=_REASON, height=90)
    if not st.button(
        texts.BULK_DO[verb].format(n=count),
        type="primary",
        icon=":material/gavel:",
        width="stretch",
        key=f"decidir_juntos_{hash(tuple((row.id, row.seen) for row in chosen))}_{verb}",
    ):
        return
    if verb == "reschedule" and when is None:
        st.error(texts.BULK_NEEDS_WHEN, icon=":material/error:")
        return
    _decide(app, actor, chosen, verb, reason, when, fold)


def failed() -> None:
    """Draw what the last answer could not decide, and why."""
    lines: list[str] = st.session_state.pop(_FAILED, [])
    if lines:
        head = texts.BULK_FAILED_ONE if len(lines) == 1 else texts.BULK_FAILED.format(n=len(lines))
        body = "\n".join(f"- {marks.plain(line)}" for line in lines)
        st.error(f"{head}\n\n{body}", icon=":material/error:")


def _when(app: App, chosen: Sequence[WaitingRow]) -> tuple[datetime | None, int]:
    zones = {row.timezone for row in chosen}
    home = app.institution.timezone
    now = app.clock().astimezone(ZoneInfo(home)).replace(tzinfo=None, second=0, microsecond=0)
    when = st.datetime_input(
        texts.BULK_WHEN,
        value=None,
        min_value=now,
        step=deciding.STEP,
        format="DD/MM/YYYY",
        help=texts.BULK_WHEN_HELP,
        key="hora_juntos",
    )
    fold = hours.ask_fold(when, zones, key="vez_juntos")
    hours.show(when, zones, home=home, fold=fold)
    return when, fold


def _decide(
    app: App,
    actor: Actor,
    chosen: Sequence[WaitingRow],
    verb: Verb,
    reason: str,
    when: datetime | None,
    fold: int,
) -> None:
    answers = context.attempt(
        partial(
            decide_many,
            app,
            actor,
            [Choice(id=row.id, seen=row.seen) for row in chosen],
            verb,
            reason=reason,
            local_at=when.strftime(hours.WALL) if when else "",
            fold=fold,
        )
    )
    if answers is None:
        return
    good = sum(answer.ok for answer in answers)
    if good:
        context.tell(texts.BULK_DONE_ONE if good == 1 else texts.BULK_DONE.format(n=good))
    rows = {row.id: row for row in chosen}
    st.session_state[_FAILED] = [
        _failure(rows[answer.id], answer) for answer in answers if not answer.ok
    ]
    st.session_state["juntos_listo"] = good == len(answers)
    st.rerun()


def _failure(row: WaitingRow, answer: Answer) -> str:
    return texts.BULK_FAILED_ROW.format(
        plantel=row.plantel, network=common.NETWORKS[row.network], sentence=answer.sentence
    )
