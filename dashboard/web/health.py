"""Health: ``/salud`` says that the process is up, ``/salud/listo`` that it can work."""

from __future__ import annotations

import logging

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from publisher.app import App
from publisher.queries import health

log = logging.getLogger(__name__)


def routes(app: App) -> list[Route]:
    """Return the two routes; neither needs a session nor tells anything about posts."""

    async def alive(_request: Request) -> JSONResponse:
        return JSONResponse({"estado": "vivo"})

    async def ready(_request: Request) -> JSONResponse:
        try:
            found = await to_thread.run_sync(health.readiness, app)
        except Exception:
            log.exception("health: the database does not answer")
            return JSONResponse({"listo": False, "base_de_datos": False}, status_code=503)
        body = {
            "listo": found.worker_alive,
            "base_de_datos": True,
            "trabajador": found.worker_alive,
            "envios_vencidos": found.overdue,
        }
        return JSONResponse(body, status_code=200 if found.worker_alive else 503)

    return [Route("/salud", alive), Route("/salud/listo", ready)]
