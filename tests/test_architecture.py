"""The arrows of the house: views, forms, api, admin, reminders → models → rules, never back.

Read from the source, so that an import inside a function or for types alone counts too.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ("accounts", "plans", "rehab", "tests")

# What a package may import of the project. Whoever is not named here stands on top and may import all below.
ALLOWED = {
    "plans.rules": ("plans.rules",),
    "plans.catalogue": ("plans.catalogue", "plans.rules"),
    "plans.models": ("plans.models", "plans.catalogue", "plans.rules", "accounts"),
    "accounts": ("accounts", "rehab"),
    "rehab.urls": ("rehab", "accounts", "plans"),  # says which address leads to which page
    "rehab": ("rehab", "accounts"),
}
# The list of rule ids, from which a document is made, lies in files; nothing is decided by it.
READERS = {"plans.rules.register": ("yaml",)}
# Beside each other: none of these pages and channels leans on another.
APART = {
    "plans.forms": ("plans.views", "plans.api", "plans.admin", "plans.reminders"),
    "plans.reminders": ("plans.views", "plans.api", "plans.admin", "plans.forms"),
    "plans.api": ("plans.views", "plans.admin"),
    "plans.admin": ("plans.views", "plans.api"),
    "plans.views": ("plans.api", "plans.admin"),
}


def module_name(path: Path, root: Path = ROOT) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str, module: str, *, is_package: bool) -> Iterator[str]:
    """Full names of what a module imports. `from a import b` may mean the module a.b, so it gives a.b."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def breaches(source: str, module: str, *, is_package: bool = False) -> list[str]:
    found = []
    for name in imports(source, module, is_package=is_package):
        layer = next((package for package in ALLOWED if within(module, (package,))), None)
        if layer and within(name, PROJECT) and not within(name, ALLOWED[layer]):
            found.append(name)
        if any(within(module, (side,)) and within(name, others) for side, others in APART.items()):
            found.append(name)
        if layer == "plans.rules" and not within(name, PROJECT) and not plain(name, module):
            found.append(name)
        if within(name, ("tests",)):
            found.append(name)
    return found


def plain(name: str, module: str) -> bool:
    """The rules stand on Python and pydantic alone: no framework, no database, no clock of a library."""
    top = name.partition(".")[0]
    return top in sys.stdlib_module_names or top in {"pydantic", *READERS.get(module, ())}


SOURCES = [
    path
    for package in ("accounts", "plans", "rehab")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_imports_follow_the_arrows(path: Path) -> None:
    assert breaches(path.read_text(), module_name(path), is_package=path.name == "__init__.py") == []


@pytest.mark.parametrize(
    ("module", "source", "caught"),
    [
        ("plans.rules.course", "from django.utils import timezone", ["django.utils.timezone"]),
        ("plans.rules.course", "import celery", ["celery"]),
        ("plans.rules.course", "import yaml", ["yaml"]),
        ("plans.rules.course", "from ..models import Plan", ["plans.models.Plan"]),
        ("plans.rules.course", "from .. import models", ["plans.models"]),
        ("plans.rules.course", "def f():\n    import plans.models", ["plans.models"]),
        ("plans.rules.course", "from .words import Flag\nimport datetime, pydantic", []),
        ("plans.models.plan", "from plans.views import today", ["plans.views.today"]),
        ("plans.models.plan", "from plans.rules.course import follow\nfrom django.db import models", []),
        ("plans.models.plan", "from plans import reminders", ["plans.reminders"]),
        ("accounts.models", "from plans.models import Plan", ["plans.models.Plan"]),
        ("rehab.urls", "from plans.views.me import me", []),
        ("rehab.serve", "from plans.models import Plan", ["plans.models.Plan"]),
        ("plans.api.plan", "from plans.views.today import show", ["plans.views.today.show"]),
        ("plans.views.today", "from plans.models import Plan\nfrom plans.forms import x", []),
        ("plans.views.today", "from tests import factories", ["tests.factories"]),
    ],
)
def test_the_check_itself_sees_a_breach(module: str, source: str, caught: list[str]) -> None:
    assert breaches(source, module) == caught


def test_tasks_are_declared_on_the_projects_own_app() -> None:
    """`shared_task` binds to whichever app is there, and in a web process there is none."""
    assert [path for path in SOURCES if "shared_task" in path.read_text()] == []


def test_a_web_process_starts_without_what_it_may_never_use() -> None:
    heavy = ["celery", "kombu", "redis"]
    source = f"import rehab.wsgi, sys; print([name for name in {heavy} if name in sys.modules])"
    command = [sys.executable, "-W", "ignore", "-c", source]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_packages_own_relative_imports_are_its_own() -> None:
    assert list(imports("from .course import follow", "plans.rules", is_package=True)) == ["plans.rules.course.follow"]
