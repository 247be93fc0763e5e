"""The pages of connecting accounts: what was granted and may be chosen, and what became of it.

They are plain HTML outside Streamlit, as the tokens behind them never enter a screen's session.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from starlette.responses import HTMLResponse

from dashboard.texts import common
from dashboard.texts import granting as texts
from dashboard.web import pages
from dashboard.web.parts import hidden, link, said, submit
from publisher.app import App
from publisher.connections import Choice, Chooser, Connected

CHOOSE = "/conectar/elegir"
SYSTEM = "/conectar/token"
ACCOUNTS = "/cuentas"


def choose(
    app: App,
    found: Chooser,
    *,
    chosen: Collection[str] | None = None,
    why: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Return the chooser; ``chosen`` are the keys ticked, all that may be where it is None."""
    may = [one for one in found.choices if one.may]
    open_ = [one for one in found.choices if one.planteles]
    rest = [one for one in found.choices if not one.may and not one.planteles]
    body = said(why) + f"<p>{escape(texts.CHOOSE_INTRO)}</p>"
    if may or open_:
        # what asks for a decision comes first: below two hundred ticked boxes nobody sees it
        rows = "".join(_unknown(one, number) for number, one in enumerate(open_))
        rows += "".join(_row(one, chosen is None or one.key in chosen) for one in may)
        body += (
            f'<form method="post" action="{CHOOSE}">{hidden("boleto", found.ticket)}'
            f'<ul class="eleccion">{rows}</ul>{submit(texts.CHOOSE_DO)}</form>'
        )
    else:
        body += said(texts.CHOOSE_NOTHING)
    if rest:
        shown = "".join(f"<li>{_name(one)}<small>{escape(one.note)}</small></li>" for one in rest)
        head = texts.REST_ONE if len(rest) == 1 else texts.REST.format(n=len(rest))
        opened = "" if may or open_ else " open"
        body += f'<details{opened}><summary>{escape(head)}</summary><ul class="eleccion">{shown}'
        body += "</ul></details>"
    body += link(ACCOUNTS, texts.BACK_UNDONE)
    return pages.framed(app, texts.CHOOSE_TITLE, body, status=status, wide=True)


def outcome(
    app: App, title: str, *, found: Sequence[Connected] = (), why: str = "", status: int = 200
) -> HTMLResponse:
    """Return what became of each account that was chosen, or ``why`` nothing was done."""
    well = sum(one.well for one in found)
    head = texts.DONE_ONE if well == 1 else texts.DONE.format(n=well)
    body = said(why) if why else said(head, good=bool(well))
    items = "".join(
        f'<li class="{"" if one.well else "mal"}">{_name(one)}'
        f"<small>{escape(_told(one))}</small></li>"
        for one in found
    )
    body += f'<ul class="eleccion">{items}</ul>' if items else ""
    body += f'<p><a class="boton" href="{ACCOUNTS}">{escape(texts.BACK)}</a></p>'
    return pages.framed(app, title, body, status=status, wide=bool(found))


def system_token(app: App, *, why: str = "", status: int = 200) -> HTMLResponse:
    """Return the form that takes a system user's token; it is never shown back."""
    body = (
        f"<p>{escape(texts.SYSTEM_INTRO)}</p>"
        + said(why)
        + f'<form method="post" action="{SYSTEM}" autocomplete="off">'
        + f'<label for="token">{escape(texts.SYSTEM_TOKEN)}</label>'
        + '<input id="token" name="token" type="password" autocomplete="off" required'
        + ' maxlength="4096" autofocus>'
        + submit(texts.SYSTEM_DO)
        + f'</form><p class="nota">{escape(texts.SYSTEM_NOTE)}</p>'
        + link(ACCOUNTS, texts.BACK_UNDONE)
    )
    return pages.framed(app, texts.SYSTEM_TITLE, body, status=status)


def _row(one: Choice, ticked: bool) -> str:
    note = f"<small>{escape(one.note)}</small>" if one.note else ""
    goes = escape(texts.GOES_TO.format(target=one.target))
    return (
        f'<li><label><input type="checkbox" name="cuenta" value="{escape(one.key, quote=True)}"'
        f"{' checked' if ticked else ''}><span>{_name(one)}<small>{goes}</small>{note}</span>"
        "</label></li>"
    )


def _unknown(one: Choice, number: int) -> str:
    options = "".join(
        f'<option value="{id_}">{escape(name)}</option>' for id_, name in one.planteles
    )
    return (
        f'<li class="nueva"><div>{_name(one)}<small>{escape(one.note)}</small>'
        f'<label for="plantel{number}">{escape(texts.REGISTER)}</label>'
        f'<select id="plantel{number}" name="plantel:{escape(one.key, quote=True)}">'
        f'<option value="">{escape(texts.REGISTER_NOT)}</option>{options}</select></div></li>'
    )


def _name(one: Choice | Connected) -> str:
    network = escape(common.NETWORKS.get(one.network, one.network))
    return f'<b>{escape(one.name)}</b> <em class="{escape(one.network)}">{network}</em>'


def _told(one: Connected) -> str:
    if not one.well:
        return one.sentence
    return texts.CONNECTED_TO.format(target=one.note) if one.note else texts.CONNECTED
