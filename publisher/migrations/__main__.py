"""Write a version from the models, for whoever changes them: see ``publisher.migrations``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from publisher import db, migrations
from publisher.migrations.settings import config_for

VERSIONS = migrations.FOLDER / "versions"


def write_next(message: str) -> Path:
    """Write the version that leads from the last one to the models."""
    return _write(f"{int(migrations.head()) + 1:04}", message)


def _write(number: str, message: str) -> Path:
    """Compare the models with a database at the last version; number and message name the file."""
    with TemporaryDirectory() as folder:
        engine = db.make_engine(f"sqlite:///{folder}/vacia.db")
        try:
            with db.write(engine) as session:
                config = config_for(session.connection())
                command.upgrade(config, "head")
                command.revision(config, message, autogenerate=True, rev_id=number)
        finally:
            engine.dispose()
    path = next(VERSIONS.glob(f"{number}_*.py"))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), "utf-8")
    return path


def main(arguments: list[str]) -> int:
    """Take ``next`` and a few words; anything else shows how it is done."""
    match arguments:
        case ["next", message]:
            path = write_next(message)
        case _:
            sys.stderr.write(f"{migrations.__doc__}\n")
            return 2
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
