"""The only reader of the environment: every setting is ``PREGONERO_…``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from publisher import texts
from publisher.auditing.targets import Target, parse
from publisher.errors import Unready
from publisher.timing import PROFILES, Timing


class Settings(BaseSettings):
    """What an installation may set; docs/operacion lists each with its meaning."""

    model_config = SettingsConfigDict(
        env_prefix="PREGONERO_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    data_dir: Path = Path("var")
    database_url: str = ""
    kek: str = ""
    kek_file: Path | None = None
    media_url: str = ""
    media_endpoint: str = ""
    media_base_url: str = ""
    x_base_url: str = ""
    graph_base_url: str = ""
    instagram_private_base_url: str = ""
    graph_version: str = "v26.0"
    graph_app_id: str = ""
    graph_app_secret_file: Path | None = None
    x_client_id: str = ""
    x_client_secret_file: Path | None = None
    x_api_key: str = ""
    x_api_secret_file: Path | None = None
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None
    oidc_label: str = Field(default="", max_length=60)
    profile: Literal["production", "lab"] | None = None
    second_factor: Literal["optional", "central", "all"] | None = None
    senders: int = Field(default=16, ge=1, le=256)
    max_upload_mb: int = Field(default=200, ge=25, le=1000)
    min_free_mb: int = Field(default=64, ge=0)
    host: str = "127.0.0.1"
    port: int = Field(default=8501, ge=1, le=65535)
    sandbox_port: int = Field(default=8600, ge=1, le=65535)
    public_url: str = ""
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    anchors: str = ""
    spelling: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("anchors")
    @classmethod
    def _anchors(cls, value: str) -> str:
        parse(value)
        return value

    @property
    def anchor_targets(self) -> tuple[Target, ...]:
        """Where the audit is anchored each day, outside this machine."""
        return parse(self.anchors)

    @property
    def url(self) -> str:
        """The database's URL; a SQLite file in the data folder unless another is set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'pregonero.db').resolve()}"

    @property
    def kek_path(self) -> Path:
        """The file of the master key where no other place is set; beside the data by default."""
        return self.kek_file or self.data_dir / "kek.key"

    @property
    def kek_url(self) -> str:
        """Where the master key rests, as ``vault.providers`` reads it."""
        return self.kek or str(self.kek_path)

    @property
    def graph_app_secret(self) -> str:
        """The secret of the application at Meta; empty where no file is set.

        Raises ``Unready`` where the file cannot be read or others may read it.
        """
        return read_secret("PREGONERO_GRAPH_APP_SECRET_FILE", self.graph_app_secret_file)

    @property
    def x_client_secret(self) -> str:
        """The secret of the OAuth 2 application at X; empty for a public client.

        Raises ``Unready`` where the file cannot be read or others may read it.
        """
        return read_secret("PREGONERO_X_CLIENT_SECRET_FILE", self.x_client_secret_file)

    @property
    def x_api_secret(self) -> str:
        """The secret of the OAuth 1.0a application at X; empty where no file is set.

        Raises ``Unready`` where the file cannot be read or others may read it.
        """
        return read_secret("PREGONERO_X_API_SECRET_FILE", self.x_api_secret_file)

    @property
    def oidc_client_secret(self) -> str:
        """The secret at the institution's sign-in; empty for a client that has none.

        Raises ``Unready`` where the file cannot be read or others may read it.
        """
        return read_secret("PREGONERO_OIDC_CLIENT_SECRET_FILE", self.oidc_client_secret_file)

    @property
    def media_store(self) -> str:
        """The fsspec URL of the media store."""
        return self.media_url or f"file://{(self.data_dir / 'media').resolve()}"

    def timing(self, mode: str) -> Timing:
        """Return the timing profile: the one set, else ``lab`` on a sandbox database."""
        return PROFILES[self.profile or ("lab" if mode == "sandbox" else "production")]


def load_settings() -> Settings:
    """Read the environment. Raises ``Unready`` with the name of the first wrong setting."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "PREGONERO_" + "_".join(str(part) for part in first["loc"]).upper()
        raise Unready(texts.SETTING_INVALID.format(name=name, value=first["input"])) from None


def read_secret(name: str, path: Path | None) -> str:
    """Return the one line of a secret's file. Raises ``Unready`` with the setting's ``name``."""
    if path is None:
        return ""
    try:
        exposed = path.stat().st_mode & 0o077
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Unready(texts.PRIVATE_FILE_UNREADABLE.format(name=name, path=path)) from None
    if exposed:
        raise Unready(texts.PRIVATE_FILE_EXPOSED.format(name=name, path=path))
    return value
