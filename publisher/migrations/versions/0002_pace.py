"""pace"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vault import guards

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('breaker',
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('window_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('window_calls', sa.Integer(), nullable=False),
    sa.Column('window_failures', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('probe_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('open_seconds', sa.Float(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('closed', 'open', 'half_open')", name='breaker_state'),
    sa.PrimaryKeyConstraint('scope')
    )
    op.create_table('bucket',
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('tokens', sa.Float(), nullable=False),
    sa.Column('capacity', sa.Float(), nullable=False),
    sa.Column('window_seconds', sa.Float(), nullable=False),
    sa.Column('resets_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('halved_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('scope')
    )
    op.create_table('fact',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.add_column('account', sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('worker', sa.Column('version', sa.String(), server_default='', nullable=False))
    guards.install(op.get_bind())
