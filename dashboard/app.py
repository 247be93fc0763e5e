"""The entry script: who is there, which pages they have, and the frame around each page."""

from __future__ import annotations

import streamlit as st

from dashboard import context, navigation, theme
from dashboard.components import factor, frame, manual_banner
from dashboard.texts import common as texts
from publisher import people

st.set_page_config(page_title=context.house().institution.short_name, layout="wide", page_icon="📣")
st.html(theme.style(context.house().institution.short_name))
actor = context.person()
pages: dict[str, list[st.Page]] = {}
for screen in navigation.visible(context.house(), actor):
    pages.setdefault(screen.group, []).append(
        st.Page(
            screen.file,
            title=screen.title,
            icon=screen.icon,
            url_path=None if screen.path == "/" else screen.name,
            default=screen.path == "/",
            visibility="hidden" if screen.hidden else "visible",
        )
    )
page = st.navigation(pages, expanded=True)
frame.sidebar(context.house(), actor)
context.show_told()
if not actor.grants and people.must_enrol(context.house(), actor):
    factor.lead_on()
    st.stop()
if not actor.grants:
    st.title(texts.NO_ROLE_TITLE)
    st.markdown(texts.NO_ROLE)
    st.stop()
frame.banner(context.house(), actor)
manual_banner.show(context.house(), actor)
page.run()
