"""The pair that opens one Omie account."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class OmieCredentials:
    """Neither half is ever shown: Omie's key stands in for the company."""

    app_key: str = field(repr=False)
    app_secret: str = field(repr=False)

    @property
    def account(self) -> str:
        """Names the account in shared places without giving its key away."""
        return sha256(self.app_key.encode()).hexdigest()[:16]


class OmieAccount(NamedTuple):
    source: str
    """What its records are known by here."""
    credentials: OmieCredentials
    base_url: str
