"""custody"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vault import guards

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_anchor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('head', sa.String(), nullable=False),
    sa.Column('ok', sa.Boolean(), nullable=False),
    sa.Column('sentence', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('audit_anchor_target', 'audit_anchor', ['target', 'at'], unique=False)
    op.create_table('credential_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('versions', sa.JSON(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('director_id', sa.Integer(), nullable=True),
    sa.Column('director_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('vinculacion_id', sa.Integer(), nullable=True),
    sa.Column('vinculacion_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('envelope_id', sa.Integer(), nullable=True),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("cause IN ('rotation', 'staff', 'leak', 'platform', 'disclosure', 'token', 'outside')", name='credential_change_cause'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_credential_change_account_id'), 'credential_change', ['account_id'], unique=False)
    op.create_table('custody_confirmation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('quarter', sa.String(), nullable=False),
    sa.Column('part', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.CheckConstraint("part IN ('custodian', 'director', 'vinculacion')", name='custody_confirmation_part'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('account_id', 'quarter', 'part', name='custody_confirmation_once')
    )
    op.create_table('custody_envelope',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('folio', sa.String(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('contents', sa.JSON(), nullable=False),
    sa.Column('printed_by', sa.Integer(), nullable=False),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seal_number', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('responsible_id', sa.Integer(), nullable=True),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_by', sa.Integer(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opening_reason', sa.String(), nullable=False),
    sa.Column('witness', sa.String(), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('folio', name='custody_envelope_folio')
    )
    op.create_index(op.f('ix_custody_envelope_account_id'), 'custody_envelope', ['account_id'], unique=False)
    op.create_table('custody_incident',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('sentence', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.Integer(), nullable=True),
    sa.Column('resolution', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('custody_incident_open', 'custody_incident', ['account_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    op.create_table('custody_term',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('custodian_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('transfer_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('custody_term_open', 'custody_term', ['account_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.create_index(op.f('ix_custody_term_account_id'), 'custody_term', ['account_id'], unique=False)
    op.create_index(op.f('ix_custody_term_custodian_id'), 'custody_term', ['custodian_id'], unique=False)
    op.create_table('custody_transfer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('folio', sa.String(), nullable=False),
    sa.Column('plantel_id', sa.Integer(), nullable=False),
    sa.Column('from_id', sa.Integer(), nullable=True),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('witness', sa.String(), nullable=False),
    sa.Column('accounts', sa.JSON(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('folio', name='custody_transfer_folio')
    )
    op.create_index(op.f('ix_custody_transfer_plantel_id'), 'custody_transfer', ['plantel_id'], unique=False)
    op.create_table('disclosure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason_code', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_reason', sa.String(), nullable=False),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('break_glass', sa.Boolean(), nullable=False),
    sa.Column('review_due', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by', sa.Integer(), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('review_note', sa.String(), nullable=False),
    sa.CheckConstraint("state IN ('pending', 'approved', 'denied', 'shown', 'expired', 'withdrawn')", name='disclosure_state'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('disclosure_state_at', 'disclosure', ['state', 'asked_at'], unique=False)
    op.create_index(op.f('ix_disclosure_account_id'), 'disclosure', ['account_id'], unique=False)
    op.create_index(op.f('ix_disclosure_asked_by'), 'disclosure', ['asked_by'], unique=False)
    op.create_table('rotation_duty',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('cause_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fulfilled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('change_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("cause IN ('designation', 'disclosure', 'break_glass', 'transfer', 'envelope', 'incident')", name='rotation_duty_cause'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_rotation_duty_account_id'), 'rotation_duty', ['account_id'], unique=False)
    op.create_index('rotation_duty_open', 'rotation_duty', ['account_id', 'cause', 'cause_id'], unique=True, sqlite_where=sa.text('fulfilled_at IS NULL'), postgresql_where=sa.text('fulfilled_at IS NULL'))
    op.create_table('external_identity',
    sa.Column('issuer', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('issuer', 'subject')
    )
    op.create_index(op.f('ix_external_identity_person_id'), 'external_identity', ['person_id'], unique=False)
    op.create_table('recovery_code',
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('digest')
    )
    op.create_index(op.f('ix_recovery_code_person_id'), 'recovery_code', ['person_id'], unique=False)
    op.create_table('second_factor',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('salt', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('person_id')
    )
    op.add_column('web_session', sa.Column('proven_at', sa.DateTime(timezone=True), nullable=True))
    guards.install(op.get_bind())
