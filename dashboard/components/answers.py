"""What became of each post of a batch: what went well as a toast, what did not one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import context
from dashboard.components import marks
from dashboard.texts import aprobaciones as texts
from publisher.editorial.approve import Answer

_KEY = "respuestas"


def keep(
    answers: Sequence[Answer], names: Mapping[int, str], *, one: str, many: str
) -> tuple[int, ...]:
    """Keep the answers for the next run; return the posts that it worked for.

    ``names`` are the planteles by post; ``many`` has ``{n}``.
    """
    good = tuple(answer.post_id for answer in answers if answer.ok)
    if good:
        context.tell(one if len(good) == 1 else many.format(n=len(good)))
    st.session_state[_KEY] = [
        texts.NOT_DONE.format(
            plantel=names.get(answer.post_id, ""), id=answer.post_id, sentence=answer.sentence
        )
        for answer in answers
        if not answer.ok
    ]
    return good


def show() -> None:
    """Show once what did not work."""
    for sentence in st.session_state.pop(_KEY, []):
        st.error(marks.plain(sentence), icon=":material/error:")
