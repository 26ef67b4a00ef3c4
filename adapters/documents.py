from validate_docbr import CNPJ, CPF

from ports.documents import DocumentRules


class DocbrRules(DocumentRules):
    """Check digits by validate-docbr, which knows the alphanumeric CNPJ."""

    def genuine(self, document: str) -> bool:
        rules = CPF() if len(document) == 11 else CNPJ()
        return bool(rules.validate(document))
