"""New payments have a trigger of their own, which names their columns: it writes what the other would."""

from bootstrap import Assembly
from core.use_cases.create_payments import CreatePayments
from ports.audit import Act
from ports.payments import PARTIES, REFERENCES, Atributo, ErrorPolicy
from ports.work import OpenWork
from tests.integration.records import NOW, PERSON, TODAY, payment, sent_payment, sql

WRITTEN = """
    SELECT facts -> 'after', personal -> 'after', to_jsonb(payments)
        - '{id,search,version,modificado_em,source}'::text[]
    FROM audit_entries JOIN payments ON payments.id = record_id ORDER BY number
"""
PERSONAL = {
    "descricao",
    "nome_cliente",
    "nome_fornecedor",
    "nome_transportadora",
    "nome_funcionario",
    "nome_usuario",
    "atributos",
}


async def test_of_a_new_payment_every_column_is_written(assembly: Assembly) -> None:
    """One payment for each kind of party, so that there is no column that is never filled."""
    texts = {"external_id", "codigo", *(name for reference in REFERENCES for name in reference.fields)}
    theirs = {name for party in PARTIES.values() for name in party.fields}
    settled = {"liquidado": True, "data_liquidacao": TODAY, "data_competencia": TODAY, "deletado_em": NOW}
    async with assembly.get(OpenWork)(Act("ana", "test")) as work:
        for entidade, party in PARTIES.items():
            filled = {name: f"{name} é" for name in texts - theirs | {*party.fields}}
            attributes = (Atributo("nota", "7"),)
            record = payment(**filled, **settled, entidade=entidade, atributos=attributes)
            assert not await work.payments.add_all([record])
        await work.commit()
    told: set[str] = set()
    for facts, personal, row in await sql(assembly.engine, WRITTEN):
        stands = {name: value for name, value in row.items() if value is not None}
        assert facts == {name: value for name, value in stands.items() if name not in PERSONAL}
        assert personal == {name: value for name, value in stands.items() if name in PERSONAL}
        told |= stands.keys()
    assert told == row.keys()


async def test_no_two_salts_are_alike(assembly: Assembly) -> None:
    rows = [sent_payment(codigo=str(n)) for n in range(50)]
    await assembly.get(CreatePayments)(rows, ErrorPolicy.REJECT_ALL, by=PERSON)
    await assembly.get(CreatePayments)(rows, ErrorPolicy.REJECT_ALL, by=PERSON)
    salts = await sql(assembly.engine, "SELECT facts_salt, personal_salt FROM audit_entries")
    assert len(salts) > 100
    assert len({salt for pair in salts for salt in pair}) == 2 * len(salts)
