"""initial"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vault import guards

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_checkpoint',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('head', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signature', sa.String(), nullable=False),
    sa.Column('public_key', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('seq')
    )
    op.create_table('audit_entry',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('session_ref', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('object_type', sa.String(), nullable=False),
    sa.Column('object_id', sa.String(), nullable=False),
    sa.Column('plantel_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('before_digest', sa.String(), nullable=False),
    sa.Column('after_digest', sa.String(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('mac', sa.String(), nullable=False),
    sa.CheckConstraint("result IN ('ok', 'refused', 'failed')", name='audit_entry_result'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_audit_entry_at', 'audit_entry', ['at'], unique=False)
    op.create_index('ix_audit_entry_object', 'audit_entry', ['object_type', 'object_id'], unique=False)
    op.create_index('ix_audit_entry_plantel', 'audit_entry', ['plantel_id', 'at'], unique=False)
    op.create_table('audit_link',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('entry_id', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mac', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('seq'),
    sa.UniqueConstraint('entry_id')
    )
    op.create_table('audit_pending',
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('n')
    )
    op.create_table('institution',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('short_name', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('addresses', sa.JSON(), nullable=False),
    sa.Column('vocabulary', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("mode IN ('sandbox', 'production')", name='institution_mode'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('manual_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('in_force_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('hash', name='manual_version_hash')
    )
    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('password_changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('active', 'disabled')", name='person_state'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('email', name='person_email')
    )
    op.create_table('plantel',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('municipality', sa.String(), nullable=False),
    sa.Column('cve_inegi', sa.String(), nullable=False),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('verified', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('active', 'closed', 'merged')", name='plantel_state'),
    sa.ForeignKeyConstraint(['merged_into_id'], ['plantel.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code', name='plantel_code')
    )
    op.create_table('sign_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('succeeded', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('sign_in_address', 'sign_in', ['address', 'at'], unique=False)
    op.create_index('sign_in_email', 'sign_in', ['email', 'at'], unique=False)
    op.create_table('vault_key',
    sa.Column('key_id', sa.String(length=64), nullable=False),
    sa.Column('kcv', sa.String(length=16), nullable=False),
    sa.Column('root_kcv', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('active', 'retired')", name='vault_key_state'),
    sa.PrimaryKeyConstraint('key_id')
    )
    op.create_table('vault_secret',
    sa.Column('account_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('field', sa.String(length=64), nullable=False),
    sa.Column('current_version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('current_version > 0', name='vault_secret_version_positive'),
    sa.PrimaryKeyConstraint('account_id', 'field')
    )
    op.create_index(op.f('ix_vault_secret_account_id'), 'vault_secret', ['account_id'], unique=False)
    op.create_table('worker',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('boot_id', sa.String(), nullable=False),
    sa.Column('pid_namespace', sa.String(), nullable=False),
    sa.Column('pid', sa.Integer(), nullable=False),
    sa.Column('pid_start', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plantel_id', sa.Integer(), nullable=False),
    sa.Column('network', sa.String(), nullable=False),
    sa.Column('connector', sa.String(), nullable=False),
    sa.Column('handle', sa.String(), nullable=False),
    sa.Column('external_id', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('state_reason', sa.String(), nullable=False),
    sa.Column('replaced_by_id', sa.Integer(), nullable=True),
    sa.Column('risk_accepted_by', sa.Integer(), nullable=True),
    sa.Column('risk_accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('active', 'paused', 'reauth', 'closed', 'replaced')", name='account_state'),
    sa.ForeignKeyConstraint(['plantel_id'], ['plantel.id'], ),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['account.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('network', 'external_id', name='account_external')
    )
    op.create_index('account_one_live', 'account', ['plantel_id', 'network'], unique=True, sqlite_where=sa.text("state NOT IN ('closed', 'replaced')"), postgresql_where=sa.text("state NOT IN ('closed', 'replaced')"))
    op.create_index(op.f('ix_account_network'), 'account', ['network'], unique=False)
    op.create_index(op.f('ix_account_plantel_id'), 'account', ['plantel_id'], unique=False)
    op.create_table('delegation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('from_person_id', sa.Integer(), nullable=False),
    sa.Column('to_person_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('max_posts', sa.Integer(), nullable=True),
    sa.Column('only_clean', sa.Boolean(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['from_person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['to_person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_delegation_from_person_id'), 'delegation', ['from_person_id'], unique=False)
    op.create_index(op.f('ix_delegation_to_person_id'), 'delegation', ['to_person_id'], unique=False)
    op.create_table('designation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('plantel_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.String(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('appointed_by', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('DIRV', 'COOR', 'DIRP', 'OPER', 'AUD', 'ADM')", name='designation_role'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['plantel_id'], ['plantel.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_designation_person_id'), 'designation', ['person_id'], unique=False)
    op.create_index(op.f('ix_designation_plantel_id'), 'designation', ['plantel_id'], unique=False)
    op.create_table('media',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plantel_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('mime', sa.String(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('duration', sa.Float(), nullable=True),
    sa.Column('file_name', sa.String(), nullable=False),
    sa.Column('uploaded_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('image', 'gif', 'video')", name='media_kind'),
    sa.ForeignKeyConstraint(['plantel_id'], ['plantel.id'], ),
    sa.ForeignKeyConstraint(['uploaded_by'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('plantel_id', 'sha256', name='media_of_plantel')
    )
    op.create_index(op.f('ix_media_sha256'), 'media', ['sha256'], unique=False)
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('link', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mail_state', sa.String(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.CheckConstraint("mail_state IN ('none', 'waiting', 'sent', 'failed')", name='notice_mail_state'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('notice_of_person', 'notice', ['person_id', 'read_at', 'at'], unique=False)
    op.create_index('notice_waiting', 'notice', ['next_at'], unique=False, sqlite_where=sa.text("mail_state = 'waiting'"), postgresql_where=sa.text("mail_state = 'waiting'"))
    op.create_table('pause',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plantel_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('by', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_by', sa.Integer(), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['person.id'], ),
    sa.ForeignKeyConstraint(['lifted_by'], ['person.id'], ),
    sa.ForeignKeyConstraint(['plantel_id'], ['plantel.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_pause_plantel_id'), 'pause', ['plantel_id'], unique=False)
    op.create_table('post',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plantel_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('last_editor_id', sa.Integer(), nullable=False),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('local_at', sa.String(), nullable=True),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('time_mode', sa.String(), nullable=False),
    sa.Column('fold', sa.Integer(), nullable=False),
    sa.Column('tolerance_min', sa.Integer(), nullable=False),
    sa.Column('max_late_min', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'in_review', 'reviewed', 'approved', 'returned', 'rejected', 'cancelled')", name='post_state'),
    sa.CheckConstraint("time_mode IN ('local', 'instant')", name='post_time_mode'),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['last_editor_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['plantel_id'], ['plantel.id'], ),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_post_author_id'), 'post', ['author_id'], unique=False)
    op.create_index('post_by_plantel', 'post', ['plantel_id', 'state', 'updated_at'], unique=False)
    op.create_index('post_by_state', 'post', ['state', 'local_at'], unique=False)
    op.create_table('vault_secret_version',
    sa.Column('account_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('field', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('key_id', sa.String(length=64), nullable=False),
    sa.Column('sealed', sa.String(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(erased_at IS NULL AND sealed <> '') OR (erased_at IS NOT NULL AND sealed = '')", name='vault_secret_version_erased'),
    sa.ForeignKeyConstraint(['account_id', 'field'], ['vault_secret.account_id', 'vault_secret.field'], ),
    sa.PrimaryKeyConstraint('account_id', 'field', 'version')
    )
    op.create_index('ix_vault_secret_version_key', 'vault_secret_version', ['key_id'], unique=False, sqlite_where=sa.text('erased_at IS NULL'), postgresql_where=sa.text('erased_at IS NULL'))
    op.create_table('web_session',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.PrimaryKeyConstraint('token_hash')
    )
    op.create_index(op.f('ix_web_session_person_id'), 'web_session', ['person_id'], unique=False)
    op.create_table('approval',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('snapshot', sa.JSON(), nullable=False),
    sa.Column('approver_id', sa.Integer(), nullable=False),
    sa.Column('delegation_id', sa.Integer(), nullable=True),
    sa.Column('local_at', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('time_mode', sa.String(), nullable=False),
    sa.Column('fold', sa.Integer(), nullable=False),
    sa.Column('tolerance_min', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['approver_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegation.id'], ),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('approval_in_force', 'approval', ['post_id', 'revision'], unique=True, sqlite_where=sa.text('voided_at IS NULL'), postgresql_where=sa.text('voided_at IS NULL'))
    op.create_index(op.f('ix_approval_approver_id'), 'approval', ['approver_id'], unique=False)
    op.create_table('check_run',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('manual_version', sa.String(), nullable=False),
    sa.Column('manual_hash', sa.String(), nullable=False),
    sa.Column('lexicon_hash', sa.String(), nullable=False),
    sa.Column('engine_version', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("verdict IN ('ok', 'flag', 'block')", name='check_run_verdict'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.PrimaryKeyConstraint('post_id', 'revision')
    )
    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('network', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('hold_reason', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('local_at', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('not_after', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('handle', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('unsent_tries', sa.Integer(), nullable=False),
    sa.Column('resend_used', sa.Boolean(), nullable=False),
    sa.Column('looks', sa.Integer(), nullable=False),
    sa.Column('absences', sa.Integer(), nullable=False),
    sa.Column('unknown_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('evidence', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("hold_reason IS NULL OR hold_reason IN ('approval', 'late', 'credential', 'paused', 'account', 'veda', 'consent', 'configuration')", name='delivery_hold'),
    sa.CheckConstraint("state IN ('scheduled', 'leased', 'staging', 'sending', 'unknown', 'retrying', 'held', 'needs_decision', 'published', 'rejected', 'dead', 'cancelled')", name='delivery_state'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('post_id', 'revision', 'account_id', name='delivery_once')
    )
    op.create_index('delivery_by_account', 'delivery', ['account_id', 'due_at'], unique=False)
    op.create_index('delivery_by_day', 'delivery', ['due_at'], unique=False)
    op.create_index('delivery_by_state', 'delivery', ['state', 'due_at'], unique=False)
    op.create_index('delivery_due', 'delivery', ['next_at', 'id'], unique=False, sqlite_where=sa.text("state IN ('scheduled', 'retrying')"), postgresql_where=sa.text("state IN ('scheduled', 'retrying')"))
    op.create_index('delivery_one_in_flight', 'delivery', ['account_id'], unique=True, sqlite_where=sa.text("state IN ('leased', 'staging', 'sending', 'unknown')"), postgresql_where=sa.text("state IN ('leased', 'staging', 'sending', 'unknown')"))
    op.create_index('delivery_queue', 'delivery', ['account_id', 'due_at', 'id'], unique=False, sqlite_where=sa.text("state IN ('scheduled', 'retrying')"), postgresql_where=sa.text("state IN ('scheduled', 'retrying')"))
    op.create_table('exception_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('content_digest', sa.String(), nullable=False),
    sa.Column('requested_by', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('resolved_by', sa.Integer(), nullable=True),
    sa.Column('resolution', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('open', 'granted', 'denied')", name='exception_request_state'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.ForeignKeyConstraint(['requested_by'], ['person.id'], ),
    sa.ForeignKeyConstraint(['resolved_by'], ['person.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('exception_request_open', 'exception_request', ['post_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('network', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('section', sa.String(), nullable=False),
    sa.Column('severity', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('fragment', sa.String(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=True),
    sa.Column('end', sa.Integer(), nullable=True),
    sa.Column('explanation', sa.String(), nullable=False),
    sa.Column('suggestion', sa.String(), nullable=False),
    sa.CheckConstraint("severity IN ('block', 'warn', 'info')", name='finding_severity'),
    sa.CheckConstraint("source IN ('manual', 'connector')", name='finding_source'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('finding_of_revision', 'finding', ['post_id', 'revision'], unique=False)
    op.create_table('post_media',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('media_id', sa.Integer(), nullable=False),
    sa.Column('alt_text', sa.String(), nullable=False),
    sa.Column('credit', sa.String(), nullable=False),
    sa.Column('persons_in_image', sa.Boolean(), nullable=False),
    sa.Column('consent_ref', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['media_id'], ['media.id'], ),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.PrimaryKeyConstraint('post_id', 'revision', 'position')
    )
    op.create_index(op.f('ix_post_media_media_id'), 'post_media', ['media_id'], unique=False)
    op.create_table('rendition',
    sa.Column('media_id', sa.Integer(), nullable=False),
    sa.Column('network', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('mime', sa.String(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['media_id'], ['media.id'], ),
    sa.PrimaryKeyConstraint('media_id', 'network')
    )
    op.create_index(op.f('ix_rendition_sha256'), 'rendition', ['sha256'], unique=False)
    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("decision IN ('submitted', 'reviewed', 'returned', 'rejected', 'approved', 'withdrawn', 'pulled_back', 'cancelled')", name='review_decision'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], ),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_review_person_id'), 'review', ['person_id'], unique=False)
    op.create_index('review_of_post', 'review', ['post_id', 'revision'], unique=False)
    op.create_table('target',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.PrimaryKeyConstraint('post_id', 'revision', 'account_id')
    )
    op.create_table('variant',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('network', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.PrimaryKeyConstraint('post_id', 'revision', 'network')
    )
    op.create_table('attempt',
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('http_status', sa.Integer(), nullable=True),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('secret_version', sa.Integer(), nullable=True),
    sa.Column('key_id', sa.String(), nullable=True),
    sa.CheckConstraint("outcome IS NULL OR outcome IN ('published', 'not_sent', 'throttled', 'refused', 'credential', 'unknown')", name='attempt_outcome'),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], ),
    sa.PrimaryKeyConstraint('delivery_id', 'part', 'fence')
    )
    op.create_index('attempt_one_open', 'attempt', ['delivery_id'], unique=True, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))
    op.create_table('delivery_part',
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('post', 'reply', 'comment')", name='delivery_part_kind'),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], ),
    sa.PrimaryKeyConstraint('delivery_id', 'position')
    )
    op.create_table('receipt',
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('remote_id', sa.String(), nullable=False),
    sa.Column('permalink', sa.String(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('found_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], ),
    sa.PrimaryKeyConstraint('delivery_id', 'part'),
    sa.UniqueConstraint('account_id', 'remote_id', name='receipt_remote')
    )
    guards.install(op.get_bind())
