"""Why a client's billed is not expected: named causes that add up to the difference, to the cent."""

from core.bridge.causes import explain
from core.bridge.ledger import WINDOW

__all__ = ["WINDOW", "explain"]
