from ports.erp import ErpClient, ErpGateway, ErpNotConfigured, ErpPage, ErpTitle


class NoErp(ErpGateway):
    """Stands where the ERP would, when no credentials are set."""

    @property
    def source(self) -> None:
        return None

    async def clients(self, page: int) -> ErpPage[ErpClient]:
        raise ErpNotConfigured

    async def receivables(self, page: int) -> ErpPage[ErpTitle]:
        raise ErpNotConfigured
