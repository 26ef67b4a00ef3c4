from uuid import UUID

from graphql_api.context import Context
from graphql_api.fields import plain
from graphql_api.roles import EVERYONE
from graphql_api.types.node import Node, by_uuid, node_type
from ports.registers import ReferenceKind, ReferenceRecord


async def _load(context: Context, key: UUID) -> ReferenceRecord | None:
    async with context.open_work() as work:
        return await work.registers.get(key)


@node_type(
    by_uuid("reference", ReferenceRecord, EVERYONE, _load),
    "An entry of a register that payments refer to. Filled from use, and by hand.",
)
class Reference(Node):
    kind: ReferenceKind = plain("The register.")
    code: str = plain("The id by which payments name it, such as planoContasId.")
    external_id: str | None = plain("Its id in external systems.")
    name: str = plain("Its name; its code until a name is known.")
    active: bool = plain("Whether it may still be chosen.")
