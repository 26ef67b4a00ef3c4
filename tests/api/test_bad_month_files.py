"""Whose workbooks are not taken, and which."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.workbook.workbook import Workbook

from graphql_api.request import LARGEST_BODY
from ports.identity import Role
from tests.api.month_files import PATH, counts, error_of, export, send
from tests.api.test_acknowledgements import a_contract, lines
from tests.running import Api
from tests.workbooks import filled


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def another_workbook() -> bytes:
    saved = io.BytesIO()
    Workbook().save(saved)
    return saved.getvalue()


def poisoned(content: bytes, find: bytes, put: bytes) -> bytes:
    """With another text in its sheet's XML."""
    with ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert find in files[sheet]
    return zipped(**{**files, sheet: files[sheet].replace(find, put, 1)})


LAUGHS = b'<!DOCTYPE l [<!ENTITY a0 "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)


async def test_what_is_no_workbook_of_ours(api: Api) -> None:
    await a_contract(api)
    content = filled((await export(api)).content, lambda _: {"reason": "TIMING"})
    bad = {
        "empty": b"",
        "text": b"id,reason\n",
        "another zip": zipped(a=b"b"),
        "another workbook": another_workbook(),
        "cut": content[: len(content) // 2],
        "a bomb": zipped(**{"xl/worksheets/sheet1.xml": bytes(65 << 20)}),
        "a laugh": poisoned(poisoned(content, b"<worksheet", LAUGHS + b"]><worksheet"), b"<v>", b"<v>&a11;"),
        "no number": poisoned(content, b"<v>", b"<v>x"),
        "not closed": poisoned(content, b"</sheetData>", b""),
    }
    for name, body in bad.items():
        assert (name, error_of(await send(api, body))) == (name, (400, "BAD_USER_INPUT"))
    assert error_of(await send(api, bytes(LARGEST_BODY + 1))) == (413, "BAD_USER_INPUT")
    assert (await lines(api))[0]["acknowledgement"] is None
    assert counts(await send(api, content)) == {"acknowledged": 1}


async def test_which_month_on_which_basis(shared_api: Api) -> None:
    named = await export(shared_api, PATH + "?basis=RECEIVED")
    assert named.headers["content-disposition"] == 'attachment; filename="reconciliation-2026-10.xlsx"'
    assert named.status_code == 200
    for query in ("?basis=due", "?basis=RECEIVED&basis=RECEIVED", "?base=RECEIVED"):
        assert error_of(await export(shared_api, PATH + query)) == (400, "BAD_USER_INPUT")
    assert error_of(await send(shared_api, b"", PATH + "?basis=RECEIVED")) == (400, "BAD_USER_INPUT")
    for month in ("2026-13", "10-2026", "x"):
        for answer in (
            await export(shared_api, PATH.replace("2026-10", month)),
            await send(shared_api, b"", PATH.replace("2026-10", month)),
        ):
            assert error_of(answer) == (400, "BAD_USER_INPUT")


async def test_roles(shared_api: Api) -> None:
    for role, code in ((None, (401, "UNAUTHENTICATED")), (Role.VIEWER, (403, "FORBIDDEN"))):
        assert error_of(await export(shared_api, role=role)) == code
        assert error_of(await send(shared_api, b"", role=role)) == code
    for role in (Role.ADMIN, Role.CFO, Role.FINANCE):
        assert (await export(shared_api, role=role)).status_code == 200
        assert error_of(await send(shared_api, b"", role=role)) == (400, "BAD_USER_INPUT")
