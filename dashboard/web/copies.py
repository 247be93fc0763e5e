"""The signed copy of the audit as one file: made in a folder of its own, sent, and deleted."""

from __future__ import annotations

import shutil
import zipfile
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from anyio import to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.texts import bitacora as texts
from dashboard.texts import web as web_texts
from dashboard.web.signin import same_origin
from publisher.app import Actor, App
from publisher.auditing import export
from publisher.errors import Forbidden, PublisherError

ADDRESS = "/bitacora/copia"
NAME = "bitacora-{first}-{last}.zip"


def routes(app: App) -> list[Route]:
    """Return the route; the guard has let only sessions through."""

    async def copy(request: Request) -> Response:
        # each copy is recorded and costs seconds: another site must not be able to ask for one
        if not same_origin(request):
            return PlainTextResponse(web_texts.FOREIGN_POST, status_code=403)
        code = request.query_params.get("plantel") or None
        folder = Path(
            await to_thread.run_sync(partial(mkdtemp, prefix="copia-", dir=app.settings.data_dir))
        )
        remove = partial(shutil.rmtree, folder, ignore_errors=True)
        try:
            file = await to_thread.run_sync(_packed, app, request.state.actor, folder, code)
        except PublisherError as error:
            await to_thread.run_sync(remove)
            said = texts.COPY_REFUSED.format(sentence=error)
            status = 403 if isinstance(error, Forbidden) else 400
            return PlainTextResponse(said, status_code=status)
        except BaseException:
            remove()
            raise
        return FileResponse(
            file,
            media_type="application/zip",
            filename=file.name,
            headers={"Cache-Control": "no-store"},
            background=BackgroundTask(remove),
        )

    return [Route(ADDRESS, copy, methods=["GET"])]


def _packed(app: App, actor: Actor, folder: Path, code: str | None) -> Path:
    made = export.write(app, actor, folder / "copia", plantel=code)
    target = folder / NAME.format(first=made.first, last=made.last)
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in sorted(made.folder.iterdir()):
            packed.write(path, path.name)
    return target
