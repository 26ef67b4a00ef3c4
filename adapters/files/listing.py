"""JSON: the document's listing, one page that holds everything."""

from collections.abc import AsyncGenerator, AsyncIterable

import msgspec

from adapters.files.batches import batches
from adapters.files.document import document
from ports.paging import DEFAULT_SIZE
from ports.payments import PaymentRecord

BEGINNING, BETWEEN = b'{\n"sucesso":true,\n"dados":[\n', b",\n"


async def listing(payments: AsyncIterable[PaymentRecord]) -> AsyncGenerator[bytes, None]:
    """A payment a line, so that two exports can be compared line by line; no other line looks like one."""
    encode = msgspec.json.Encoder().encode
    total, before = 0, BEGINNING
    async for batch in batches(payments):
        yield before + BETWEEN.join(encode(document(payment)) for payment in batch)
        total, before = total + len(batch), BETWEEN
    paging = {
        "pagina_atual": 1,
        "por_pagina": max(total, DEFAULT_SIZE),
        "total_registros": total,
        "total_paginas": 1,
    }
    yield (b"" if total else BEGINNING) + b'\n],\n"paginacao":' + encode(paging) + b"\n}\n"
