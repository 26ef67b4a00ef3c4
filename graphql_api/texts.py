"""What people read, in pt-BR and English. The codes are for machines and never change with the language."""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from ports.erp import IssueCode
from ports.errors import Fault, RefusalCode
from ports.sync_runs import SyncFailure


class Language(Enum):
    PORTUGUESE = "pt-BR"
    ENGLISH = "en"


class Text(NamedTuple):
    pt: str
    en: str

    def say(self, language: Language, **params: object) -> str:
        return (self.pt if language is Language.PORTUGUESE else self.en).format_map(params)


REFUSALS: Mapping[RefusalCode, Text] = {
    RefusalCode.INVALID: Text("Valor inválido.", "Not a valid value."),
    RefusalCode.MISSING: Text("Campo obrigatório.", "This is required."),
    RefusalCode.TOO_SHORT: Text("Texto curto demais.", "The text is too short."),
    RefusalCode.TOO_LONG: Text("Texto longo demais.", "The text is too long."),
    RefusalCode.TOO_MANY: Text("Itens demais.", "Too many items."),
    RefusalCode.TOTAL_MISMATCH: Text(
        "O total enviado não confere com o calculado.", "The total sent differs from the computed one."
    ),
    RefusalCode.SETTLED_WITHOUT_DATE: Text(
        "Liquidado exige data de liquidação.", "A settled payment needs its settlement date."
    ),
    RefusalCode.DATE_WITHOUT_SETTLEMENT: Text(
        "Data de liquidação só em pagamento liquidado.", "Only a settled payment has a settlement date."
    ),
    RefusalCode.EXTERNAL_ID_MISSING: Text(
        "O id exige o seu external id.", "The id needs its external id beside it."
    ),
    RefusalCode.WRONG_PARTY: Text(
        "Este campo é de outra parte, não desta entidade.", "This belongs to another party."
    ),
    RefusalCode.ALREADY_SETTLED: Text("O pagamento já está liquidado.", "The payment is settled already."),
    RefusalCode.NOT_SETTLED: Text("O pagamento não está liquidado.", "The payment is not settled."),
    RefusalCode.DELETED: Text("O registro está excluído.", "The record is deleted."),
    RefusalCode.NOT_DELETED: Text("O registro não está excluído.", "The record is not deleted."),
    RefusalCode.DUPLICATE_EXTERNAL_ID: Text(
        "Outro registro ativo já usa este external id.", "Another live record holds this external id."
    ),
    RefusalCode.DUPLICATE_DOCUMENT: Text(
        "Outro cliente já tem este CPF ou CNPJ.", "Another client has this document."
    ),
    RefusalCode.DUPLICATE_OMIE_CODE: Text(
        "Outro cliente já tem este código do ERP.", "Another client has this ERP code."
    ),
    RefusalCode.OWNED_BY_ERP: Text(
        "Cliente vinculado: este dado pertence ao ERP.", "The client is linked: this belongs to the ERP."
    ),
    RefusalCode.IDEMPOTENCY_KEY_REUSED: Text(
        "A chave de idempotência já foi usada com outra entrada.",
        "The idempotency key was used for another input.",
    ),
    RefusalCode.STALE_VERSION: Text(
        "O registro mudou desde a sua leitura.", "The record has changed since you read it."
    ),
    RefusalCode.NOT_FOUND: Text("Registro não encontrado.", "There is no such record."),
    RefusalCode.PERIOD_CLOSED: Text("O mês já está fechado.", "The month is closed already."),
    RefusalCode.PERIOD_NOT_CLOSED: Text("O mês não está fechado.", "The month is not closed."),
    RefusalCode.PERIOD_NOT_ENDED: Text("O mês ainda não terminou.", "The month has not ended yet."),
    RefusalCode.DATA_NOT_FRESH: Text(
        "Os dados do ERP não são recentes o bastante: sincronize antes de fechar.",
        "The ERP's data are not fresh enough: sync before closing.",
    ),
    RefusalCode.ERP_NOT_CONFIGURED: Text(
        "ERP não configurado: defina OMIE_APP_KEY e OMIE_APP_SECRET.",
        "No ERP is configured: set OMIE_APP_KEY and OMIE_APP_SECRET.",
    ),
    RefusalCode.SYNC_NOT_RUNNING: Text("O sync já terminou.", "The sync is over."),
}

