"""What every command does around its own work.

The rooms are imported when a command opens them: ``pregonero --help`` needs none of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.app import Actor, App
    from publisher.settings import Settings

LOG = "pregonero.log"


def prepare() -> Settings:
    """Read the environment and send this command's log to the data folder."""
    from publisher.logs import configure_logs
    from publisher.settings import load_settings

    settings = load_settings()
    configure_logs(settings.log_level, settings.data_dir / "logs" / LOG)
    return settings


@contextmanager
def installation(*, create: bool = False) -> Iterator[App]:
    """Open the installation for one command; what it audited is in the chain when it ends."""
    from publisher.app import open_app

    with sealed(open_app(prepare(), create=create)) as app:
        yield app


@contextmanager
def sealed(app: App) -> Iterator[App]:
    """Yield ``app``; however the block ends, link what it audited and let go of the database."""
    from publisher.cli.output import say
    from publisher.sealing import seal

    if app.keyring.home and app.keyring.home.warning:
        say(app.keyring.home.warning)
    try:
        yield app
    except BaseException:
        with contextlib.suppress(Exception):  # the first failure is the one to tell
            seal(app, wait=True)
        raise
    else:
        seal(app, wait=True)
    finally:
        app.engine.dispose()


def person(app: App, email: str) -> Actor:
    """Return whoever decides: a decision is a person's, never the machine's.

    Raises ``NotFound``.
    """
    from publisher import people
    from publisher.app import SYSTEM
    from publisher.errors import NotFound
    from publisher.texts import cli as texts

    wanted = email.strip().lower()
    for row in people.list_people(app, SYSTEM):
        if row.email == wanted:
            return people.actor_for(app, row.id)
    raise NotFound(texts.NO_SUCH_PERSON.format(email=email))
