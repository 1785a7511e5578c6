"""Has anything changed since the last start? Answered in milliseconds, without starting Django.

A second start is quick because of this. When in doubt it says yes: every step of preparation may be repeated.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

CODE = ("*.py", "*.yaml", "*.yml", "*.json", "*.po")
APPS = ("rehab", "accounts", "plans")


def files(root: Path, folders: Iterable[str], patterns: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        for pattern in patterns:
            yield from sorted((root / folder).rglob(pattern))


def digest(paths: Iterable[Path], *more: str) -> str:
    """Changes when a file comes, goes, or is written."""
    sha = hashlib.sha256("\0".join(more).encode())
    for path in paths:
        if path.is_file():
            status = path.stat()
            sha.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\n".encode())
    return sha.hexdigest()


def sqlite_state(path: Path) -> str:
    """Which migrations a database file has: an older backup put in its place must not go unnoticed."""
    if not path.exists():
        return "absent"
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return str(connection.execute("SELECT count(*), max(id) FROM django_migrations").fetchone())
    except sqlite3.Error:
        return "unreadable"


def current(root: Path, var: Path, env: Mapping[str, str]) -> dict[str, str]:
    lock = (root / "requirements.lock").read_text()
    host = urlsplit(
        env.get("SITE_URL", "")
    ).hostname  # a public site gets no invented people; the port is nothing to it
    static = [*(root / app / "static" for app in APPS)]
    return {
        "data": digest(
            files(root, APPS, CODE),
            lock,
            sqlite_state(Path(env.get("SQLITE_NAME") or var / "db.sqlite3")),
            host or "",
        ),
        "static": digest([f for folder in static for f in sorted(folder.rglob("*"))], lock),
    }


def stale(root: Path, var: Path, env: Mapping[str, str]) -> list[str]:
    """The steps of rehab.prepare that this start needs."""
    try:
        known = json.loads((var / "prepared.json").read_text())
    except (FileNotFoundError, ValueError):
        known = {}
    now = current(root, var, env)
    if not (Path(env.get("STATIC_ROOT") or var / "static") / "staticfiles.json").exists():
        now["static"] = "absent"
    if env.get("STATIC_MANIFEST") == "0":  # then nothing reads them
        del now["static"]
    if env.get("DATABASE_URL"):  # a server's state cannot be seen from here
        now["data"] = "unknown"
    return [step for step in now if now[step] != known.get(step)]


def remember(root: Path, var: Path, env: Mapping[str, str]) -> None:
    new = var / f"prepared.json.{os.getpid()}"
    new.write_text(json.dumps(current(root, var, env)))
    new.replace(var / "prepared.json")
