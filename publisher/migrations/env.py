"""What Alembic runs for every command: the caller's connection, and every table of the house."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations.ops import CreateTableOp
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

import publisher.models
import vault.audit_tables
import vault.custody_tables
import vault.tables

REGISTERED = (publisher.models, vault.tables, vault.audit_tables, vault.custody_tables)


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write SQLModel's types as SQLAlchemy's: a version must not depend on SQLModel's names."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        length = getattr(item.impl, "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    return False


rewriter = Rewriter()


@rewriter.rewrites(CreateTableOp)
def keep_keys_without_sequence(
    _context: MigrationContext, _revision: Any, operation: CreateTableOp
) -> CreateTableOp:
    """Say of a key with a default that no sequence feeds it; Alembic writes no Python default."""
    for column in operation.columns:
        if isinstance(column, Column) and column.primary_key and column.default is not None:
            column.autoincrement = False
    return operation


def run() -> None:
    """Run on the connection that ``settings.config_for`` was given."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_item=render_item,
        process_revision_directives=rewriter,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
