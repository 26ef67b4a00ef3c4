"""Small things at the edges: tokens, languages, logs, scalars, pages in memory."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import jwt
import pytest
from graphql import GraphQLError

from adapters.logs import hide_secrets
from adapters.tokens import SharedSecretTokens
from graphql_api import scalars
from graphql_api.texts import FAILURES, ISSUES, REFUSALS, Language, pick_language
from ports.erp import IssueCode
from ports.errors import RefusalCode
from ports.identity import BadToken, Role
from ports.sync_runs import SyncFailure
from tests.running import SECRET, TestClock


async def test_a_token_says_who_and_which_roles() -> None:
    tokens = SharedSecretTokens(SECRET, "realm.access.roles", TestClock())
    identity = await tokens.verify(tokens.issue("ana", [Role.CFO, Role.VIEWER], timedelta(minutes=1)))
    assert (identity.subject, identity.name) == ("ana", "ana")
    assert identity.roles == {Role.CFO, Role.VIEWER}


@pytest.mark.parametrize(
    ("roles", "meant"),
    [("CFO", {Role.CFO}), (["Admin", "boss", 3], {Role.ADMIN}), (None, set()), ({"cfo": 1}, set())],
)
async def test_roles_in_any_case_and_nothing_else(roles: object, meant: set[Role]) -> None:
    claims = {"sub": "ana", "name": 3, "exp": datetime.now(UTC) + timedelta(minutes=1), "roles": roles}
    identity = await SharedSecretTokens(SECRET, "roles", TestClock()).verify(jwt.encode(claims, SECRET))
    assert identity.roles == meant
    assert identity.name is None


def _unsigned() -> str:
    parts = [{"alg": "none"}, {"sub": "ana", "exp": 9999999999, "roles": ["admin"]}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, ""])


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x.y.z",
        _unsigned(),
        jwt.encode({"sub": "a", "exp": 9999999999}, "another secret, also longer than 32 bytes"),
        jwt.encode({"sub": "a", "exp": 1}, SECRET),
        jwt.encode({"sub": "a"}, SECRET),
        jwt.encode({"exp": 9999999999}, SECRET),
        jwt.encode({"sub": "a", "exp": 9999999999}, SECRET, "HS384"),
    ],
)
async def test_a_forged_or_expired_token_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        await SharedSecretTokens(SECRET, "roles", TestClock()).verify(token)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", Language.PORTUGUESE),
        ("pt-BR,pt;q=0.9", Language.PORTUGUESE),
        ("en-US,en;q=0.9,pt;q=0.1", Language.ENGLISH),
        ("de, en;q=0.5", Language.ENGLISH),
        ("de", Language.PORTUGUESE),
    ],
)
def test_the_language_is_the_first_of_ours(header: str, language: Language) -> None:
    assert pick_language(header) is language


def test_every_code_has_its_text() -> None:
    assert set(REFUSALS) == set(RefusalCode)
    assert set(FAILURES) == set(SyncFailure)
    assert set(ISSUES) == set(IssueCode)


def test_secrets_do_not_reach_the_log() -> None:
    event = {"event": "sent", "app_secret": "s", "authorization": "Bearer x", "run": 1}
    shown = hide_secrets(None, "info", event)
    assert shown == {"event": "sent", "app_secret": "***", "authorization": "***", "run": 1}


@pytest.mark.parametrize(
    ("scalar", "text", "value"),
    [
        (scalars.Money, "1600.99", Decimal("1600.99")),
        (scalars.Money, "-3", Decimal("-3.00")),
        (scalars.Decimal, "5.000", Decimal("5.000")),
        (scalars.Document, "12.ABC.345/01DE-35", "12ABC34501DE35"),
        (date, "2026-02-28", date(2026, 2, 28)),
        (datetime, "2026-02-28T21:00:00-03:00", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_scalars_read_the_one_right_form(scalar: object, text: str, value: object) -> None:
    assert scalars.SCALARS[scalar].parse_value(text) == value  # type: ignore[misc]


@pytest.mark.parametrize(
    ("scalar", "wrong"),
    [
        (scalars.Money, "NaN"),
        (scalars.Money, "1,00"),
        (scalars.Money, 1.5),
        (scalars.Money, "1" * 80),
        (scalars.Decimal, "1e5"),
        (scalars.Document, "123"),
        (scalars.Document, "１２345678901"),
        (date, "2026-02-30"),
        (date, "2026-W01-1"),
        (datetime, "2026-02-28T21:00:00"),
        (datetime, "2026-02-28 21:00:00Z"),
    ],
)
def test_scalars_refuse_all_else(scalar: object, wrong: object) -> None:
    with pytest.raises(GraphQLError):
        scalars.SCALARS[scalar].parse_value(wrong)  # type: ignore[misc]


def test_scalars_write_canonical_text() -> None:
    show = {scalar: definition.serialize for scalar, definition in scalars.SCALARS.items()}
    assert show[scalars.Money](Decimal("1E+2")) == "100.00"  # type: ignore[misc]
    assert show[scalars.Decimal](Decimal("5E+1")) == "50"  # type: ignore[misc]
    assert show[datetime](datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"  # type: ignore[misc]
