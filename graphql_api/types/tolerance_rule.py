from datetime import datetime
from uuid import UUID

import strawberry

from graphql_api.context import Context, Info
from graphql_api.fields import plain, resolved
from graphql_api.roles import FINANCE_TEAM
from graphql_api.scalars import Decimal, Money
from graphql_api.types.client import Client
from graphql_api.types.node import Node, by_uuid, node_type
from ports.clients import ClientRecord
from ports.tolerance_rules import ToleranceRuleRecord


async def _load(context: Context, key: UUID) -> ToleranceRuleRecord | None:
    async with context.open_work() as work:
        return await work.rules.get(key)


@node_type(
    by_uuid("rule", ToleranceRuleRecord, FINANCE_TEAM, _load),
    "How much billed may differ from expected; each change is a new version.",
)
class ToleranceRule(Node):
    version: int = plain("Counts all rules, overrides too; 1 is the first one, from the configuration.")
    percent: Decimal = plain("Percent of what is expected.")
    minimum: Money = plain("Used where the percent is less.")

    @resolved(Client | None)
    async def client(self, info: Info, root: strawberry.Parent[ToleranceRuleRecord]) -> ClientRecord | None:
        """Whom it is an override for; null when it is for all clients."""
        return await info.context.loaders.clients.load(root.client_id) if root.client_id else None

    valid_from: datetime = plain("Since when it is in force.")
    set_by: str = plain("Subject of the caller who set it.")
