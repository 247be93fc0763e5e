"""The HTML of the pages outside Streamlit; every value is escaped, nothing is inline script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from dashboard.texts import factor as factor_texts
from dashboard.texts import web as texts
from dashboard.web import steps
from dashboard.web.parts import hidden as _hidden
from dashboard.web.parts import link as _link
from dashboard.web.parts import said as _said
from dashboard.web.parts import submit as _submit
from publisher.app import App
from publisher.errors import Unready
from publisher.people import FactorState, sign_in_offered
from vault.secret import Secret

_PAGE = """<!DOCTYPE html>
<html lang="es-MX">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/recursos/icono.svg" type="image/svg+xml">
<link rel="stylesheet" href="/recursos/entrar.css">
</head>
<body><div class="hoja">
<section class="marca" aria-label="{product}">
<header><img src="/recursos/icono.svg" width="32" height="32" alt=""><span>{institution}</span></header>
<div><p class="lema">{motto}</p><p class="detalle">{detail}</p></div>
<footer><p>{footer}</p></footer>
</section>
<main><div class="{box}">
<h1>{heading}</h1>
{body}
</div></main>
</div></body></html>
"""  # noqa: E501 - markup


def sign_in(
    app: App,
    *,
    form_token: str,
    wanted: str,
    email: str = "",
    said: str = "",
    good: bool = False,
    status: int = 200,
) -> HTMLResponse:
    """Return the sign-in page; ``said`` is what went wrong (or well, when ``good``)."""
    body = (
        _said(said, good=good)
        + '<form method="post" action="/entrar">'
        + _hidden("formulario", form_token)
        + _hidden("sig", wanted)
        + _field("correo", texts.EMAIL, "email", "username", value=email, focus=not email)
        + _field("clave", texts.PASSWORD, "password", "current-password", focus=bool(email))
        + _submit(texts.SIGN_IN)
        + "</form>"
        + _elsewhere(app, wanted)
        + f'<p class="nota">{escape(texts.FORGOT)}</p>'
    )
    title = texts.SIGN_IN_TITLE.format(institution=_institution(app))
    return _answer(app, title, texts.SIGN_IN, body, status)


def change_password(app: App, *, forced: bool, said: str = "", status: int = 200) -> HTMLResponse:
    """Return the page to choose a new password, forced after one that was issued."""
    body = (
        (_said(texts.CHANGE_FORCED, good=True) if forced and not said else _said(said))
        + '<form method="post" action="/contrasena">'
        + _field("actual", texts.CURRENT_PASSWORD, "password", "current-password", focus=True)
        + _field("nueva", texts.NEW_PASSWORD, "password", "new-password")
        + _field("repetida", texts.REPEAT_PASSWORD, "password", "new-password")
        + _submit(texts.CHANGE)
        + f'</form><p class="nota">{escape(texts.CHANGE_RULES)}</p>'
    )
    if not forced:
        body += f'<p class="nota"><a href="/">{escape(texts.BACK)}</a></p>'
    return _answer(app, texts.CHANGE_TITLE, texts.CHANGE_TITLE, body, status)


def second_step(
    app: App, *, name: str, wanted: str, recovery: bool, said: str = "", status: int = 200
) -> HTMLResponse:
    """Return the page that asks for the code of an application, or for a recovery code."""
    intro = factor_texts.RECOVERY_INTRO if recovery else factor_texts.CODE_INTRO
    label = factor_texts.RECOVERY if recovery else factor_texts.CODE
    other = steps.with_wanted(
        steps.CODE_PATH, wanted, **({} if recovery else {"con": "recuperacion"})
    )
    body = (
        f"<p>{escape(intro.format(name=name))}</p>"
        + _said(said)
        + f'<form method="post" action="{steps.CODE_PATH}">'
        + _hidden("sig", wanted)
        + (_hidden("con", "recuperacion") if recovery else "")
        + code_field(label, digits=not recovery)
        + _submit(factor_texts.CODE_ENTER)
        + "</form>"
        + (f'<p class="nota">{escape(factor_texts.RECOVERY_LOST)}</p>' if recovery else "")
        + _link(other, factor_texts.USE_CODE if recovery else factor_texts.USE_RECOVERY)
        + _link("/entrar?otra=1", factor_texts.OTHER_ACCOUNT)
    )
    title = factor_texts.RECOVERY_TITLE if recovery else factor_texts.CODE_TITLE
    return _answer(app, title, title, body, status)


def factor_start(
    app: App, state: FactorState, *, forced: bool, said: str = "", status: int = 200
) -> HTMLResponse:
    """Return the page before a key is shown; with a factor, the one that renews its codes."""
    head = factor_texts.RENEW_TITLE if state.confirmed_at else factor_texts.TITLE
    if state.confirmed_at is not None:
        fields = _hidden("paso", "codigos") + code_field(factor_texts.CODE)
        words, verb = f"<p>{escape(factor_texts.RENEW_INTRO)}</p>", factor_texts.RENEW
    else:
        fields, verb = _hidden("paso", "iniciar"), factor_texts.BEGIN
        if state.asks_password:
            fields += _field("clave", factor_texts.PASSWORD, "password", "current-password")
        words = f"<p>{escape(factor_texts.INTRO)}</p><p>{escape(factor_texts.NEEDS)}</p>"
    why = _said(factor_texts.COMPULSORY, good=True) if forced and not said else _said(said)
    body = f'{why}{words}<form method="post" action="{steps.ENROL_PATH}">{fields}{_submit(verb)}'
    body += "</form>"
    if forced:
        body += (
            '<form method="post" action="/salir"><button type="submit" class="segundo">'
            f"{escape(factor_texts.SIGN_OUT)}</button></form>"
        )
    else:
        body += _link("/cuenta", factor_texts.BACK)
    return _answer(app, head, head, body, status)


def factor_key(
    app: App, *, svg: str, key: Secret, said: str = "", status: int = 200
) -> HTMLResponse:
    """Return the page with a fresh key, as ``svg`` and in groups of four, and its first code."""
    shown = key.reveal()
    groups = " ".join(shown[at : at + 4] for at in range(0, len(shown), 4))
    label = escape(factor_texts.QR_LABEL, quote=True)
    body = (
        _said(said)
        + f"<p>{escape(factor_texts.SCAN)}</p>"
        + f'<div class="qr" role="img" aria-label="{label}">{svg}</div>'
        + f'<p class="clave"><span>{escape(factor_texts.KEY)}</span> <b>{escape(groups)}</b></p>'
        + f'<p class="nota">{escape(factor_texts.SCAN_ONCE)}</p>'
        + f'<form method="post" action="{steps.ENROL_PATH}">'
        + _hidden("paso", "confirmar")
        + code_field(factor_texts.FIRST_CODE)
        + _submit(factor_texts.CONFIRM)
        + "</form>"
        + _link("/cuenta", factor_texts.BACK)
    )
    return _answer(app, factor_texts.TITLE, factor_texts.SCAN_TITLE, body, status)


def recovery_codes(app: App, given: Sequence[Secret], *, said: str, rests: bool) -> HTMLResponse:
    """Return the page that shows recovery codes, once."""
    items = "".join(f"<li>{escape(one.reveal())}</li>" for one in given)
    body = (
        f"<p>{escape(said)}</p>"
        f'<ol class="codigos">{items}</ol>'
        + _said(factor_texts.CODES_ONCE)
        + (f'<p class="nota">{escape(factor_texts.RESTS)}</p>' if rests else "")
        + f'<p><a class="boton" href="/">{escape(factor_texts.CODES_KEPT)}</a></p>'
    )
    return _answer(app, factor_texts.TITLE, factor_texts.CODES_TITLE, body, 200)


def refused(app: App, said: str, *, status: int) -> HTMLResponse:
    """Return why a paper was not given; nothing was shown."""
    body = _said(said) + f'<p class="nota">{escape(texts.CLOSE_TAB)}</p>'
    return _answer(app, texts.NO_PAPER, texts.NO_PAPER, body, status)


def not_found(app: App) -> HTMLResponse:
    """Return the page of an address that does not exist."""
    body = f'<p>{escape(texts.NOT_FOUND)}</p><p><a href="/">{escape(texts.TO_START)}</a></p>'
    return _answer(app, texts.NOT_FOUND_TITLE, texts.NOT_FOUND_TITLE, body, 404)


def unavailable() -> HTMLResponse:
    """Return the page shown while the database cannot be read; it reads nothing itself."""
    body = f"<p>{escape(texts.UNAVAILABLE)}</p>"
    return _answer(None, texts.UNAVAILABLE_TITLE, texts.UNAVAILABLE_TITLE, body, 503)


def framed(
    app: App, title: str, body: str, status: int = 200, *, wide: bool = False
) -> HTMLResponse:
    """Return a page around ``body``, which its caller has escaped; ``wide`` if it is a list."""
    return _answer(app, title, title, body, status, wide=wide)


def remark(sentence: str, *, good: bool = False) -> str:
    """Return a sentence in its box; nothing for an empty one."""
    return _said(sentence, good=good)


def _answer(
    app: App | None, title: str, heading: str, body: str, status: int, *, wide: bool = False
) -> HTMLResponse:
    html = _PAGE.format(
        box="caja ancha" if wide else "caja",
        title=escape(title),
        product=escape(texts.PRODUCT),
        institution=escape(_institution(app)),
        motto=escape(texts.MOTTO),
        detail=escape(texts.MOTTO_DETAIL),
        footer=escape(texts.SANDBOX if _sandboxed(app) else texts.INTERNAL),
        heading=escape(heading),
        body=body,
    )
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def _institution(app: App | None) -> str:
    try:
        return app.institution.short_name if app else texts.PRODUCT
    except Unready:
        return texts.PRODUCT


def _sandboxed(app: App | None) -> bool:
    try:
        return app is not None and app.sandboxed
    except Unready:
        return False


def _elsewhere(app: App, wanted: str) -> str:
    label = sign_in_offered(app)
    if not label:
        return ""
    address = "/entrar/institucion?" + urlencode({"sig": wanted})
    words = escape(texts.ELSEWHERE.format(label=label))
    return (
        f'<p class="o" aria-hidden="true"><span>{escape(texts.OR)}</span></p>'
        f'<a class="boton" href="{escape(address, quote=True)}">{words}</a>'
    )


def _field(
    name: str, label: str, kind: str, fill: str, *, value: str = "", focus: bool = False
) -> str:
    shown = f' value="{escape(value, quote=True)}"' if value else ""
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{fill}" required'
        f' maxlength="254"{shown}{" autofocus" if focus else ""}>'
    )


def code_field(label: str, *, digits: bool = True, focus: bool = True) -> str:
    """Return the box of a code; a telephone shows its numbers, and fills in what it knows."""
    first = " autofocus" if focus else ""
    keys = ' inputmode="numeric"' if digits else ' autocapitalize="none" spellcheck="false"'
    return (
        f'<label for="codigo">{escape(label)}</label><input id="codigo" name="codigo" type="text"'
        f' autocomplete="one-time-code"{keys} class="codigo" maxlength="32" required{first}>'
    )
