"""What the arguments mean, wherever they stand; one that means something else says so itself."""

from collections.abc import Mapping

from strawberry.types.field import StrawberryField

MEANINGS: Mapping[str, str] = {
    "active": "Only those in use, or only those that are not.",
    "basis": "Which date puts money in a period; by default RECONCILIATION_BASIS.",
    "client_id": "Of this client; of all of them when left out.",
    "data_liquidacao": "The day on which it was paid or received; not in the future.",
    "filter": "Which rows; all of them when left out.",
    "group_by": "What the sums are of.",
    "id": "Id of the record.",
    "idempotency_key": "The caller's own name for this call: the same key never does the work twice.",
    "input": "What to keep.",
    "inputs": "The rows, in the order in which their results come back.",
    "kind": "Only of this kind.",
    "line_ids": "Ids of lines of a reconciliation.",
    "lines": "Lines of a reconciliation.",
    "minimum": "Least tolerance, used where the percent is less.",
    "mode": "How much to read.",
    "months": "How many months, up to this one.",
    "note": "For people.",
    "of": "Id of any Node.",
    "omie_codigo": "The ERP's code of the client.",
    "on_error": "What becomes of sound rows beside faulty ones.",
    "order_by": "What comes first; the id decides among equals.",
    "owner": "Who takes care of it.",
    "percent": "Percent of what is expected, 0 to 100.",
    "period": "The month.",
    "reason": "Why.",
    "run_id": "Id of the run.",
    "search": "Every word stands somewhere in the name or the ids.",
    "status": "Only runs that stand so.",
    "verdict": "Only lines with one of these verdicts.",
}


def explain_arguments(field: StrawberryField) -> StrawberryField:
    """Give each argument that says nothing of itself its usual meaning."""
    for argument in field.arguments:
        argument.description = argument.description or MEANINGS.get(argument.python_name)
    return field
