"""A wrong value stops the start with one line that names the variable, and never shows a secret."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from ports.titles import BillingBasis
from settings import AppEnv, Settings, WrongSetting, load_settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env of the checkout is read."""
    monkeypatch.chdir(tmp_path)


def test_the_defaults() -> None:
    settings = load_settings()
    assert settings.app_env is AppEnv.DEVELOPMENT
    assert settings.embedded
    assert settings.uses_demo
    assert settings.reconciliation_basis is BillingBasis.DUE_DATE
    assert settings.reconciliation_max_age == timedelta(hours=26)
    assert settings.reconciliation_full_max_age == timedelta(days=8)
    assert settings.reconciliation_tolerance_percent == Decimal(5)


def test_values_come_from_the_environment_and_from_env_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=9000\nOMIE_PAGE_SIZE=50\n", encoding="utf-8")
    monkeypatch.setenv("OMIE_PAGE_SIZE", "20")
    monkeypatch.setenv("RECONCILIATION_CATEGORIES", "1.01.01, 1.02.*")
    monkeypatch.setenv("RECONCILIATION_MAX_AGE", "90m")
    monkeypatch.setenv("CORS_ORIGINS", "")
    settings = load_settings()
    assert (settings.port, settings.omie_page_size) == (9000, 20)
    assert settings.reconciliation_categories == ("1.01.01", "1.02.*")
    assert settings.reconciliation_max_age == timedelta(minutes=90)
    assert settings.cors_origins == ()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "eighty"),
        ("APP_ENV", "staging"),
        ("DATABASE_URL", "mysql://user:hunter2-secret@host/db"),
        ("AUTH_JWT_SECRET", "hunter2-secret"),
        ("OMIE_PAGE_SIZE", "0"),
        ("OMIE_REQUESTS_PER_WINDOW", "241"),
        ("OMIE_WINDOW_SECONDS", "-1"),
        ("RECONCILIATION_BASIS", "CASH"),
        ("RECONCILIATION_MAX_AGE", "26"),
        ("RECONCILIATION_TOLERANCE_PERCENT", "101"),
        ("RECONCILIATION_TOLERANCE_MINIMUM", "0.001"),
        ("OMIE_WEBHOOK_TOKEN", "hunter2-short"),
        ("OMIE_WEBHOOK_TOKEN", "hunter2/with/slashes-in-it"),
        ("SYNC_SCHEDULE", "every day"),
        ("SYNC_SCHEDULE", "0 6 * * * *"),
        ("SYNC_FULL_SCHEDULE", "0 0 31 2 *"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(WrongSetting) as caught:
        load_settings()
    assert str(caught.value).startswith(f"{variable}: ")
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"OMIE_APP_KEY": "1"}, "OMIE_APP_SECRET"),
        ({"OMIE_APP_SECRET": "1"}, "OMIE_APP_KEY"),
        ({"APP_ENV": "production"}, "DATABASE_URL"),
        ({"APP_ENV": "production", "DATABASE_URL": "postgresql://host/db"}, "AUTH_JWT_SECRET"),
    ],
)
def test_what_belongs_together(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str) -> None:
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(WrongSetting, match=named):
        load_settings()


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ({}, None),
        ({"SYNC_SCHEDULE": "0 6 * * *"}, "0 3 * * sun"),
        ({"SYNC_SCHEDULE": "0 6 * * *", "SYNC_FULL_SCHEDULE": "0 4 1 * *"}, "0 4 1 * *"),
        ({"SYNC_FULL_SCHEDULE": "0 4 1 * *"}, "0 4 1 * *"),
    ],
)
def test_a_full_sync_is_weekly_once_the_others_are_scheduled(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], full: str | None
) -> None:
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    settings = load_settings()
    assert (settings.sync_schedule, settings.sync_full_schedule) == (given.get("SYNC_SCHEDULE"), full)


def test_a_real_erp_or_database_ends_the_demo() -> None:
    key, secret = SecretStr("k"), SecretStr("s")
    assert not Settings(_env_file=None, omie_app_key=key, omie_app_secret=secret).uses_demo
    assert not Settings(_env_file=None, database_url=SecretStr("postgresql://host/db")).uses_demo


def test_secrets_do_not_show() -> None:
    token = SecretStr("y" * 40)
    settings = Settings(_env_file=None, auth_jwt_secret=SecretStr("x" * 40), omie_webhook_token=token)
    assert "x" * 40 not in repr(settings)
    assert "y" * 40 not in repr(settings)
