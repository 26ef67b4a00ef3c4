from ports.erp import (
    Entity,
    ErpClient,
    ErpGateway,
    ErpIssue,
    ErpNotConfigured,
    ErpPage,
    ErpRegisterEntry,
    ErpSettlement,
    ErpTitle,
    Side,
    Since,
)


class NoErp(ErpGateway):
    """Stands where the ERP would, when no credentials are set."""

    @property
    def source(self) -> str | None:
        return None

    async def clients(self, page: int, since: Since | None = None) -> ErpPage[ErpClient]:
        raise ErpNotConfigured

    async def titles(self, side: Side, page: int, since: Since | None = None) -> ErpPage[ErpTitle]:
        raise ErpNotConfigured

    async def settlements(self, side: Side, page: int, since: Since | None = None) -> ErpPage[ErpSettlement]:
        raise ErpNotConfigured

    async def register(self, kind: Entity, page: int) -> ErpPage[ErpRegisterEntry]:
        raise ErpNotConfigured

    async def client(self, code: str) -> ErpClient | ErpIssue | None:
        raise ErpNotConfigured

    async def title(self, side: Side, external_id: str) -> ErpTitle | ErpIssue | None:
        raise ErpNotConfigured

    async def settlement(self, side: Side, external_id: str) -> ErpSettlement | ErpIssue | None:
        raise ErpNotConfigured
