"""The database's history: up, down and up again, in step with the tables, fit for a busy database."""

import io
import re
from collections.abc import Iterator

import psycopg
from alembic import command
from alembic.script import ScriptDirectory

import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"
CATALOG = """
    SELECT 'column', table_name, column_name, data_type, is_nullable || coalesce(column_default, '')
        || coalesce(generation_expression, '') || coalesce(numeric_precision::text, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), ''
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'routine', proname, pg_get_function_identity_arguments(oid), prokind::text,
        regexp_replace(coalesce(pg_get_function_sqlbody(oid), prosrc), '\\s+', ' ', 'g')
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '' FROM pg_trigger
    WHERE NOT tgisinternal
    UNION ALL
    SELECT 'type', typname, typtype::text, '', '' FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
    ORDER BY 1, 2, 3, 4, 5
"""
EXTENSIONS_ALONE = """
    SELECT proname FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    UNION ALL
    SELECT typname FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND typtype IN ('c', 'e') AND typname NOT LIKE 'alembic%'
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_type.oid AND deptype = 'e')
    UNION ALL
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'alembic%'
"""


def ask(database_url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(question.encode()).fetchall()


def revisions() -> list[str]:
    """Oldest first."""
    script = ScriptDirectory.from_config(migrations.config("postgresql://"))
    return [revision.revision for revision in script.walk_revisions()][::-1]


def downgrade(database_url: str, to: str) -> None:
    command.downgrade(migrations.config(database_url), to)


def test_up_down_and_up_again(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url)
    first = ask(empty_database_url, CATALOG)
    assert ask(empty_database_url, "SELECT version_num FROM alembic_version") == [(revisions()[-1],)]
    downgrade(empty_database_url, "base")
    assert ask(empty_database_url, EXTENSIONS_ALONE) == []
    migrations.upgrade(empty_database_url)
    assert ask(empty_database_url, CATALOG) == first


def test_every_step_can_be_taken_back(empty_database_url: str) -> None:
    catalogs = []
    for revision in revisions():
        command.upgrade(migrations.config(empty_database_url), revision)
        catalogs.append(ask(empty_database_url, CATALOG))
    for revision, catalog in zip(revisions()[-2::-1], catalogs[-2::-1], strict=True):
        downgrade(empty_database_url, revision)
        assert ask(empty_database_url, CATALOG) == catalog


def test_up_twice_changes_nothing(database_url: str) -> None:
    before = ask(database_url, CATALOG)
    migrations.upgrade(database_url)
    assert ask(database_url, CATALOG) == before


def test_the_template_of_the_tests_is_what_a_migration_makes(
    database_url: str, empty_database_url: str
) -> None:
    migrations.upgrade(empty_database_url)
    assert ask(database_url, CATALOG) == ask(empty_database_url, CATALOG)


def test_tables_and_metadata_are_in_step(database_url: str) -> None:
    command.check(migrations.config(database_url))


def offline() -> str:
    output = io.StringIO()
    migrations.write_sql(output)
    return output.getvalue()


def steps() -> Iterator[tuple[str, str]]:
    """Each revision with its SQL."""
    parts = re.split(r"-- Running upgrade .*-> (\S+)\n", offline())[1:]
    yield from zip(parts[::2], parts[1::2], strict=True)


def test_every_revision_sets_a_lock_timeout_first() -> None:
    found = dict(steps())
    assert list(found) == revisions()
    for revision, written in found.items():
        first = next(part for part in written.split(";") if "CREATE TABLE alembic_version" not in part)
        assert first.strip() == LOCK_TIMEOUT, revision


def test_every_way_back_sets_one_too() -> None:
    output = io.StringIO()
    newest = revisions()[-1]
    command.downgrade(migrations.config("postgresql://", output), f"{newest}:base", sql=True)
    parts = re.split(r"-- Running downgrade .*\n", output.getvalue())[1:]
    assert len(parts) == len(revisions())
    assert all(part.strip().startswith(LOCK_TIMEOUT) for part in parts)


def test_the_template_of_new_revisions_sets_one_too() -> None:
    template = (migrations.VERSIONS / "script.py.mako").read_text(encoding="utf-8")
    assert template.count(LOCK_TIMEOUT) == 2


def test_the_offline_sql_makes_the_same_database(database_url: str, empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(offline().encode())
    assert ask(empty_database_url, CATALOG) == ask(database_url, CATALOG)
    assert ask(empty_database_url, "SELECT version_num FROM alembic_version") == [(revisions()[-1],)]
