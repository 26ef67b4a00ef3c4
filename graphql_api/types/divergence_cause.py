import strawberry

from graphql_api.cause_texts import explanation
from graphql_api.context import Info
from graphql_api.fields import plain, resolved
from graphql_api.scalars import Money
from graphql_api.types.client import Contract
from graphql_api.types.title import Title
from ports.causes import Cause, CauseKind


@strawberry.type(description="Why a part of billed is not expected.")
class DivergenceCause:
    kind: CauseKind = plain("What it is.")
    amount: Money = plain("Signed as divergence is: billed - expected.")

    @resolved()
    def explanation(self, info: Info, root: strawberry.Parent[Cause]) -> str:
        """The cause in a sentence."""
        return explanation(root, info.context.language)

    titles: list[Title] = plain("The ERP's titles behind it.")
    contract: Contract | None = plain("The contract behind it.")
