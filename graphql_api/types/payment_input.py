"""What may be sent of a payment: derived from the type that shows it, so that nothing is written twice."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.tools import create_type
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryList, StrawberryOptional
from strawberry.utils.str_converters import to_camel_case

from core.payment import WRITABLE
from graphql_api.fields import plain
from graphql_api.types.payment import Payment
from ports.payments import Atributo

REQUIRED = ("descricao", "valor", "data_vencimento", "entidade")
CHECKED = "valor_total"
SETTLED = "liquidado"


@strawberry.input(name="AtributoInput", description="A custom attribute of a payment.")
class AttributeInput:
    chave: str = plain("Its name, 1 to 100 characters.")
    valor: str = plain("Its value, at most 1000 characters.")


def _derived(name: str, description: str, names: Sequence[str], required: Sequence[str]) -> Any:
    shown = {field.python_name: field for field in get_object_definition(Payment, strict=True).fields}
    fields = []
    for writable in names:
        kind = shown[writable].type
        if writable == "atributos":
            kind = StrawberryList(AttributeInput)
        if writable not in required and not isinstance(kind, StrawberryOptional):
            kind = StrawberryOptional(kind)
        options = {} if writable in required else {"default": UNSET}
        field = plain(shown[writable].description or "", graphql_type=kind, **options)
        field.python_name = writable
        fields.append(field)
    derived = create_type(name, fields, is_input=True, description=description)
    get_object_definition(derived, strict=True).from_input = _sent
    return derived


FIELDS = {to_camel_case(name): name for name in (*WRITABLE, CHECKED)}


def _sent(_derived: type, given: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """What the caller wrote, by field name; what was left out is not in it.

    Resolvers get this in place of an object: of thousands, making objects would take a third of the time.
    """
    values = {FIELDS[name]: value for name, value in given.items()}
    if values.get("atributos") is not None:
        values["atributos"] = tuple(Atributo(**item) for item in values["atributos"])
    return values


PaymentInput = _derived(
    "PaymentInput",
    "A new payment. Empty strings mean absent. A sent valorTotal is checked against the formula.",
    (*WRITABLE, CHECKED),
    REQUIRED,
)
PaymentPatch = _derived(
    "PaymentPatch",
    'Changes to a payment. A field left out stays; null or "" clears it. '
    "Another entidade demands its party and clears the old one's.",
    [name for name in (*WRITABLE, CHECKED) if name != SETTLED],
    (),
)
