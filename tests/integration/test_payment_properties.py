"""Whatever is sent: what is accepted comes back equal, what is refused leaves no trace."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.new_payments import PostgresNewPayments
from core.payment import WRITABLE, normalised
from core.use_cases.create_payment import CreatePayment
from core.use_cases.update_payment import UpdatePayment
from ports.errors import Missing, Refused
from ports.payments import AMOUNTS, PARTIES, REFERENCES, Atributo, Entidade
from ports.work import OpenWork
from tests.integration.records import PERSON, sent_payment, sql
from tests.running import TestClock

TABLES = ("payments", "register_entries", "idempotency_keys", "audit_entries", "audit_unsealed", "clients")
EVERYTHING = " UNION ALL ".join(
    f"SELECT '{table}', coalesce(md5(string_agg(row::text, '' ORDER BY row::text)), '') FROM {table} AS row"
    for table in TABLES
)
SETTINGS = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

OURS_WHEN_ABSENT = {"usuario_id", "nome_usuario"} | {reference.external_id for reference in REFERENCES}
"""The registering user is the caller by default; an external id may be known to a register."""

amounts = st.decimals(min_value=-2, max_value=Decimal("9999999999999.99"), places=2)
words = st.text(max_size=30) | st.sampled_from(["", "  ", "ção", "x" * 255, "x" * 256])
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@st.composite
def payments(draw: st.DrawFn) -> dict[str, Any]:
    """Anything that the API lets through to the rules: sound more often than not."""
    entidade = draw(st.sampled_from(Entidade))
    liquidado = draw(st.booleans())
    sent: dict[str, Any] = {
        "descricao": draw(st.text(min_size=2, max_size=60)),
        "valor": draw(amounts),
        "data_vencimento": draw(days),
        "entidade": entidade,
        "liquidado": liquidado,
        "data_liquidacao": draw(st.dates(date(2020, 1, 1), date(2026, 11, 1))) if liquidado else None,
        PARTIES[entidade].id: "7",
        PARTIES[entidade].external_id: "P7",
        "atributos": tuple(draw(st.lists(st.builds(Atributo, words, words), max_size=2))),
    }
    small = st.decimals(min_value=0, max_value=3, places=2)
    sent |= draw(st.fixed_dictionaries({}, optional=dict.fromkeys(AMOUNTS[1:], small)))
    texts = [name for reference in REFERENCES for name in reference.fields] + ["external_id", "codigo"]
    return sent | draw(st.dictionaries(st.sampled_from(texts), words, max_size=4))


@pytest.fixture(scope="module")
async def create(shared_work: OpenWork, databases: dict[str, str]) -> AsyncIterator[CreatePayment]:
    new_payments = PostgresNewPayments(databases["shared"], pooled=False)
    async with new_payments.strokes:
        yield CreatePayment(shared_work, new_payments, TestClock())


@SETTINGS
@given(sent=payments(), key=st.none() | st.text(max_size=3))
async def test_accepted_comes_back_equal_and_refused_leaves_nothing(
    create: CreatePayment,
    shared_work: OpenWork,
    shared_engine: AsyncEngine,
    sent: dict[str, Any],
    key: str | None,
) -> None:
    before = await sql(shared_engine, EVERYTHING)
    try:
        made = await create(sent, by=PERSON, idempotency_key=key)
    except Refused:
        assert await sql(shared_engine, EVERYTHING) == before
        return
    async with shared_work() as work:
        kept = await work.payments.get(made.id)
    assert kept == made
    plus, minus = made.valor + made.juros, made.desconto + made.taxa_banco + made.taxa_operadora
    assert made.valor_total == plus - minus
    meant = normalised(sent)
    shown = asdict(made) | {"atributos": made.atributos}
    assert {name for name in WRITABLE if shown[name] != meant[name]} <= OURS_WHEN_ABSENT - {
        name for name in WRITABLE if meant[name] is not None
    }


@SETTINGS
@given(changes=payments(), version=st.none() | st.integers(0, 2))
async def test_a_refused_change_leaves_nothing(
    create: CreatePayment,
    shared_work: OpenWork,
    shared_engine: AsyncEngine,
    changes: dict[str, Any],
    version: int | None,
) -> None:
    made = await create(sent_payment(), by=PERSON)
    before = await sql(shared_engine, EVERYTHING)
    try:
        changed = await UpdatePayment(shared_work, TestClock())(made.id, changes, version, by=PERSON)
    except (Refused, Missing):
        assert await sql(shared_engine, EVERYTHING) == before
        return
    async with shared_work() as work:
        assert await work.payments.get(made.id) == changed
    assert changed.version == 2
