"""What a row states comes back equal, whatever it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.files.reading import FORMS, read
from bootstrap import Assembly
from ports.imports import ImportKind, Tally
from ports.payments import PARTIES, Entidade
from tests.importing import as_csv, as_ndjson, import_path, on_file, rent

TEXT = st.text(min_size=3, max_size=255).filter(
    lambda text: len(text.strip()) >= 3 and not any(c < " " and c not in "\t\r\n" for c in text)
)
OPTIONAL = st.one_of(st.just(""), TEXT)
CENTS = st.integers(0, 10**9).map(lambda cents: f"{cents // 100}.{cents % 100:02}")


@st.composite
def stated_payments(draw: st.DrawFn) -> dict[str, Any]:
    entidade = draw(st.sampled_from(Entidade))
    party = PARTIES[entidade]
    day = draw(st.dates().filter(lambda day: day.year < 2026)).isoformat()
    settled = draw(st.booleans())
    return {
        "codigo": draw(OPTIONAL),
        "descricao": draw(TEXT),
        "valor": draw(CENTS),
        "juros": draw(st.one_of(st.just(""), CENTS)),
        "entidade": entidade.value,
        party.id: draw(TEXT),
        party.external_id: draw(TEXT),
        party.nome: draw(OPTIONAL),
        "nome_loja": draw(OPTIONAL),
        "liquidado": "1" if settled else "0",
        "data_liquidacao": day if settled else "",
        "data_vencimento": day,
        "atributos": draw(
            st.lists(
                st.fixed_dictionaries({"chave": TEXT.map(lambda t: t[:100]), "valor": OPTIONAL}), max_size=3
            )
        ).copy(),
    }


AWKWARD = [
    "\\.",
    "um\n\\.\ndois",
    "\\N",
    "\\\\",
    '"',
    '""',
    "a\rb",
    "a\r\nb",
    "a\tb",
    "'=1",
    "a,b;c",
    "\\x41",
    "a\u2028b",
    "😀",
]


@pytest.mark.parametrize("form", [as_ndjson, as_csv, json.dumps])
async def test_awkward_texts_come_back_equal(faked: Assembly, tmp_path: Path, form: Any) -> None:
    rows = [rent(external_id=text, nome_loja=text, codigo=f"{n:02}") for n, text in enumerate(AWKWARD)]
    (tmp_path / "rows").write_bytes(form(rows).encode())
    assert (await import_path(faked, tmp_path / "rows")).refused == []
    kept = await on_file(faked)
    assert [(payment.external_id, payment.nome_loja) for payment in kept] == [(t, t) for t in AWKWARD]


@pytest.mark.parametrize("form", [as_ndjson, as_csv, json.dumps])
async def test_any_accepted_row_comes_back_equal(faked: Assembly, tmp_path: Path, form: Any) -> None:
    stated: list[dict[str, Any]] = []

    @given(stated_payments())
    @settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
    def collect(payment: dict[str, Any]) -> None:
        stated.append({**payment, "external_id": f"X{len(stated)}"})

    collect()
    sound = [row for row in stated if all(len(a["chave"].strip()) >= 1 for a in row["atributos"])]
    (tmp_path / "rows").write_bytes(form(sound).encode())
    done = await import_path(faked, tmp_path / "rows")
    assert (done.tally, done.refused) == (Tally(created=len(sound)), [])
    kept = {payment.external_id: payment for payment in await on_file(faked)}
    for row in sound:
        values, _ = read(row, FORMS[ImportKind.PAYMENTS])
        meant = {n: v for n, v in values.items() if not (isinstance(v, str) and not v.strip())}
        assert {name: getattr(kept[row["external_id"]], name) for name in meant} == meant
    assert (await import_path(faked, tmp_path / "rows")).tally == Tally(unchanged=len(sound))
