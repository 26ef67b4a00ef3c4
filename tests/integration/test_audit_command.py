"""`concilia audit verify` as people use it: its exit code tells."""

from pathlib import Path

import psycopg

from tests.integration.test_commands import concilia

ROW = (
    '{"external_id": "%s", "descricao": "Aluguel", "valor": "10.00", "entidade": "F", "fornecedor_id": "1", '
    '"fornecedor_external_id": "F1", "liquidado": "0", "data_vencimento": "2026-11-30"}\n'
)


def test_an_intact_trail_a_forged_one_and_one_with_a_gap(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "p.ndjson").write_text("".join(ROW % n for n in range(3)), encoding="utf-8")
    assert concilia(tmp_path, "import", "p.ndjson", DATABASE_URL=database_url).returncode == 0
    intact = concilia(tmp_path, "audit", "verify", DATABASE_URL=database_url)
    assert intact.returncode == 0
    assert "The trail is intact." in intact.stderr
    assert "not linked" not in intact.stderr.lower()
    with psycopg.connect(database_url) as owner:
        chosen = owner.execute("SELECT max(number) FROM audit_entries WHERE kind = 'payment'").fetchone()
        assert chosen is not None
        owner.execute("UPDATE audit_entries SET by = 'nobody' WHERE number = %s", chosen)
    forged = concilia(tmp_path, "audit", "verify", DATABASE_URL=database_url)
    assert (forged.returncode, f"Entry audit_{chosen[0]} was altered." in forged.stderr) == (1, True)
    with psycopg.connect(database_url) as owner:
        owner.execute("DELETE FROM audit_entries WHERE number = %s", chosen)
    missing = concilia(tmp_path, "audit", "verify", DATABASE_URL=database_url)
    assert (missing.returncode, f"Entry audit_{chosen[0]} is missing." in missing.stderr) == (1, True)
