"""The dashboard as an ASGI app: Streamlit behind the guard, with the routes beside it."""

from __future__ import annotations

import threading
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from dashboard import context, theme
from dashboard.web import (
    connecting,
    cookies,
    copies,
    deciding,
    elsewhere,
    factor,
    health,
    papers,
    pictures,
    shell,
)
from dashboard.web.guard import Guard
from dashboard.web.headers import Headers
from dashboard.web.signin import SignIn
from publisher.app import App
from publisher.media import media_routes

HERE: Final = Path(__file__).parent
CHARTS: Final = "dashboard.components.heatmap"


def routes(app: App) -> list[BaseRoute]:
    """Return every route of ours; they win over Streamlit's."""
    icon = Route("/favicon.png", lambda _request: RedirectResponse("/recursos/icono.svg"))
    return [
        *SignIn(app).routes(),
        *elsewhere.routes(app),
        *factor.routes(app),
        *copies.routes(app),
        *connecting.routes(app),
        *deciding.routes(app),
        *health.routes(app),
        *pictures.routes(app),
        *papers.routes(app),
        Mount("/recursos", StaticFiles(directory=HERE / "recursos")),
        *media_routes(app),
        icon,
        *shell.routes(app),
    ]


def middleware(app: App) -> list[Middleware]:
    """Return what stands in front of every route, ours and Streamlit's."""
    secure = cookies.cookies_for(app.settings).secure
    return [Middleware(Headers, secure=secure), Middleware(Guard, house=app)]


def create_asgi(app: App) -> st.App:
    """Return the dashboard of ``app``; one a process, since Streamlit keeps one runtime."""
    context.use(app)
    return st.App(
        HERE / "app.py",
        routes=routes(app),
        middleware=middleware(app),
        on_script_error=context.on_script_error,
    )


def run(app: App, *, host: str, port: int) -> None:
    """Serve the dashboard until the process is told to stop."""
    # charts pull in libraries that take seconds: nobody should wait for them on the first opening
    threading.Thread(target=import_module, args=(CHARTS,), daemon=True).start()
    create_asgi(app).run(config=config(host=host, port=port, upload_mb=app.settings.max_upload_mb))


def config(*, host: str, port: int, upload_mb: int) -> dict[str, Any]:
    """Return Streamlit's configuration: closed to the outside, quiet, and in our look."""
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.maxUploadSize": upload_mb,
        "server.websocketPingInterval": 25,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "runner.postScriptGC": False,
        "runner.magicEnabled": False,
        "logger.hideWelcomeMessage": True,
        **theme.config(),
    }
