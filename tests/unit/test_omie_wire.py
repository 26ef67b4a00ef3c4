"""A whole answer: its records apart from each other, its digits, its page numbers."""

import json
from decimal import Decimal

import pytest

from adapters.omie.clients import CLIENTS
from adapters.omie.values import decoded
from adapters.omie.wire import page
from ports.erp import ErpBroken, ErpClient, ErpPage


def read(body: bytes, asked: int = 1) -> ErpPage[ErpClient]:
    answer = decoded(body)
    assert isinstance(answer, dict)
    return page(answer, asked, CLIENTS)


GOOD = b'{"codigo_cliente_omie": 7410258963, "razao_social": "Loja"}'


@pytest.mark.parametrize(
    "bad",
    [
        b"5",
        b"null",
        b"[]",
        b"{}",
        b'{"razao_social": "a\xffb"}',
        b'{"codigo_cliente_omie": 1e9999999999999999999}',
    ],
)
def test_one_bad_record_does_not_spoil_the_page(bad: bytes) -> None:
    got = read(b'{"clientes_cadastro": [' + GOOD + b", " + bad + b", " + GOOD + b"]}", asked=3)
    assert [item.code for item in got.items] == ["7410258963"] * 2
    assert [found.external_id for found in got.issues] == ["page 3, record 2"]


def test_numbers_are_exact_and_never_floats() -> None:
    got = decoded(b'\xef\xbb\xbf{"a": 0.1000000000000000055511151231257827, "b": 1480.50, "c": 7}')
    assert repr(got) == repr(
        {"a": Decimal("0.1000000000000000055511151231257827"), "b": Decimal("1480.50"), "c": Decimal(7)}
    )


@pytest.mark.parametrize(
    ("paging", "last"),
    [
        ({"pagina": 2, "total_de_paginas": 12}, 12),
        ({"pagina": "2", "total_de_paginas": "12"}, 12),
        ({"nPagina": 2, "nTotPaginas": 12}, 12),
        ({"pagina": 2, "total_de_paginas": 0}, 2),
        ({"pagina": 2, "total_de_paginas": 1}, 2),
        ({"total_de_paginas": 12}, 12),
        ({"pagina": 2}, 2),
        ({}, 2),
    ],
)
def test_paging(paging: dict[str, object], last: int) -> None:
    got = read(json.dumps({**paging, "clientes_cadastro": []}).encode(), asked=2)
    assert (got.number, got.last, list(got.items)) == (2, last, [])


@pytest.mark.parametrize(
    "body",
    [
        b'{"pagina": 1, "total_de_paginas": 1}',
        b'{"pagina": 1, "clientes_cadastro": null}',
        b'{"pagina": 1, "clientes_cadastro": {}}',
        b'{"pagina": 2, "clientes_cadastro": []}',
        b'{"pagina": "one", "clientes_cadastro": []}',
        b'{"total_de_paginas": 1e300, "clientes_cadastro": []}',
    ],
)
def test_answers_that_are_no_page(body: bytes) -> None:
    with pytest.raises(ErpBroken):
        read(body)
