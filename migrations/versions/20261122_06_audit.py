"""The audit trail, and the role that the application works as.

The role may change what it keeps, but of the audit trail it may only read and seal: entries are written by a
trigger that is the owner's.
"""

from alembic import op

revision = "20261122_06"
down_revision = "20261122_05"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE TABLE audit_entries (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    by VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    record_id UUID NOT NULL,
    facts JSONB NOT NULL,
    facts_salt UUID DEFAULT gen_random_uuid() NOT NULL,
    personal JSONB,
    personal_salt UUID DEFAULT gen_random_uuid(),
    PRIMARY KEY (number)
);

CREATE INDEX audit_entries_of ON audit_entries (record_id, number);

CREATE TABLE audit_unsealed (
    number BIGINT NOT NULL,
    PRIMARY KEY (number)
);

CREATE TABLE audit_links (
    position BIGINT NOT NULL,
    number BIGINT NOT NULL,
    facts_digest BYTEA NOT NULL,
    personal_digest BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (position),
    CONSTRAINT audit_links_number UNIQUE (number)
);

-- One entry for each row of the statement that really changed. Arguments: the kind of record; the column with
-- its id; columns that are no news; columns that can name a person.
CREATE FUNCTION audit_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    author CONSTANT text := coalesce(nullif(current_setting('concilia.by', true), ''), session_user);
    act CONSTANT text := coalesce(nullif(current_setting('concilia.action', true), ''), lower(TG_OP));
    quiet CONSTANT text[] := TG_ARGV[2];
    persons CONSTANT text[] := TG_ARGV[3];
    not_facts CONSTANT text[] := quiet || persons;
    not_persons CONSTANT text[] := array(
        SELECT attname FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND attname <> ALL (persons)
    );
BEGIN
    IF TG_OP = 'UPDATE' THEN
        WITH changed AS (
            SELECT (old_row ->> TG_ARGV[1])::uuid AS id, diff.*
            FROM old_rows AS o
            JOIN new_rows AS n ON n.id = o.id,
                to_jsonb(o) AS old_row,
                to_jsonb(n) AS new_row,
                LATERAL (
                    SELECT
                        jsonb_object_agg(key, b.value) FILTER (WHERE key <> ALL (persons)) AS before,
                        jsonb_object_agg(key, a.value) FILTER (WHERE key <> ALL (persons)) AS after,
                        jsonb_object_agg(key, b.value) FILTER (WHERE key = ANY (persons)) AS person_before,
                        jsonb_object_agg(key, a.value) FILTER (WHERE key = ANY (persons)) AS person_after,
                        count(*) AS fields
                    FROM jsonb_each(old_row - quiet) AS b JOIN jsonb_each(new_row - quiet) AS a USING (key)
                    WHERE a.value <> b.value
                ) AS diff
        ), entries AS (
            INSERT INTO audit_entries (by, action, kind, record_id, facts, personal)
            SELECT author, act, TG_ARGV[0], id,
                jsonb_strip_nulls(jsonb_build_object('before', before, 'after', after)),
                CASE WHEN person_after IS NOT NULL
                    THEN jsonb_build_object('before', person_before, 'after', person_after) END
            FROM changed WHERE fields > 0
            RETURNING number
        )
        INSERT INTO audit_unsealed SELECT number FROM entries;
    ELSIF TG_OP = 'INSERT' THEN
        WITH entries AS (
            INSERT INTO audit_entries (by, action, kind, record_id, facts, personal)
            SELECT author, act, TG_ARGV[0], (new_row ->> TG_ARGV[1])::uuid,
                jsonb_build_object('after', new_row - not_facts),
                jsonb_build_object('after', new_row - not_persons)
            FROM new_rows AS n, jsonb_strip_nulls(to_jsonb(n)) AS new_row
            RETURNING number
        )
        INSERT INTO audit_unsealed SELECT number FROM entries;
    ELSE
        WITH entries AS (
            INSERT INTO audit_entries (by, action, kind, record_id, facts, personal)
            SELECT author, act, TG_ARGV[0], (old_row ->> TG_ARGV[1])::uuid,
                jsonb_build_object('before', old_row - not_facts),
                jsonb_build_object('before', old_row - not_persons)
            FROM old_rows AS o, jsonb_strip_nulls(to_jsonb(o)) AS old_row
            RETURNING number
        )
        INSERT INTO audit_unsealed SELECT number FROM entries;
    END IF;
    RETURN NULL;
END $$;

DO $$ BEGIN
    CREATE ROLE concilia_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    -- A role is the whole server's: another database has brought it.
END $$;

GRANT concilia_app TO CURRENT_USER;

GRANT USAGE ON SCHEMA public TO concilia_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO concilia_app;

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO concilia_app;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO concilia_app;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO concilia_app;

REVOKE INSERT, UPDATE, DELETE ON alembic_version, audit_entries FROM concilia_app;

REVOKE UPDATE, DELETE ON audit_links FROM concilia_app;

REVOKE INSERT, UPDATE ON audit_unsealed FROM concilia_app;
"""

AUDITED = {
    "payments": (
        ("payment", "id"),
        ("id", "search", "version", "modificado_em", "source"),
        (
            "descricao",
            "nome_cliente",
            "nome_fornecedor",
            "nome_transportadora",
            "nome_funcionario",
            "nome_usuario",
            "atributos",
        ),
    ),
    "clients": (
        ("client", "id"),
        ("id", "search", "version", "created_at", "updated_at", "source", "omie_codigo"),
        ("name", "document", "contact_email"),
    ),
    "client_links": (("client", "client_id"), ("client_id", "position"), ()),
    "contracts": (("contract", "id"), ("id", "version", "created_at", "updated_at", "source"), ("title",)),
    "contract_prices": (("contract", "contract_id"), ("contract_id",), ()),
    "register_entries": (("reference", "id"), ("id", "search", "source"), ("name",)),
    "tolerance_rules": (("rule", "id"), ("id",), ()),
}
"""Kind and key, columns that are no news, columns that can name a person."""

CHILDREN = ("client_links", "contract_prices")
"""Their rows come and go and never change."""


def _triggers() -> str:
    statements = []
    for table, ((kind, key), quiet, persons) in AUDITED.items():
        arguments = f"'{kind}', '{key}', '{{{','.join(quiet)}}}', '{{{','.join(persons)}}}'"
        for operation, rows in (
            ("INSERT", "NEW TABLE AS new_rows"),
            ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
            ("DELETE", "OLD TABLE AS old_rows"),
        ):
            if operation == "UPDATE" and table in CHILDREN:
                continue
            statements.append(
                f"CREATE TRIGGER audit_{operation.lower()} AFTER {operation} ON {table} "
                f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION audit_changes({arguments});"
            )
    return "\n\n".join(statements)


DOWNGRADE = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM concilia_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM concilia_app;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM concilia_app;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM concilia_app;
REVOKE ALL ON SCHEMA public FROM concilia_app;
DROP FUNCTION audit_changes CASCADE;
DROP TABLE audit_links;
DROP TABLE audit_unsealed;
DROP TABLE audit_entries;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)
    op.execute(_triggers())


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
