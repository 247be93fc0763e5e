"""What a post will cost, told before it is sent in or approved, and what the month has cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboard.components import marks
from dashboard.texts import common
from publisher.app import App
from publisher.delivery import spending
from publisher.editorial.content import DraftContent
from publisher.queries.costs import CostRow, costs
from publisher.queries.variants import said
from publisher.texts import spending as texts


def show(app: App, rows: Sequence[CostRow]) -> None:
    """Draw the costs of a post with what the month has cost so far; nothing without any."""
    for row in rows:
        name = common.NETWORKS.get(row.cost.network, row.cost.network)
        st.html(marks.faint(row.sentence(name)))
    if rows:
        month(app, {row.cost.network for row in rows})


def draft(app: App, content: DraftContent, networks: Sequence[str]) -> None:
    """Draw the costs of what is being written; ``networks`` names one for each account."""
    accounts = Counter(networks)
    parts = {name: [said(content.texts, content.forms, name)] for name in accounts}
    for name, extras in content.extras.items():
        if name in parts:
            parts[name] += [part.text for part in extras.following]
    show(app, costs(parts, accounts, app.clock().date()))


def month(app: App, networks: set[str] | None = None) -> None:
    """Draw what each network has cost this month, of its cap where there is one."""
    for one in spending.months(app):
        if (networks is not None and one.network not in networks) or (
            not one.spent and one.cap is None
        ):
            continue
        words = texts.MONTH if one.cap is None else texts.MONTH_CAP
        sentence = words.format(
            network=common.NETWORKS.get(one.network, one.network),
            spent=texts.dollars(one.spent),
            cap=texts.dollars(one.cap or 0),
            posts=one.posts,
        )
        st.html(marks.faint(sentence))
