"""Payments, clients, contracts."""

from alembic import op

revision = "20261122_01"
down_revision = None
branch_labels = None
depends_on = None

UPGRADE = """
CREATE EXTENSION IF NOT EXISTS unaccent;

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- What searches compare: no accents, no case. Immutable, so that columns and indexes may hold it.
CREATE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1));

CREATE TABLE payments (
    id UUID NOT NULL,
    external_id VARCHAR,
    codigo VARCHAR,
    descricao VARCHAR NOT NULL,
    valor NUMERIC(15, 2) NOT NULL,
    juros NUMERIC(15, 2) NOT NULL,
    desconto NUMERIC(15, 2) NOT NULL,
    taxa_banco NUMERIC(15, 2) NOT NULL,
    taxa_operadora NUMERIC(15, 2) NOT NULL,
    valor_total NUMERIC(15, 2) NOT NULL,
    data_vencimento DATE NOT NULL,
    data_liquidacao DATE,
    data_competencia DATE,
    cadastrado_em TIMESTAMP WITH TIME ZONE NOT NULL,
    modificado_em TIMESTAMP WITH TIME ZONE NOT NULL,
    deletado_em TIMESTAMP WITH TIME ZONE,
    plano_contas_id VARCHAR,
    plano_contas_external_id VARCHAR,
    nome_plano_conta VARCHAR,
    centro_custo_id VARCHAR,
    centro_custo_external_id VARCHAR,
    nome_centro_custo VARCHAR,
    conta_bancaria_id VARCHAR,
    conta_bancaria_external_id VARCHAR,
    nome_conta_bancaria VARCHAR,
    forma_pagamento_id VARCHAR,
    forma_pagamento_external_id VARCHAR,
    nome_forma_pagamento VARCHAR,
    entidade VARCHAR(1) NOT NULL,
    cliente_id VARCHAR,
    cliente_external_id VARCHAR,
    nome_cliente VARCHAR,
    fornecedor_id VARCHAR,
    fornecedor_external_id VARCHAR,
    nome_fornecedor VARCHAR,
    transportadora_id VARCHAR,
    transportadora_external_id VARCHAR,
    nome_transportadora VARCHAR,
    funcionario_id VARCHAR,
    funcionario_external_id VARCHAR,
    nome_funcionario VARCHAR,
    liquidado BOOLEAN NOT NULL,
    usuario_id VARCHAR,
    usuario_external_id VARCHAR,
    nome_usuario VARCHAR,
    loja_id VARCHAR,
    loja_external_id VARCHAR,
    nome_loja VARCHAR,
    atributos JSONB NOT NULL,
    source VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    search VARCHAR GENERATED ALWAYS AS (fold(coalesce(descricao, '') || ' ' || coalesce(codigo, '') || '
        ' || coalesce(external_id, '') || ' ' || coalesce(nome_cliente, '') || ' ' ||
        coalesce(nome_fornecedor, '') || ' ' || coalesce(nome_transportadora, '') || ' ' ||
        coalesce(nome_funcionario, ''))) STORED NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT payments_total CHECK (valor_total = valor + juros - desconto - taxa_banco -
        taxa_operadora),
    CONSTRAINT payments_amounts CHECK (valor >= 0 AND juros >= 0 AND desconto >= 0 AND taxa_banco >= 0
        AND taxa_operadora >= 0 AND valor_total >= 0),
    CONSTRAINT payments_settled CHECK (liquidado = (data_liquidacao IS NOT NULL)),
    CONSTRAINT payments_descricao CHECK (length(descricao) BETWEEN 3 AND 500),
    CONSTRAINT payments_cliente CHECK ((entidade = 'C' AND cliente_id IS NOT NULL AND cliente_external_id
        IS NOT NULL) OR (entidade <> 'C' AND cliente_id IS NULL AND cliente_external_id IS NULL AND
        nome_cliente IS NULL)),
    CONSTRAINT payments_fornecedor CHECK ((entidade = 'F' AND fornecedor_id IS NOT NULL AND
        fornecedor_external_id IS NOT NULL) OR (entidade <> 'F' AND fornecedor_id IS NULL AND
        fornecedor_external_id IS NULL AND nome_fornecedor IS NULL)),
    CONSTRAINT payments_transportadora CHECK ((entidade = 'T' AND transportadora_id IS NOT NULL AND
        transportadora_external_id IS NOT NULL) OR (entidade <> 'T' AND transportadora_id IS NULL AND
        transportadora_external_id IS NULL AND nome_transportadora IS NULL)),
    CONSTRAINT payments_funcionario CHECK ((entidade = 'U' AND funcionario_id IS NOT NULL AND
        funcionario_external_id IS NOT NULL) OR (entidade <> 'U' AND funcionario_id IS NULL AND
        funcionario_external_id IS NULL AND nome_funcionario IS NULL)),
    CONSTRAINT entidade CHECK (entidade IN ('C', 'F', 'T', 'U'))
);

CREATE INDEX payments_by_due ON payments (data_vencimento, id);

CREATE UNIQUE INDEX payments_live_external_id ON payments (external_id) WHERE deletado_em IS NULL;

CREATE INDEX payments_search ON payments USING gin (search gin_trgm_ops);

CREATE TABLE clients (
    id UUID NOT NULL,
    name VARCHAR NOT NULL,
    document VARCHAR,
    contact_email VARCHAR,
    active BOOLEAN NOT NULL,
    omie_codigo VARCHAR,
    source VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    search VARCHAR GENERATED ALWAYS AS (fold(coalesce(name, '') || ' ' || coalesce(document, '') || ' '
        || coalesce(contact_email, ''))) STORED NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX clients_by_name ON clients (fold(name), id);

CREATE UNIQUE INDEX clients_document ON clients (document) WHERE document IS NOT NULL;

CREATE INDEX clients_search ON clients USING gin (search gin_trgm_ops);

CREATE TABLE client_links (
    source VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    client_id UUID NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (source, code),
    FOREIGN KEY(client_id) REFERENCES clients (id) ON DELETE CASCADE
);

CREATE INDEX client_links_client ON client_links (client_id, position);

CREATE TABLE contracts (
    id UUID NOT NULL,
    external_id VARCHAR,
    client_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    cadence VARCHAR(40) NOT NULL,
    pro_rata BOOLEAN NOT NULL,
    billing_day INTEGER,
    source VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT contracts_days CHECK (ends_on IS NULL OR ends_on >= starts_on),
    CONSTRAINT contracts_billing_day CHECK (billing_day BETWEEN 1 AND 31),
    FOREIGN KEY(client_id) REFERENCES clients (id) ON DELETE CASCADE,
    CONSTRAINT cadence CHECK (cadence IN ('MONTHLY', 'QUARTERLY', 'YEARLY'))
);

CREATE INDEX contracts_client ON contracts (client_id);

CREATE UNIQUE INDEX contracts_live_external_id ON contracts (external_id) WHERE deleted_at IS NULL;

CREATE TABLE contract_prices (
    contract_id UUID NOT NULL,
    since DATE NOT NULL,
    mrr NUMERIC(15, 2) NOT NULL,
    PRIMARY KEY (contract_id, since),
    CONSTRAINT contract_prices_mrr CHECK (mrr >= 0),
    FOREIGN KEY(contract_id) REFERENCES contracts (id) ON DELETE CASCADE
);

CREATE TABLE idempotency_keys (
    record_id UUID NOT NULL,
    mutation VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (record_id),
    CONSTRAINT idempotency_keys_use UNIQUE (mutation, subject, key)
);
"""

DOWNGRADE = """
DROP TABLE idempotency_keys;
DROP TABLE contract_prices;
DROP TABLE contracts;
DROP TABLE client_links;
DROP TABLE clients;
DROP TABLE payments;
DROP FUNCTION fold;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
