"""Configuration: environment variables, or `.env`. A wrong value stops the start with one line."""

import re
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from adapters.cron import CronSchedule
from graphql_api.persisted import Trust, read_manifest
from ports.titles import BillingBasis

STATE = Path(".local")
EVERY_SUNDAY = "0 3 * * sun"
"""The full syncs of an installation that schedules the others alone."""
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class WrongSetting(ValueError):
    """One line that names the variable."""


class AppEnv(Enum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


def _span(text: Any) -> Any:
    """`26h`, `8d`, `90m`."""
    if isinstance(text, str) and text[:-1].isdigit() and text[-1] in _UNITS:
        return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
    if isinstance(text, timedelta):
        return text
    raise ValueError("must be a number with m, h or d, such as 26h")


def _list(text: Any) -> Any:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text


Span = Annotated[timedelta, BeforeValidator(_span)]


def _postgres(text: Any) -> Any:
    if isinstance(text, str) and not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("must begin with postgresql://")
    return text


def _cron(expression: str) -> str:
    CronSchedule(expression)
    return expression


def _fit_for_a_path(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9._~-]{16,200}", token.get_secret_value()):
        raise ValueError("must be 16 to 200 letters, digits or any of . _ ~ -")
    return token


def _web(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError("must begin with https://")
    return text


WebAddress = Annotated[str, AfterValidator(_web)]
Cron = Annotated[str, AfterValidator(_cron)]
PathToken = Annotated[SecretStr, AfterValidator(_fit_for_a_path)]
Address = Annotated[SecretStr, BeforeValidator(_postgres)]
CommaList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_list)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    database_url: Address | None = None
    database_direct_url: Address | None = None
    database_migration_url: Address | None = None
    database_read_url: Address | None = None
    app_env: AppEnv = AppEnv.DEVELOPMENT
    omie_app_key: SecretStr | None = None
    omie_app_secret: SecretStr | None = None
    omie_base_url: str = "https://app.omie.com.br/api/v1"
    omie_page_size: int = Field(100, ge=1, le=500)
    omie_max_in_flight: int = Field(4, ge=1, le=4)
    omie_requests_per_window: int = Field(240, ge=1, le=240)
    omie_window_seconds: float = Field(60, gt=0)
    omie_webhook_token: PathToken | None = None
    sync_schedule: Cron | None = None
    sync_full_schedule: Cron | None = None
    auth_jwt_secret: SecretStr | None = Field(None, min_length=32)
    auth_oidc_issuer: WebAddress | None = None
    auth_oidc_audience: str | None = None
    auth_jwks_url: WebAddress | None = None
    auth_roles_claim: str = Field("roles", min_length=1)
    reconciliation_tolerance_percent: Decimal = Field(Decimal(5), ge=0, le=100, decimal_places=2)
    reconciliation_tolerance_minimum: Decimal = Field(Decimal("50.00"), ge=0, max_digits=15, decimal_places=2)
    reconciliation_basis: BillingBasis = BillingBasis.DUE_DATE
    reconciliation_max_age: Span = timedelta(hours=26)
    reconciliation_full_max_age: Span = timedelta(days=8)
    reconciliation_grace_days: int = Field(3, ge=0, le=60)
    reconciliation_categories: CommaList = ()
    persisted_operations: Trust = Trust.OFF
    persisted_operations_manifest: Path | None = None
    otel_exporter_otlp_endpoint: WebAddress | None = None
    metrics_token: PathToken | None = None
    cors_origins: CommaList = ()
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    web_concurrency: int = Field(1, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _empty_means_unset(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if value != ""}

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        if (self.omie_app_key is None) is not (self.omie_app_secret is None):
            raise ValueError("OMIE_APP_KEY and OMIE_APP_SECRET must be set together")
        if self.sync_schedule and not self.sync_full_schedule:
            self.sync_full_schedule = EVERY_SUNDAY
        if self.persisted_operations is not Trust.OFF and self.persisted_operations_manifest is None:
            raise ValueError("PERSISTED_OPERATIONS_MANIFEST must be set with PERSISTED_OPERATIONS")
        if (self.auth_oidc_issuer is None) is not (self.auth_oidc_audience is None):
            raise ValueError("AUTH_OIDC_ISSUER and AUTH_OIDC_AUDIENCE must be set together")
        if self.auth_jwks_url and not self.auth_oidc_issuer:
            raise ValueError("AUTH_JWKS_URL needs AUTH_OIDC_ISSUER")
        if self.app_env is AppEnv.PRODUCTION:
            if self.database_url is None:
                raise ValueError("DATABASE_URL must be set in production")
            if self.auth_jwt_secret is None and self.auth_oidc_issuer is None:
                raise ValueError("AUTH_JWT_SECRET or AUTH_OIDC_ISSUER must be set in production")
        return self

    @field_validator("persisted_operations_manifest")
    @classmethod
    def _is_a_manifest(cls, path: Path | None) -> Path | None:
        if path is not None:
            read_manifest(path)
        return path

    @property
    def embedded(self) -> bool:
        """Whether the database is ours to start."""
        return self.database_url is None

    @property
    def has_omie(self) -> bool:
        return self.omie_app_key is not None

    @property
    def uses_demo(self) -> bool:
        """The demo Omie stands in on an embedded development database without keys."""
        return self.embedded and not self.has_omie


def load_settings() -> Settings:
    """From the environment; WrongSetting with one line when a value is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        message = first["msg"].removeprefix("Value error, ")
        raise WrongSetting(f"{name}: {message}" if name else message) from None
