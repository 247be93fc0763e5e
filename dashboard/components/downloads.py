"""The two rows of buttons of what is kept in sheets: an empty one to fill in, and what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import streamlit as st

from dashboard.texts import importar as texts
from publisher.documents import table
from publisher.institution.exporting import ExportFile, Format

FORMS: Final[tuple[Format, ...]] = ("xlsx", "csv")
MIMES: Final[dict[Format, str]] = {"xlsx": table.XLSX_MIME, "csv": table.CSV_MIME}


def draw(
    kind: str, *, templates: Iterable[ExportFile], export: Callable[[Format], bytes], name: str = ""
) -> None:
    """Offer ``templates`` and, in each form, what ``export`` returns when somebody asks for it.

    ``kind`` tells the buttons apart; ``name`` is the file's, ``kind`` by default.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        for form, empty in zip(FORMS, templates, strict=False):
            st.download_button(
                texts.TEMPLATE.format(form=form.upper()),
                empty.content,
                file_name=f"plantilla-{empty.name}",
                mime=empty.mime,
                key=f"plantilla_{kind}_{form}",
                icon=":material/draft:",
                on_click="ignore",
            )
        for form in FORMS:
            # A function, so that the file is made and its entry written only when somebody asks.
            st.download_button(
                texts.EXPORT.format(form=form.upper()),
                partial(export, form),
                file_name=f"{name or kind}.{form}",
                mime=MIMES[form],
                key=f"exportar_{kind}_{form}",
                icon=":material/download:",
                on_click="ignore",
            )
