"""Requirements of a credential: the form that asks, the card of each, and what is done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks, sheet
from dashboard.components.custody import fields as named
from dashboard.components.sheet import Tone
from dashboard.texts import common
from dashboard.texts import custodia as custody_texts
from dashboard.texts import requerimientos as texts
from publisher.app import Actor, App
from publisher.custody import disclosures
from publisher.custody.reasons import reasons
from publisher.queries.disclosures import Askable, DisclosureRow
from vault.custody import PASSWORD
from vault.disclosure import REASON_LENGTH, clean

TONES: Mapping[str, Tone] = {
    "pending": "warn",
    "approved": "info",
    "denied": "bad",
    "shown": "ok",
    "review": "bad",
}


@dataclass(frozen=True, kw_only=True)
class Application:
    """What somebody filled in to see fields of an account; id 0 where none is chosen yet."""

    account_id: int
    fields: tuple[str, ...]
    code: str
    reason: str

    @property
    def complete(self) -> bool:
        """Tell whether nothing is missing; the verb decides."""
        long_enough = len(clean(self.reason)) >= REASON_LENGTH
        return bool(self.account_id and self.fields and self.code) and long_enough


def state(row: DisclosureRow, now: datetime) -> str:
    """Return where a request stands, as people say it."""
    if row.state in {"pending", "approved"} and row.expires_at <= now:
        return "expired"
    return "review" if row.break_glass and row.reviewed_at is None else row.state


def chip(row: DisclosureRow, now: datetime) -> str:
    """Return the label of where a request stands."""
    name = state(row, now)
    return sheet.chip(texts.STATES[name], TONES.get(name, "plain"))


def head(row: DisclosureRow, now: datetime) -> str:
    """Return the account, what way it is and where it stands."""
    kind = sheet.chip(texts.KINDS[row.kind], "bad" if row.break_glass else "plain")
    return (
        f"<div>{marks.network(row.network)} <b>{escape(row.handle)}</b> {kind} {chip(row, now)}"
        f"</div><div class='pg-tenue' style='font-size:.88rem'>{escape(row.plantel)}</div>"
    )


def told(app: App, row: DisclosureRow) -> str:
    """Return everything that was said about a request, a line each."""
    zone, now = app.institution.timezone, app.clock()
    at = partial(dates.instant, zone=zone)
    code = reasons(row.kind).get(row.reason_code, row.reason_code)
    lines = [
        texts.ASKED_BY.format(name=row.asker, when=at(row.asked_at)),
        texts.WANTS.format(fields=named(row.fields)),
        texts.WHY.format(code=code, reason=row.reason),
    ]
    if row.decided_at is not None:
        said = texts.DENIED_BY if row.state == "denied" else texts.ALLOWED_BY
        lines.append(
            said.format(name=row.decider, when=at(row.decided_at), reason=row.decision_reason)
        )
    live = row.expires_at > now
    if row.state == "pending" and live:
        lines.append(texts.UNTIL_DECIDE.format(when=at(row.expires_at)))
    if row.state == "approved" and live:
        lines.append(texts.UNTIL_OPEN.format(when=at(row.expires_at)))
    if row.shown_at is not None:
        lines.append(texts.SHOWN_AT.format(when=dates.instant(row.shown_at, zone, seconds=True)))
    if row.reviewed_at is not None:
        lines.append(
            texts.REVIEWED_BY.format(
                name=row.reviewer, when=at(row.reviewed_at), note=row.review_note
            )
        )
    elif row.review_due is not None:
        late = row.review_due <= now
        said = texts.REVIEW_LATE if late else texts.UNTIL_REVIEW
        lines.append(said.format(when=at(row.review_due)))
    return "".join(f"<div class='pg-dicho'>{escape(line)}</div>" for line in lines)


def duty(app: App, row: DisclosureRow) -> None:
    """Say until when the credential must change because it was seen, or that it did."""
    zone = app.institution.timezone
    if row.changed_at is not None:
        st.html(marks.faint(texts.DUTY_DONE.format(when=dates.instant(row.changed_at, zone))))
    elif row.due_at is not None:
        late = row.due_at <= app.clock()
        said = texts.DUTY_LATE if late else texts.DUTY
        sentence = said.format(when=dates.instant(row.due_at, zone))
        (st.error if late else st.warning)(sentence, icon=":material/lock_reset:")


def decide(app: App, actor: Actor, row: DisclosureRow) -> None:
    """Draw the answer of whoever may allow or deny."""
    reason = st.text_input(texts.DECISION, key=f"respuesta_{row.id}") or ""
    with st.container(horizontal=True):
        for allow, label, sentence in (
            (True, texts.ALLOW, texts.ALLOWED),
            (False, texts.DENY, texts.DENIED),
        ):
            verb = partial(disclosures.decide, app, actor, row.id, allow=allow, reason=reason)
            pressed = st.button(
                label, type="primary" if allow else "secondary", key=f"resolver_{allow}_{row.id}"
            )
            if pressed and context.done(verb, sentence):
                st.rerun()


def review(app: App, actor: Actor, row: DisclosureRow) -> None:
    """Draw the review of an emergency by another person."""
    note = st.text_area(texts.REVIEW, height=90, key=f"revision_{row.id}") or ""
    verb = partial(disclosures.review, app, actor, row.id, note)
    context.button(texts.REVIEW_DO, verb, texts.REVIEWED, type="primary", key=f"revisar_{row.id}")


def withdraw(app: App, actor: Actor, row: DisclosureRow) -> None:
    """Draw the way to take one's own request back."""
    verb = partial(disclosures.withdraw, app, actor, row.id)
    context.button(texts.WITHDRAW, verb, texts.WITHDRAWN, key=f"retirar_{row.id}")


def fill(accounts: Sequence[Askable], *, kind: str, key: str) -> Application:
    """Draw the fields of an application of ``kind`` and return what they say now.

    Nothing in it is secret: what was typed stays until ``forget``. Of one account alone none is
    asked.
    """
    chosen = accounts[0] if len(accounts) == 1 else _account(accounts, key)
    held = chosen.fields if chosen else ()
    wanted = st.pills(
        texts.FIELDS,
        held,
        selection_mode="multi",
        format_func=lambda one: custody_texts.FIELDS.get(one, one),
        default=[one for one in held if one == PASSWORD],
        key=f"{key}_datos_{chosen.id if chosen else 0}",
    )
    codes = reasons(kind)
    code = st.selectbox(
        texts.CODE,
        list(codes),
        index=None if len(codes) > 1 else 0,
        format_func=lambda one: codes[one],
        placeholder=texts.CODE_HINT,
        key=f"{key}_motivo",
    )
    reason = st.text_area(texts.REASON, height=90, key=f"{key}_razon")
    return Application(
        account_id=chosen.id if chosen else 0,
        fields=tuple(wanted),
        code=code or "",
        reason=reason or "",
    )


def _account(accounts: Sequence[Askable], key: str) -> Askable | None:
    names = {
        one.id: texts.ACCOUNT_LABEL.format(
            plantel=one.plantel, network=common.NETWORKS[one.network], handle=one.handle
        )
        for one in accounts
    }
    account_id = st.selectbox(
        texts.ACCOUNT,
        list(names),
        index=None,
        format_func=lambda one: names[one],
        placeholder=texts.ACCOUNT_HINT,
        key=f"{key}_cuenta",
    )
    return next((one for one in accounts if one.id == account_id), None)


def forget(key: str) -> None:
    """Drop what was typed into ``fill``."""
    for name in [one for one in st.session_state if str(one).startswith(f"{key}_")]:
        del st.session_state[name]
