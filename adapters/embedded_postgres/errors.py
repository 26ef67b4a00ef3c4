"""What the embedded server may fail with."""

from pathlib import Path


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot run; the text says why and, if the server spoke, its last words."""

    @classmethod
    def with_log(cls, reason: str, log: Path, lines: int = 8) -> "EmbeddedPostgresError":
        """`reason`, then the last `lines` of `log`."""
        spoken = log.read_text(errors="replace").splitlines() if log.exists() else []
        return cls("\n".join([f"{reason} (log: {log})", *spoken[-lines:]]))
