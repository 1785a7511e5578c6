"""docs/operate.md and compose.yaml against the code. They are written by hand, so they are held to it here."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "operate.md").read_text()
READS = re.compile(r"""(?:env|envbool|envint|envlist|environ\.get|env\.get)\(\s*"([A-Z_]+)""")
# Not a person's to set: make's own, and the name of this very module of settings.
INTERNAL = {"MAKELEVEL", "DJANGO_SETTINGS_MODULE"}


def documented() -> set[str]:
    table = GUIDE.partition("### Environment variables")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| ([A-Z_]+) \|", table, re.MULTILINE))


def test_every_variable_is_documented_and_none_is_invented() -> None:
    read = {name for path in (ROOT / "rehab").glob("*.py") for name in READS.findall(path.read_text())}
    assert documented() == read - INTERNAL


@pytest.fixture
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_compose_has_two_webs_two_workers_and_one_beat(services: dict[str, Any]) -> None:
    counts = {name: services[name].get("deploy", {}).get("replicas", 1) for name in services}
    assert counts == {"web": 2, "worker": 2, "beat": 1, "prepare": 1, "postgres": 1, "redis": 1}


def test_compose_gives_every_process_the_same_known_variables(services: dict[str, Any]) -> None:
    environments = [services[name]["environment"] for name in ("web", "worker", "beat", "prepare")]
    assert all(environment == environments[0] for environment in environments)
    assert set(environments[0]) <= documented()
    assert {"SITE_URL", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"} <= set(environments[0])


def test_compose_prepares_the_database_before_anything_uses_it(services: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    assert services["prepare"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_the_image_contains_every_package_of_the_site() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    assert copied == {"rehab", "accounts", "plans", "templates"}


def test_the_backup_of_the_guide_gives_a_whole_database(tmp_path: Path) -> None:
    """While another connection is in the middle of writing."""
    (tmp_path / "var").mkdir()
    live = sqlite3.connect(tmp_path / "var" / "db.sqlite3", isolation_level=None)
    live.execute("PRAGMA journal_mode=WAL")
    live.execute("CREATE TABLE diary (day integer)")
    live.execute("INSERT INTO diary VALUES (1)")
    live.execute("BEGIN IMMEDIATE")
    live.execute("INSERT INTO diary VALUES (2)")
    command = re.search(r"^    (\.venv/bin/python -c .*VACUUM.*)$", GUIDE, re.MULTILINE)
    assert command
    shell = command[1].replace(".venv/bin/python", sys.executable)
    subprocess.run(["/bin/sh", "-c", shell], cwd=tmp_path, check=True)
    live.close()
    copy = sqlite3.connect(tmp_path / "backup.sqlite3")
    assert copy.execute("SELECT day FROM diary").fetchall() == [(1,)]
    copy.close()
