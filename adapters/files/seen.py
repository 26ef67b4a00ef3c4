"""Which keys the rows of a file have taken: in a temporary database on disk, for there may be millions."""

import sqlite3

from ports.imports import KeysSeen


class SeenOnDisk(KeysSeen):
    def __init__(self) -> None:
        # "" is SQLite's name for a file that goes with its connection.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")

    def take(self, key: str) -> bool:
        return self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,)).rowcount == 1

    def close(self) -> None:
        self._database.close()
