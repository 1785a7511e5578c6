"""What a second start may leave out."""

import os
import sqlite3
from pathlib import Path

import pytest

from rehab import stamp


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for app in stamp.APPS:
        (tmp_path / app / "static").mkdir(parents=True)
    (tmp_path / "plans" / "static" / "site.css").write_text("a {}")
    (tmp_path / "plans" / "models.py").write_text("")
    (tmp_path / "requirements.lock").write_text("django==5.2")
    return tmp_path


@pytest.fixture
def var(root: Path) -> Path:
    var = root / "var"
    (var / "static").mkdir(parents=True)
    (var / "static" / "staticfiles.json").write_text("{}")
    with sqlite3.connect(var / "db.sqlite3") as connection:
        connection.execute("CREATE TABLE django_migrations (id integer)")
        connection.execute("INSERT INTO django_migrations VALUES (7)")
    connection.close()
    stamp.remember(root, var, {})
    return var


def test_first_start_needs_everything(root: Path) -> None:
    (root / "var").mkdir()
    assert stamp.stale(root, root / "var", {}) == ["data", "static"]


def test_second_start_needs_nothing(root: Path, var: Path) -> None:
    assert stamp.stale(root, var, {}) == []


def test_changed_code_is_noticed(root: Path, var: Path) -> None:
    os.utime(root / "plans" / "models.py", ns=(1, 1))
    assert stamp.stale(root, var, {}) == ["data"]


def test_a_new_static_file_is_noticed(root: Path, var: Path) -> None:
    (root / "plans" / "static" / "icon.svg").write_text("<svg/>")
    assert stamp.stale(root, var, {}) == ["static"]


def test_new_packages_are_noticed(root: Path, var: Path) -> None:
    (root / "requirements.lock").write_text("django==5.2.1")
    assert stamp.stale(root, var, {}) == ["data", "static"]


def test_an_older_database_put_in_its_place_is_noticed(root: Path, var: Path) -> None:
    with sqlite3.connect(var / "db.sqlite3") as connection:
        connection.execute("UPDATE django_migrations SET id = 6")
    connection.close()
    assert stamp.stale(root, var, {}) == ["data"]


def test_a_database_that_went_away_is_noticed(root: Path, var: Path) -> None:
    (var / "db.sqlite3").unlink()
    assert stamp.stale(root, var, {}) == ["data"]


def test_another_port_changes_nothing_but_another_host_does(root: Path, var: Path) -> None:
    stamp.remember(root, var, {"SITE_URL": "http://localhost:8000"})
    assert stamp.stale(root, var, {"SITE_URL": "http://localhost:8001"}) == []
    assert stamp.stale(root, var, {"SITE_URL": "https://rehab.example.org"}) == ["data"]


def test_a_database_server_is_always_looked_at(root: Path, var: Path) -> None:
    assert stamp.stale(root, var, {"DATABASE_URL": "postgresql://x/y"}) == ["data"]
