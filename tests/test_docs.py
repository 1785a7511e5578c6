"""The documents say what is true: links lead somewhere, named tests, rules and commands exist, no machine is told."""

import ast
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import textstat

from plans.rules.register import register

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SAFETY = ROOT / "docs" / "safety.md"
CODE = re.compile(r"^(```).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|href)=\"([^\"]+)\"")
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
RULE = re.compile(
    r"(?<![\w-])(?:RF-[GBEW]\d+|ST-G?\d+|DF-\d+|SB-\d+|AT-\d+|PT-\d+|DM-\d+|MW-\d+|IM-\d+|PM-\d+|OM-\d+|Q[GBE]\d+[ab]?"
    r"|[GMC]-\d+)(?![\w-])"
)
CONTAINERS = {"compose.yaml", "Dockerfile"}  # their paths are those of a container
PARTS = ("Cause", "Control", "Rules", "Test", "Remains")

documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))


def text(document):
    return document.read_text(encoding="utf-8")


def links(document):
    return [one or other for one, other in LINK.findall(CODE.sub("", text(document)))]


def anchors(document):
    """The anchors that a forge gives to the headings of a document."""
    titles = re.findall(r"^#+ (.+)$", CODE.sub("", text(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@cache
def functions(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@cache
def tracked():
    git = shutil.which("git")
    assert git, "git lists the files that are looked at"
    listed = subprocess.run([git, "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def missing(document, link):
    name, _hash, anchor = link.partition("#")
    target = (document.parent / name).resolve() if name else document
    return not target.exists() or (anchor and anchor not in anchors(target))


@documents
def test_every_link_leads_somewhere(document):
    """The pictures are taken by `make e2e PICTURES=1`."""
    own = [link for link in links(document) if not re.match(r"https?:|mailto:", link)]
    assert [link for link in own if missing(document, link)] == []


@documents
def test_every_named_test_exists(document):
    for path, function in NAMED_TEST.findall(text(document)):
        assert (ROOT / path).is_file(), f"{path} is not there"
        assert function in functions(path), f"{path} has no {function}"


@documents
def test_every_named_rule_is_in_the_register(document):
    assert not {id for id in RULE.findall(text(document)) if id not in register()}


@documents
def test_every_named_command_is_there(document):
    targets = set(re.findall(r"^([a-z0-9-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^ {4})make ([a-z][a-z0-9-]*)", text(document), re.MULTILINE)) <= targets


def test_every_hazard_is_told_in_full():
    hazards = re.split(r"^### (?=H\d)", text(SAFETY).split("## Hazards")[1], flags=re.MULTILINE)[1:]
    numbers = [int(hazard.split()[0][1:]) for hazard in hazards]
    assert numbers == list(range(1, len(hazards) + 1))
    assert len(hazards) >= 20
    for hazard in hazards:
        assert re.findall(r"^- \*\*(\w+)\.\*\*", hazard, re.MULTILINE)[:5] == list(PARTS), hazard.split("\n")[0]
        control = hazard.split("- **Test.**")[1].split("- **Remains.**")[0]
        assert NAMED_TEST.search(control) or control.strip().startswith("None"), hazard.split("\n")[0]


def test_every_promise_has_a_test_that_names_it():
    rows = re.findall(r"^\| (\d+) \| .*\| (.*) \|$", text(SAFETY).split("## Hazards")[0], re.MULTILINE)
    assert [int(number) for number, _tests in rows] == list(range(1, 11))
    for number, tests in rows:
        assert f"test_promise_{number}_" in tests


def test_the_page_for_athletes_is_for_readers_of_eleven():
    lines = re.sub(r"^(?:#.*|\|[-|]+\|)$", "", text(ROOT / "docs" / "athlete.md"), flags=re.MULTILINE)
    blocks = re.split(r"\n\s*\n|\n(?=[-|\d])", lines)
    said = [" ".join(re.sub(r"[*|`]|^\s*[-\d]+\.?\s", "", block).split()) for block in blocks]
    prose = [one if one[-1] in ".?!:" else f"{one}." for one in said if len(one.split()) >= 5]
    assert len(prose) > 20
    # a grade of this formula is a school year, which ends at the age of grade + 5
    assert textstat.flesch_kincaid_grade(" ".join(prose)) + 5 <= 11


def test_nothing_tracked_tells_of_a_machine_or_an_index():
    """A path of somebody's machine, or the address that packages came from, is nobody else's business."""
    told = re.compile(
        r"(?<![\w./~-])/(?:home|root|tmp|work|Users)/\w|\.\./shared|\.library\b"
        r"|--(?:extra-)?index-url|--find-links|https?://[^\s\"']+/simple\b"
    )
    here = Path(__file__).resolve()
    found = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in tracked()
        if path != here and path.name not in CONTAINERS and path.suffix not in {".png", ".ico", ".woff2"}
        if (hit := told.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []
    assert told.search("made in /home/somebody"), "the search must be able to find something"
    assert told.search("--index-url https://packages.example.org/simple")
