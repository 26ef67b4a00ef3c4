from uuid import UUID

import strawberry

from core.use_cases.verify_audit import Verification
from graphql_api.context import Info
from graphql_api.fields import resolved
from graphql_api.roles import DIRECTORS
from graphql_api.types.audit import AuditEntry, AuditVerification
from graphql_api.types.connection import Rows, connection
from ports import audit
from ports.acknowledgements import acknowledgement_id
from ports.ids import parse_public_id
from ports.reconciliations import LineRef

NOTHING = ("", UUID(int=0))
"""What an id that is none names: it has no history."""


def _audited(node_id: str, erp_account: str | None) -> tuple[str, UUID]:
    """Kind and id under which the trail knows a record; a line by its acknowledgement's."""
    if ref := LineRef.of_public_id(node_id):
        return "line", acknowledgement_id(erp_account, ref)
    return parse_public_id(node_id) or NOTHING


@strawberry.type
class AuditQueries:
    @connection(AuditEntry, roles=DIRECTORS)
    async def audit_trail(self, info: Info, of: strawberry.ID) -> Rows[audit.AuditEntry]:
        """Who changed what, when, from what to what; of any Node, newest first."""
        key = _audited(of, info.context.erp_account)
        return Rows(lambda work, page: work.audit.page(*key, page), lambda work: work.audit.count(*key))

    @resolved(AuditVerification, roles=DIRECTORS)
    async def verify_audit(self, info: Info) -> Verification:
        """Go along the whole audit trail and find the first entry that was altered or taken away."""
        return await info.context.use_cases.verify_audit()
