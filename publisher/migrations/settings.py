"""Alembic's settings, in code: there is no ``alembic.ini``."""

from __future__ import annotations

from alembic.config import Config
from sqlalchemy import Connection

from publisher.migrations import FOLDER


def config_for(connection: Connection) -> Config:
    """Return the settings for a run on ``connection``, whose transaction is the caller's."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
