from datetime import datetime

import strawberry
from strawberry.utils.str_converters import to_camel_case

from core.audit import changes
from core.use_cases.verify_audit import Verification
from graphql_api.context import Info
from graphql_api.fields import plain, resolved
from graphql_api.texts import Language, Text
from ports.audit import AuditEntry as Entry

INTACT = Text("A trilha está íntegra.", "The trail is intact.")
MISSING = Text("O registro {entry} foi retirado.", "Entry {entry} is missing.")
ALTERED = Text("O registro {entry} foi alterado.", "Entry {entry} was altered.")
UNSEALED = Text(
    "Ainda fora da cadeia: {entries} registros.", "Not linked into the chain yet: {entries} entries."
)


def entry_id(number: int) -> strawberry.ID:
    return strawberry.ID(f"audit_{number}")


@strawberry.type(description="A field as it was and as it is.")
class FieldChange:
    field: str = plain("The field's name.")
    before: str | None = plain("Its value before; null when there was none.")
    after: str | None = plain("Its value after; null when there is none.")


@strawberry.type(description="One change of one record. What was erased since is not among its changes.")
class AuditEntry:
    at: datetime = plain("When.")
    by: str = plain("Who: the caller's subject, or what acts on its own.")
    action: str = plain("What was done, such as settlePayment.")

    @resolved()
    def id(self, root: strawberry.Parent[Entry]) -> strawberry.ID:
        """Names the entry where `verifyAudit` finds it broken."""
        return entry_id(root.number)

    @resolved()
    def changes(self, root: strawberry.Parent[Entry]) -> list[FieldChange]:
        """Each field that changed, with its values as they are stored."""
        return [
            FieldChange(field=to_camel_case(change.field), before=change.before, after=change.after)
            for change in changes(root)
        ]


@strawberry.type(description="Whether the audit trail is what it was.")
class AuditVerification:
    @resolved()
    def intact(self, root: strawberry.Parent[Verification]) -> bool:
        """Whether every linked entry is there and unaltered."""
        return root.broken is None

    @resolved()
    def entries(self, root: strawberry.Parent[Verification]) -> int:
        """Linked entries looked at, up to the first broken one."""
        return root.entries

    @resolved()
    def sealed_up_to(self, root: strawberry.Parent[Verification]) -> datetime | None:
        """The moment of the newest linked entry; later ones are not linked into the chain yet."""
        return root.tail.sealed_up_to

    @resolved()
    def first_broken(self, root: strawberry.Parent[Verification]) -> strawberry.ID | None:
        """The first entry that was altered or taken away."""
        return entry_id(root.broken.number) if root.broken else None

    @resolved()
    def message(self, info: Info, root: strawberry.Parent[Verification]) -> str:
        """The result in a sentence, with the entries that are not linked yet."""
        return summary(root, info.context.language)


def summary(found: Verification, language: Language) -> str:
    """How the trail stands, in words."""
    said = [INTACT.say(language)]
    if found.broken:
        text = MISSING if found.broken.missing else ALTERED
        said = [text.say(language, entry=entry_id(found.broken.number))]
    if found.tail.entries:
        said.append(UNSEALED.say(language, entries=found.tail.entries))
    return " ".join(said)
