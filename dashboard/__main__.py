"""``python -m dashboard``: serve the dashboard of the installation that the environment names."""

from __future__ import annotations

import argparse
import sys

from dashboard import server
from dashboard.texts import cli as texts
from publisher.app import open_app
from publisher.errors import PublisherError
from publisher.settings import load_settings
from vault import memory


def main(arguments: list[str] | None = None) -> int:
    """Start the server; return 1 with one sentence when the installation is not ready."""
    memory.guard()
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=texts.DESCRIPTION)
    parser.add_argument("--host", help=texts.HOST)
    parser.add_argument("--port", type=int, help=texts.PORT)
    given = parser.parse_args(arguments)
    try:
        settings = load_settings()
        app = open_app(settings)
        app.institution  # noqa: B018 - fails here, not in the first browser
    except PublisherError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    server.run(app, host=given.host or settings.host, port=given.port or settings.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
