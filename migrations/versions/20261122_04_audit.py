"""Registers, the audit trail, and the role that the application works as.

The role may change what it keeps, but of the audit trail it may only read and seal: entries are written by a
trigger that is the owner's.
"""

from alembic import op

revision = "20261122_04"
down_revision = "20261122_03"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE TABLE register_entries (
    id UUID NOT NULL,
    kind VARCHAR(40) NOT NULL,
    code VARCHAR NOT NULL,
    external_id VARCHAR,
    name VARCHAR NOT NULL,
    active BOOLEAN NOT NULL,
    source VARCHAR NOT NULL,
    search VARCHAR GENERATED ALWAYS AS (fold(coalesce(name, '') || ' ' || coalesce(code, '') || ' ' ||
        coalesce(external_id, ''))) STORED NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT register_entries_key UNIQUE (kind, code),
    CONSTRAINT referencekind CHECK (kind IN ('PLANO_CONTAS', 'CENTRO_CUSTO', 'CONTA_BANCARIA',
        'FORMA_PAGAMENTO', 'FORNECEDOR', 'TRANSPORTADORA', 'FUNCIONARIO', 'LOJA'))
);

CREATE INDEX register_entries_by_name ON register_entries (kind, fold(name), id);

CREATE INDEX register_entries_search ON register_entries USING gin (search gin_trgm_ops);

-- One key may now stand for many records, and for refusals.
ALTER TABLE idempotency_keys ADD COLUMN outcomes JSONB;

UPDATE idempotency_keys SET outcomes = jsonb_build_array(record_id);

-- No release has the old shape.
-- squawk-ignore ban-drop-constraint
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey;

-- squawk-ignore ban-drop-constraint
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_use;

-- squawk-ignore ban-drop-column
ALTER TABLE idempotency_keys DROP COLUMN record_id;

ALTER TABLE idempotency_keys ADD PRIMARY KEY (mutation, subject, key);

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

-- What of a row can name a person; nothing at all is NULL.
CREATE FUNCTION audit_pick(jsonb, text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT jsonb_object_agg(name, $1 -> name) FROM unnest($2) AS name WHERE $1 ->> name IS NOT NULL);

-- One entry for each row of the statement that really changed. Arguments: the kind of record; the column with
-- its id; columns that are no news; columns that can name a person.
CREATE FUNCTION audit_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    author CONSTANT text := coalesce(nullif(current_setting('concilia.by', true), ''), session_user);
    act CONSTANT text := coalesce(nullif(current_setting('concilia.action', true), ''), lower(TG_OP));
    quiet CONSTANT text[] := TG_ARGV[2];
    persons CONSTANT text[] := TG_ARGV[3];
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
                jsonb_build_object('after', jsonb_strip_nulls(new_row - quiet - persons)),
                CASE WHEN person IS NOT NULL THEN jsonb_build_object('after', person) END
            FROM new_rows AS n, to_jsonb(n) AS new_row, audit_pick(new_row, persons) AS person
            RETURNING number
        )
        INSERT INTO audit_unsealed SELECT number FROM entries;
    ELSE
        WITH entries AS (
            INSERT INTO audit_entries (by, action, kind, record_id, facts, personal)
            SELECT author, act, TG_ARGV[0], (old_row ->> TG_ARGV[1])::uuid,
                jsonb_build_object('before', jsonb_strip_nulls(old_row - quiet - persons)),
                CASE WHEN person IS NOT NULL THEN jsonb_build_object('before', person) END
            FROM old_rows AS o, to_jsonb(o) AS old_row, audit_pick(old_row, persons) AS person
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
DROP FUNCTION audit_pick;
DROP TABLE audit_links;
DROP TABLE audit_unsealed;
DROP TABLE audit_entries;
-- Keys that stand for anything but one record have no place in the old shape.
DELETE FROM idempotency_keys WHERE coalesce(jsonb_array_length(outcomes), 0) <> 1
    OR jsonb_typeof(outcomes -> 0) <> 'string';
ALTER TABLE idempotency_keys ADD COLUMN record_id UUID;
UPDATE idempotency_keys SET record_id = (outcomes ->> 0)::uuid;
ALTER TABLE idempotency_keys ALTER COLUMN record_id SET NOT NULL, DROP COLUMN outcomes,
    DROP CONSTRAINT idempotency_keys_pkey, ADD PRIMARY KEY (record_id),
    ADD CONSTRAINT idempotency_keys_use UNIQUE (mutation, subject, key);
DROP TABLE register_entries;
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
