"""Papers as PDF: the sheet of a sealed envelope, given once, an acta, a comprobante, the manual.

The sheet carries values: it is the answer to one POST from this origin, made in memory, kept by
nobody, and given only after its printing was recorded and linked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import context
from dashboard.texts import web as texts
from dashboard.web import pages
from dashboard.web.signin import same_origin
from publisher import rulebook
from publisher.app import App
from publisher.custody import actas, envelopes
from publisher.errors import PublisherError
from publisher.queries import comprobante

FIELDS: Final = 24
DIGITS: Final = 12


def routes(app: App) -> list[Route]:
    """Return the routes of the papers; all are behind the guard."""

    async def sheet(request: Request) -> Response:
        if not _from_here(request):
            return pages.refused(app, texts.FOREIGN_POST, status=403)
        form = await request.form(max_files=0, max_fields=FIELDS)
        draw = partial(
            envelopes.print_sheet,
            app,
            request.state.actor,
            _number(form.get("cuenta")),
            fields=[one for one in form.getlist("dato") if isinstance(one, str)],
            reason=str(form.get("motivo") or ""),
        )
        return await _paper(app, draw, "sobre.pdf")

    async def acta(request: Request) -> Response:
        number = _number(request.path_params["id"])
        draw = partial(actas.acta, app, request.state.actor, number)
        return await _paper(app, draw, "acta.pdf")

    async def receipt(request: Request) -> Response:
        number = _number(request.path_params["id"])
        draw = partial(comprobante.comprobante, app, request.state.actor, number)
        return await _paper(app, draw, f"comprobante-{number}.pdf")

    async def manual(request: Request) -> Response:
        number = _number(request.path_params["id"])
        return await _paper(
            app, lambda: rulebook.printed(app, request.state.actor, number)[1], "manual.pdf"
        )

    return [
        Route("/comprobante/{id}", receipt, methods=["GET"]),
        Route("/manual/pdf/{id}", manual, methods=["GET"]),
        Route("/custodia/sobre", sheet, methods=["POST"]),
        Route("/custodia/acta/{id}", acta, methods=["GET"]),
    ]


async def _paper(app: App, draw: Callable[[], bytes], name: str) -> Response:
    """Answer with the PDF, or with the sentence of why there is none."""
    try:
        data = await to_thread.run_sync(draw)
    except PublisherError as error:
        return pages.refused(app, str(error), status=409)
    except Exception as error:  # noqa: BLE001 - the last line before a person
        return pages.refused(app, context.unexpected(error), status=500)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(data, media_type="application/pdf", headers=headers)


def _from_here(request: Request) -> bool:
    """Tell whether a POST came from a page of ours.

    A form that opens a tab hides its origin (Streamlit asks the browser to), but the browser itself
    still says from which site it came, and no page can make it say otherwise.
    """
    return request.headers.get("sec-fetch-site") == "same-origin" or same_origin(request)


def _number(given: object) -> int:
    """Return a row's number; 0, which is nobody's, for anything else."""
    text = str(given or "")
    return int(text) if text.isdecimal() and len(text) <= DIGITS else 0
