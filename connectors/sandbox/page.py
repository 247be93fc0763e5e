"""The sandbox's web page: the timelines of every account, as a visitor would see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from connectors.sandbox import pictures, texts
from connectors.sandbox.cards import card
from connectors.sandbox.records import NETWORKS, Account, Post
from connectors.sandbox.state import State

STATIC = Path(__file__).parent / "static"
COLUMN = 30
POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What the visitor asked to see; ``until`` is the page of one column, in seconds."""

    network: str = ""
    plantel: str = ""
    words: str = ""
    until: float = float("inf")

    def keeps(self, account: Account | None, post: Post) -> bool:
        """Tell whether a post is asked for."""
        if self.plantel and (account is None or self.plantel not in _names(account)):
            return False
        return self.words.casefold() in post.text.casefold()


def _names(account: Account) -> tuple[str, ...]:
    return (account.name, account.handle, account.external_id)


def read_filter(request: Request) -> Filter:
    """Read the filter from the address; what makes no sense is ignored."""
    query = request.query_params
    network = query.get("red", "")
    try:
        until = float(query.get("hasta", "inf"))
    except ValueError:
        until = float("inf")
    return Filter(
        network=network if network in NETWORKS else "",
        plantel=query.get("cuenta", ""),
        words=query.get("texto", "").strip(),
        until=until,
    )


# HTML


def document(title: str, main: str, form: str = "", pulse: str = "") -> HTMLResponse:
    """Return a whole page."""
    mark = f' data-pulse="{escape(pulse)}"' if pulse else ""
    body = f"""<!doctype html>
<html lang="es-MX"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><link rel="stylesheet" href="/_sandbox/static/page.css">
<link rel="icon" href="/_sandbox/static/icon.svg"></head><body>
<header class="top"><div class="wide"><div class="title">
<h1><a href="/">{texts.PAGE_TITLE}</a></h1><p>{texts.PAGE_LEAD}</p></div>{form}</div></header>
<main class="wide"{mark}>{main}</main>
<script src="/_sandbox/static/page.js"></script></body></html>"""
    headers = {"content-security-policy": POLICY, "cache-control": "no-store"}
    return HTMLResponse(body, headers=headers)


def form_of(state: State, wanted: Filter) -> str:
    """Return the filter's form."""
    names = sorted({account.name for account in state.accounts()}, key=str.casefold)
    if wanted.plantel and wanted.plantel not in names:
        names.insert(0, wanted.plantel)
    plantel = _options([("", texts.FILTER_ALL), *((n, n) for n in names)], wanted.plantel)
    networks = [("", texts.FILTER_ALL_NETWORKS), *texts.NETWORK_NAMES.items()]
    return f"""<form method="get" action="/">
<label><span>{texts.FILTER_PLANTEL}</span><select name="cuenta">{plantel}</select></label>
<label><span>{texts.FILTER_NETWORK}</span><select name="red" class="short">
{_options(networks, wanted.network)}</select></label>
<label><span>{texts.FILTER_WORDS}</span>
<input type="search" name="texto" value="{escape(wanted.words)}"></label>
<button>{texts.FILTER_APPLY}</button></form>"""


def _options(items: Sequence[tuple[str, str]], chosen: str) -> str:
    return "".join(
        f'<option value="{escape(v)}"{" selected" if v == chosen else ""}>{escape(t)}</option>'
        for v, t in items
    )


def column(state: State, network: str, wanted: Filter) -> str:
    """Return one network's timeline, newest first."""
    every = state.posts(network, before=wanted.until)
    kept = [p for p in every if wanted.keeps(state.account(network, p.account), p)]
    shown = kept[:COLUMN]
    cards = "".join(card(state, post) for post in shown)
    if not shown:
        cards = f'<p class="empty">{texts.NO_MATCHES if every else texts.NO_POSTS}</p>'
    more = ""
    if len(kept) > len(shown):
        query = {"red": network, "hasta": repr(shown[-1].created)}
        query |= {"cuenta": wanted.plantel, "texto": wanted.words}
        more = f'<a class="more" href="/?{urlencode(query)}">{texts.OLDER}</a>'
    name, letter = texts.NETWORK_NAMES[network], texts.NETWORK_LETTERS[network]
    return f"""<section class="column" aria-label="{name}">
<h2><span class="glyph {network}" aria-hidden="true">{letter}</span>{name}
<span class="count">{texts.post_count(len(shown), len(kept))}</span></h2>{cards}{more}</section>"""


# Routes


def routes(state: State) -> list[Route]:
    """Return the page's routes."""

    async def home(request: Request) -> Response:
        wanted = read_filter(request)
        shown = (wanted.network,) if wanted.network else NETWORKS
        columns = "".join(column(state, network, wanted) for network in shown)
        form = form_of(state, wanted)
        main = f'<div class="columns">{columns}</div>'
        return document(texts.PAGE_TITLE, main, form, state.pulse())

    async def single(request: Request) -> Response:
        return _single(state, request.path_params["network"], request.path_params["id"])

    async def pulse(_: Request) -> Response:
        return PlainTextResponse(state.pulse(), headers={"cache-control": "no-store"})

    async def media(request: Request) -> Response:
        found = state.media(request.path_params["digest"])
        if found is None:
            return Response(status_code=404)
        headers = {"cache-control": "max-age=86400", "x-content-type-options": "nosniff"}
        return Response(found[1], media_type=found[0], headers=headers)

    async def portrait(request: Request) -> Response:
        network = request.path_params.get("network", "x")
        account = state.account(network, request.path_params["id"])
        if account is None:
            return Response(status_code=404)
        drawn = pictures.portrait(account.name, pictures.COLOURS[network])
        return Response(drawn, media_type="image/png")

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in {path.name for path in STATIC.iterdir()}:
            return Response(status_code=404)
        return FileResponse(STATIC / name)

    async def x_link(request: Request) -> Response:
        return _single(state, "x", request.path_params["id"])

    async def facebook_link(request: Request) -> Response:
        found = request.path_params
        return _single(state, "facebook", f"{found['page']}_{found['id']}")

    return [
        Route("/", home),
        Route("/_sandbox/p/{network}/{id}", single),
        Route("/_sandbox/pulse", pulse),
        Route("/_sandbox/media/{digest}", media),
        Route("/_sandbox/static/{name}", static),
        # Where the networks' picture hosts would serve what an account shows of itself.
        Route("/profile_images/{id}/normal.png", portrait),
        Route("/v/t39/{network}/{id}.png", portrait),
        # The real networks' addresses of a post, for whoever replaces only their host.
        Route("/i/web/status/{id:int}", x_link),
        Route("/{handle}/status/{id:int}", x_link),
        Route("/{page:int}_{id:int}", facebook_link),
    ]


def _single(state: State, network: str, post_id: str | int) -> Response:
    post = state.post(network, str(post_id))
    back = f'<a class="back" href="/">{texts.BACK}</a>'
    if post is None:
        gone = f'<div class="single">{back}<p class="empty">{texts.POST_GONE}</p></div>'
        page = document(texts.PAGE_TITLE, gone)
        page.status_code = 404
        return page
    account = state.account(network, post.account)
    title = f"{account.name if account else post.account} · {texts.NETWORK_NAMES[network]}"
    return document(title, f'<div class="single">{back}{card(state, post, alone=True)}</div>')
