from uuid import UUID

import strawberry

from core.use_cases.verify_audit import Verification
from graphql_api.context import Info
from graphql_api.fields import resolved
from graphql_api.roles import DIRECTORS
from graphql_api.types.audit import AuditEntry, AuditVerification
from graphql_api.types.connection import Rows, connection
from graphql_api.types.node import history_of
from ports import audit

NOTHING = ("", UUID(int=0))
"""What an id that is none names: it has no history."""


@strawberry.type
class AuditQueries:
    @connection(AuditEntry, roles=DIRECTORS)
    async def audit_trail(self, info: Info, of: strawberry.ID) -> Rows[audit.AuditEntry]:
        """Who changed what, when, from what to what; of any Node, newest first."""
        key = history_of(info.context, of) or NOTHING
        return Rows(lambda work, page: work.audit.page(*key, page), lambda work: work.audit.count(*key))

    @resolved(AuditVerification, roles=DIRECTORS)
    async def verify_audit(self, info: Info) -> Verification:
        """Go along the whole audit trail and find the first entry that was altered or taken away."""
        return await info.context.use_cases.verify_audit()
