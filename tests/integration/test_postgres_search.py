"""Search as people do it, in payments and in clients."""

import unicodedata
from datetime import UTC, datetime

import pytest

from ports.clients import ClientFilter
from ports.errors import Refused
from ports.paging import PageRequest
from ports.payments import Entidade, PaymentFilter, PaymentRecord
from ports.work import OpenWork
from tests.integration.records import GENUINE, TODAY, add_clients, add_payments, client, payment

PAYMENTS: dict[str, PaymentRecord] = {
    "bakery": payment(
        descricao="Mensalidade de manutenção",
        entidade=Entidade.CLIENTE,
        nome_cliente="Padaria São João Ltda",
        codigo="000123",
        external_id="NF-77",
    ),
    "rent": payment(descricao="ALUGUEL do Escritório", nome_fornecedor="Imobiliária Conceição"),
    "freight": payment(
        descricao="Frete expresso", entidade=Entidade.TRANSPORTADORA, nome_transportadora="Rápido Ágil"
    ),
    "wages": payment(
        descricao="Salário", entidade=Entidade.FUNCIONARIO, nome_funcionario="Márcia Ñandú", codigo="A%B"
    ),
    "percent": payment(descricao="desconto de 100% no mês", codigo=r"C:\contas"),
    "under": payment(descricao="pasta_de_notas"),
    "plain": payment(descricao="pastaXdeXnotas 1000 no mes"),
}
CASES: dict[str, tuple[str, list[str]]] = {
    "a whole word": ("aluguel", ["rent"]),
    "part of a word": ("scritor", ["rent"]),
    "with accents": ("ESCRITÓRIO", ["rent"]),
    "without accents": ("sao joao", ["bakery"]),
    "accents typed in two steps": (unicodedata.normalize("NFD", "São João"), ["bakery"]),
    "wrong accents": ("sàô", ["bakery"]),
    "upper case": ("MÁRCIA ÑANDÚ", ["wages"]),
    "words from several fields": ("manutencao padaria 000123 nf-77", ["bakery"]),
    "words in any order": ("joão são", ["bakery"]),
    "words of two payments": ("aluguel padaria", []),
    "words far apart": ("aluguel escritorio imobiliaria", ["rent"]),
    "spaces around and between": ("  frete \t\n expresso  ", ["freight"]),
    "a space that does not break": ("frete\xa0expresso", ["freight"]),
    "nothing but spaces": ("   ", list(PAYMENTS)),
    "empty": ("", list(PAYMENTS)),
    "nobody": ("inexistente", []),
    "a percent sign": ("%", ["wages", "percent"]),
    "a percent sign in a word": ("100%", ["percent"]),
    "a percent sign between": ("a%b", ["wages"]),
    "an underscore": ("_", ["under"]),
    "an underscore in a word": ("pasta_de", ["under"]),
    "a backslash": ("\\", ["percent"]),
    "a backslash before a letter": (r"c:\contas", ["percent"]),
    "a backslash before a wildcard": (r"\%", []),
    "a wide percent sign": ("％", ["wages", "percent"]),
    "a wide underscore": ("＿", ["under"]),
    "a wide backslash": ("＼", ["percent"]),
    "quotes": ("'; DROP TABLE payments; --", []),
    "colons": (":name :1 %(x)s", []),
}


@pytest.fixture(scope="module")
async def filled(shared_work: OpenWork) -> OpenWork:
    await add_payments(shared_work, *PAYMENTS.values())
    await add_payments(
        shared_work, payment(descricao="Aluguel", deletado_em=datetime(2026, 1, 1, tzinfo=UTC))
    )
    await add_clients(
        shared_work,
        client(name="Açougue Irmãos Brandão", document=GENUINE[0]),
        client(name="açaí & cia", contact_email="Financeiro@Acai.com.br"),
        client(name="Zeladoria 100%"),
    )
    return shared_work


@pytest.mark.parametrize(("search", "names"), CASES.values(), ids=CASES)
async def test_payments(filled: OpenWork, search: str, names: list[str]) -> None:
    where = PaymentFilter(search=search)
    async with filled() as work:
        page = await work.payments.page(where, (), PageRequest(), TODAY)
        assert await work.payments.count(where, TODAY) == len(names)
    ids = {item.id for item in page.items}
    assert [name for name, record in PAYMENTS.items() if record.id in ids] == names


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("AÇAÍ", ["açaí & cia"]),
        ("brandao acougue", ["Açougue Irmãos Brandão"]),
        (GENUINE[0][3:9], ["Açougue Irmãos Brandão"]),
        ("financeiro@acai", ["açaí & cia"]),
        ("%", ["Zeladoria 100%"]),
        ("a", ["açaí & cia", "Açougue Irmãos Brandão", "Zeladoria 100%"]),
    ],
)
async def test_clients(filled: OpenWork, search: str, names: list[str]) -> None:
    where = ClientFilter(search=search)
    async with filled() as work:
        page = await work.clients.page(where, PageRequest())
        assert await work.clients.count(where) == len(names)
    assert [item.name for item in page.items] == names


@pytest.mark.parametrize("search", ["a\x00b", "\x00", "a\ud800b", "\udfff"])
async def test_what_no_text_can_hold_is_refused(shared_work: OpenWork, search: str) -> None:
    with pytest.raises(Refused, match="INVALID"):
        async with shared_work() as work:
            await work.payments.count(PaymentFilter(search=search), TODAY)
    with pytest.raises(Refused, match="INVALID"):
        async with shared_work() as work:
            await work.clients.page(ClientFilter(search=search), PageRequest())