WITH_FIGURES: Mapping[RefusalCode, Text] = {
    RefusalCode.INVALID: Text("Aceita-se: {allowed}.", "Accepted: {allowed}."),
    RefusalCode.STALE_VERSION: Text(
        "A divergência era {was} e agora é {now}.", "The divergence was {was} and is {now} now."
    ),
    RefusalCode.TOO_SHORT: Text("No mínimo {limit} caracteres.", "At least {limit} characters."),
    RefusalCode.TOO_LONG: Text("No máximo {limit} caracteres.", "At most {limit} characters."),
    RefusalCode.TOO_MANY: Text("No máximo {limit} itens.", "At most {limit} items."),
    RefusalCode.TOTAL_MISMATCH: Text(
        "O total enviado, {sent}, não confere com o calculado, {computed}.",
        "The total sent, {sent}, differs from the computed one, {computed}.",
    ),
}

FAILURES: Mapping[SyncFailure, Text] = {
    SyncFailure.CREDENTIALS_REJECTED: Text(
        "O Omie recusou as credenciais: confira OMIE_APP_KEY e OMIE_APP_SECRET.",
        "Omie refused the credentials: check OMIE_APP_KEY and OMIE_APP_SECRET.",
    ),
    SyncFailure.NOT_CONFIGURED: Text(
        "A conta deste sync não está mais configurada.", "This run's ERP account is not configured any more."
    ),
    SyncFailure.UNAVAILABLE: Text(
        "O Omie não respondeu, também depois de novas tentativas.",
        "Omie did not answer, not even when asked again.",
    ),
    SyncFailure.BROKEN_ANSWER: Text(
        "O Omie respondeu algo que não se entende ou recusou a pergunta.",
        "Omie answered something that cannot be understood, or refused the question.",
    ),
    SyncFailure.ENDLESS_LISTING: Text(
        "Uma listagem do Omie crescia sem fim enquanto era lida.",
        "A listing of Omie grew without end while it was read.",
    ),
    SyncFailure.INTERNAL: Text(
        "Falha interna; o registro do servidor tem os detalhes.",
        "An internal failure; the server's log has the details.",
    ),
}

ISSUES: Mapping[IssueCode, Text] = {
    IssueCode.UNREADABLE: Text("Registro ilegível.", "The record cannot be read."),
    IssueCode.NAME_MISSING: Text("Sem nome nem razão social.", "It has no name."),
    IssueCode.DOCUMENT_INVALID: Text(
        "CPF ou CNPJ inválido: {document}.", "Not a valid CPF or CNPJ: {document}."
    ),
    IssueCode.DOCUMENT_LINKED_ELSEWHERE: Text(
        "O documento é do cliente de código {linked_to}. Se for a mesma empresa, dê a esse cliente também o "
        "código {record}, com linkClient.",
        "The document is that of the client with code {linked_to}. If it is the same company, give that "
        "client code {record} too, with linkClient.",
    ),
    IssueCode.DOCUMENT_TAKEN: Text(
        "O documento é de outro cliente, que não tem código nesta conta. Se for a mesma empresa, dê a ele o "
        "código {record}, com linkClient.",
        "The document is that of another client, which has no code in this account. If it is the same "
        "company, give it code {record}, with linkClient.",
    ),
    IssueCode.DUE_DATE_MISSING: Text("Título sem vencimento.", "The title has no due date."),
    IssueCode.CLIENT_MISSING: Text("Título sem cliente.", "The title names no client."),
    IssueCode.AMOUNT_INVALID: Text("Valor ilegível ou negativo.", "The amount is unreadable or negative."),
}


@lru_cache(128)
def pick_language(accept_language: str) -> Language:
    """The first of our languages that `Accept-Language` names; pt-BR when it names none."""
    for part in accept_language.split(","):
        tag = part.split(";")[0].strip().lower()
        for language in Language:
            if tag.split("-")[0] == language.value.split("-")[0]:
                return language
    return Language.PORTUGUESE


def in_english(code: RefusalCode) -> str:
    return REFUSALS[code].en


def explain(fault: Fault, language: Language) -> str:
    """The fault as a sentence, with its figures where it has any."""
    text = WITH_FIGURES[fault.code] if fault.params and fault.code in WITH_FIGURES else REFUSALS[fault.code]
    return text.say(language, **fault.params)
