"""networks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vault import guards

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('handover',
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('media', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], ),
    sa.PrimaryKeyConstraint('delivery_id', 'fence')
    )
    op.create_table('account_proof',
    sa.Column('account_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('sentence', sa.String(), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proven_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handle', sa.String(), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('warned', sa.Integer(), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('renewing_until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("outcome IN ('unproven', 'ok', 'expired', 'revoked', 'checkpoint', 'permission', 'missing', 'unreachable')", name='account_proof_outcome'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.PrimaryKeyConstraint('account_id')
    )
    op.create_table('spending_cap',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('network', sa.String(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('spending_cap_newest', 'spending_cap', ['network', 'id'], unique=False)
    op.create_table('remote_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('remote_id', sa.String(), nullable=False),
    sa.Column('permalink', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('sentence', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('found_by', sa.String(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('evidence', sa.JSON(none_as_null=True), nullable=True),
    sa.CheckConstraint("kind IN ('removal', 'correction')", name='remote_change_kind'),
    sa.CheckConstraint("state IN ('proposed', 'asked', 'working', 'done', 'failed')", name='remote_change_state'),
    sa.ForeignKeyConstraint(['approved_by'], ['person.id'], ),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], ),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_remote_change_delivery_id'), 'remote_change', ['delivery_id'], unique=False)
    op.create_index('remote_change_due', 'remote_change', ['next_at'], unique=False, sqlite_where=sa.text("state IN ('asked', 'working')"), postgresql_where=sa.text("state IN ('asked', 'working')"))
    op.create_index('remote_change_one_open', 'remote_change', ['delivery_id', 'part'], unique=True, sqlite_where=sa.text("state IN ('proposed', 'asked', 'working')"), postgresql_where=sa.text("state IN ('proposed', 'asked', 'working')"))
    op.create_table('remote_post',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('remote_id', sa.String(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('permalink', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('likes', sa.Integer(), nullable=True),
    sa.Column('comments', sa.Integer(), nullable=True),
    sa.Column('shares', sa.Integer(), nullable=True),
    sa.Column('views', sa.Integer(), nullable=True),
    sa.Column('measured_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('account_id', 'remote_id', name='remote_post_once')
    )
    op.create_index(op.f('ix_remote_post_delivery_id'), 'remote_post', ['delivery_id'], unique=False)
    op.create_index('remote_post_newest', 'remote_post', ['account_id', 'created_at'], unique=False)
    op.add_column('account', sa.Column('surveyed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('delivery', sa.Column('cost', sa.Integer(), nullable=True))
    op.add_column('media', sa.Column('poster', sa.String(), nullable=True))
    op.add_column('media', sa.Column('poster_size', sa.Integer(), nullable=True))
    op.add_column('media', sa.Column('frame_rate', sa.Float(), nullable=True))
    op.add_column('media', sa.Column('bitrate', sa.Integer(), nullable=True))
    op.add_column('media', sa.Column('video_codec', sa.String(), nullable=True))
    op.add_column('media', sa.Column('audio_codec', sa.String(), nullable=True))
    op.add_column('post_media', sa.Column('captions', sa.Boolean(), nullable=True))
    op.add_column('variant', sa.Column('form', sa.String(), nullable=True))
    op.add_column('variant', sa.Column('extras', sa.JSON(none_as_null=True), nullable=True))
    guards.install(op.get_bind())
