"""Tables of keys and secrets. ``account_id`` belongs to whoever owns accounts: no foreign key."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel


class VaultKey(SQLModel, table=True):
    """A key that has sealed something here: check values only, nothing that opens anything."""

    __tablename__ = "vault_key"
    __table_args__ = (CheckConstraint("state IN ('active', 'retired')", name="vault_key_state"),)

    key_id: str = Field(primary_key=True, max_length=64)
    kcv: str = Field(max_length=16)
    root_kcv: str = Field(max_length=16)
    state: str = Field(default="active", max_length=16)
    created_at: datetime


class VaultSecret(SQLModel, table=True):
    """One field of one account; ``current_version`` only grows."""

    __tablename__ = "vault_secret"
    __table_args__ = (CheckConstraint("current_version > 0", name="vault_secret_version_positive"),)

    account_id: int = Field(primary_key=True, index=True, sa_column_kwargs={"autoincrement": False})
    field: str = Field(primary_key=True, max_length=64)
    current_version: int
    created_at: datetime
    updated_at: datetime


class VaultSecretVersion(SQLModel, table=True):
    """One sealed value. ``digest`` is keyed and bound to account and field; erased rows keep it."""

    __tablename__ = "vault_secret_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "field"], ["vault_secret.account_id", "vault_secret.field"]
        ),
        CheckConstraint(
            "(erased_at IS NULL AND sealed <> '') OR (erased_at IS NOT NULL AND sealed = '')",
            name="vault_secret_version_erased",
        ),
        Index(
            "ix_vault_secret_version_key",
            "key_id",
            sqlite_where=text("erased_at IS NULL"),
            postgresql_where=text("erased_at IS NULL"),
        ),
    )

    account_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    field: str = Field(primary_key=True, max_length=64)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key_id: str = Field(max_length=64)
    sealed: str
    digest: str = Field(max_length=64)
    created_at: datetime
    erased_at: datetime | None = None
