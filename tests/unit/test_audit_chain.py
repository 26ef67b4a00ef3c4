"""The chain of the audit trail: whole as it was made, broken wherever somebody laid hands on it."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit import Break, FieldChange, Inspection, changes, links
from ports.audit import AuditEntry, Linked

AT = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def an_entry(number: int = 1, **fields: object) -> AuditEntry:
    whole: dict[str, object] = {
        "number": number,
        "at": AT,
        "by": "ana",
        "action": "settlePayment",
        "kind": "payment",
        "record_id": UUID(int=number),
        "facts": '{"after": {"valor": 10.50}}',
        "facts_salt": uuid4(),
        "personal": '{"after": {"nome_cliente": "Rui"}}',
        "personal_salt": uuid4(),
    }
    return AuditEntry(**whole | fields)  # type: ignore[arg-type]


def a_chain(*entries: AuditEntry) -> list[Linked]:
    return [Linked(link, entry) for link, entry in zip(links(None, entries), entries, strict=True)]


def inspected(chain: list[Linked]) -> Inspection:
    inspection = Inspection()
    inspection.go_on(chain)
    return inspection


@given(st.lists(st.integers(0, 10), max_size=5))
def test_a_chain_made_in_parts_holds_in_parts(sizes: list[int]) -> None:
    chain: list[Linked] = []
    for size in sizes:
        entries = [an_entry(len(chain) + n) for n in range(1, size + 1)]
        newest = chain[-1].link if chain else None
        chain += [Linked(link, entry) for link, entry in zip(links(newest, entries), entries, strict=True)]
    inspection = Inspection()
    assert all(inspection.go_on([linked]) for linked in chain)
    assert (inspection.entries, inspection.broken) == (sum(sizes), None)


ALTERED = {
    "a figure": {"facts": '{"after": {"valor": 10.51}}'},
    "a name": {"personal": '{"after": {"nome_cliente": "Eva"}}'},
    "a name taken out with its salt left": {"personal": None},
    "the author": {"by": "rui"},
    "the act": {"action": "deletePayment"},
    "the moment": {"at": AT.replace(microsecond=123457)},
    "the kind": {"kind": "client"},
    "the record": {"record_id": UUID(int=9)},
    "a salt": {"facts_salt": uuid4()},
}


@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
def test_an_altered_entry_is_named(change: dict[str, object]) -> None:
    chain = a_chain(an_entry(1), an_entry(2), an_entry(3))
    chain[1] = Linked(chain[1].link, replace(an_entry(2), **change))  # type: ignore[arg-type]
    assert inspected(chain).broken == Break(2, missing=False)


def test_a_missing_entry_is_named() -> None:
    chain = a_chain(an_entry(1), an_entry(2), an_entry(3))
    chain[1] = Linked(chain[1].link, None)
    assert inspected(chain).broken == Break(2, missing=True)


def test_a_link_taken_out_with_its_entry_shows_at_the_next() -> None:
    chain = a_chain(an_entry(1), an_entry(2), an_entry(3))
    del chain[1]
    assert inspected(chain).broken == Break(3, missing=False)


def test_two_entries_that_changed_places() -> None:
    first, second = a_chain(an_entry(1), an_entry(2))
    assert inspected([second, first]).broken == Break(2, missing=False)


def test_an_altered_link_shows() -> None:
    chain = a_chain(an_entry(1), an_entry(2))
    chain[0] = Linked(replace(chain[0].link, hash=bytes(32)), chain[0].entry)
    assert inspected(chain).broken == Break(1, missing=False)


def test_erasing_a_person_leaves_the_chain_whole() -> None:
    chain = a_chain(an_entry(1), an_entry(2))
    entry = chain[0].entry
    assert entry is not None
    chain[0] = Linked(chain[0].link, replace(entry, personal=None, personal_salt=None))
    assert inspected(chain).broken is None
    forged = replace(entry, personal=None, personal_salt=None, facts='{"after": {"valor": 0.01}}')
    chain[0] = Linked(chain[0].link, forged)
    assert inspected(chain).broken == Break(1, missing=False)


def test_the_same_value_has_another_digest_in_every_entry() -> None:
    one, two = a_chain(an_entry(1), an_entry(2))
    assert one.link.personal_digest != two.link.personal_digest


def test_changes_of_facts_and_persons_together() -> None:
    entry = an_entry(
        facts='{"before": {"valor": 1599.90, "codigo": "1"}, "after": {"valor": 10000000000000.01}}',
        personal='{"before": {"atributos": []}, "after": {"atributos": [{"chave": "ção"}], "pago": true}}',
    )
    assert changes(entry) == [
        FieldChange("atributos", "[]", '[{"chave": "ção"}]'),
        FieldChange("codigo", "1", None),
        FieldChange("pago", None, "true"),
        FieldChange("valor", "1599.90", "10000000000000.01"),
    ]
    assert changes(replace(entry, personal=None))[0].field == "codigo"
