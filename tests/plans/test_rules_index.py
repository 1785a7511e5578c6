"""The index of rules: what it finds in a small planted project, and that nothing missing goes by."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from plans.rules.register import RuleEntry
from plans.rules_index import Place, named, problems, scan
from plans.rules_page import page


def rule(id: str, **more) -> RuleEntry:
    return RuleEntry(id=id, section="1 Some", text="What it says.", source="a source [E]", **more)


def rules(*entries: RuleEntry) -> dict[str, RuleEntry]:
    return {entry.id: entry for entry in entries}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one function that does SB-1 and SB-2, and one test that names SB-1."""
    plant(tmp_path, "plans/doing.py", 'def ease():\n    """Implements SB-1 to SB-2."""\n    return 1\n')
    plant(tmp_path, "tests/test_doing.py", "def test_ease():\n    assert ease() == 1  # SB-1\n")
    return tmp_path


def plant(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# Reading ids ---------------------------------------------------------------------------------------------------------

RANGE = [f"RF-G{n:02}" for n in range(1, 17)] + ["RF-B05", "5.2/1", "5.2/2", "5.2/3", "ST-G5", "ST-G6", "ST-5", "QB7a"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("RF-G01 to RF-G03", ["RF-G01", "RF-G02", "RF-G03"]),
        ("RF-G15 to RF-G16, RF-B05.", ["RF-G15", "RF-G16", "RF-B05"]),
        ("ST-G5 to G6", ["ST-G5", "ST-G6"]),
        ("RF-G02\n    to RF-G03", ["RF-G02", "RF-G03"]),
        ("row 5.2/1 to 5.2/3", ["5.2/1", "5.2/2", "5.2/3"]),
        ("section 6.3, 6.4/2", ["6.4/2"]),
        ("ST-5 to RF-B05", ["ST-5", "RF-B05"]),
        ("SB-2/SB-3 and (QB7a)", ["SB-2", "SB-3", "QB7a"]),
        ('via="G-1"', ["G-1"]),
        ("M-1, IM-1 and DM-1", ["M-1", "IM-1", "DM-1"]),
        ("ST-10", ["ST-10"]),
        ("XST-5 ST-5b ST-512 QB7ab UTC-05 15.2/1 C-1 d=M-1.5 RF-G01-old my-ST-5", []),
    ],
)
def test_ids_are_whole_tokens_and_ranges_are_read_out(text, ids):
    assert [id for _, id in named(text, dict.fromkeys(RANGE))] == ids


# Finding -------------------------------------------------------------------------------------------------------------


def test_places_name_the_function_the_class_or_the_table(tmp_path):
    plant(
        tmp_path,
        "accounts/doing.py",
        "# SB-1\nTABLE = {\n    'SB-1': 1,\n}\n\n\nclass Person:\n    @cached\n    def ease(self):\n        'SB-1'\n",
    )
    plant(tmp_path, "plans/catalogue/cards.yaml", "card:\n  implements: [SB-1]\n")
    plant(tmp_path, "templates/page.html", "<p>{# SB-1 #}</p>")
    index = scan(tmp_path, rules(rule("SB-1")))
    assert index.done["SB-1"] == {
        Place("accounts/doing.py"),
        Place("accounts/doing.py", "TABLE"),
        Place("accounts/doing.py", "Person.ease"),
        Place("plans/catalogue/cards.yaml"),
        Place("templates/page.html"),
    }


def test_a_test_may_carry_the_id_in_its_name(tmp_path):
    names = "sb_1_eases", "rf_b05_and_g_1_stop", "of_qb7a", "st_g6", "not_sb_12x", "c_1", "sb_1st"
    plant(tmp_path, "tests/test_it.py", "".join(f"def test_{name}():\n    pass\n\n\n" for name in names))
    index = scan(tmp_path, {})
    assert index.tested == {
        "SB-1": {Place("tests/test_it.py", "test_sb_1_eases")},
        "RF-B05": {Place("tests/test_it.py", "test_rf_b05_and_g_1_stop")},
        "G-1": {Place("tests/test_it.py", "test_rf_b05_and_g_1_stop")},
        "QB7a": {Place("tests/test_it.py", "test_of_qb7a")},
        "ST-G6": {Place("tests/test_it.py", "test_st_g6")},
    }


def test_the_register_itself_and_migrations_do_nothing(tmp_path):
    plant(tmp_path, "plans/rules/register/1-some.yaml", "SB-1: {}")
    plant(tmp_path, "plans/migrations/0001_initial.py", "# SB-1")
    assert scan(tmp_path, rules(rule("SB-1"))).done == {}


# What fails ----------------------------------------------------------------------------------------------------------


def test_a_rule_in_code_needs_a_test(root):
    known = rules(rule("SB-1"), rule("SB-2"))
    assert problems(root, known, scan(root, known)) == ["SB-2 is implemented in plans/doing.py and named by no test"]
    plant(root, "tests/cases/examples.json", '["SB-2"]')
    assert problems(root, known, scan(root, known)) == []


def test_a_planted_rule_that_nothing_does_is_found(root):
    known = rules(rule("SB-1"), rule("SB-3"))
    plant(root, "tests/test_more.py", "# SB-2 SB-3")
    assert problems(root, known, scan(root, known)) == [
        "SB-3 is implemented nowhere: What it says.",
        "plans/doing.py names SB-2, which is not in the register",
    ]


def test_what_is_left_out_need_not_be_done_nor_tested(root):
    known = rules(rule("SB-1"), rule("SB-2", left_out="Not wanted."), rule("SB-3", left_out="Not wanted."))
    assert problems(root, known, scan(root, known)) == []


def test_a_rule_in_content_needs_no_test(tmp_path):
    plant(tmp_path, "plans/catalogue/cards.yaml", "card:\n  implements: [SB-1]\n")
    known = rules(rule("SB-1"))
    assert problems(tmp_path, known, scan(tmp_path, known)) == []


def test_a_row_is_carried_only_by_rules_that_are_all_done(root):
    plant(root, "tests/test_more.py", "# SB-2")
    known = rules(rule("SB-1"), rule("SB-2"), rule("SF0-001", carried_by=("SB-1", "SB-2")))
    assert problems(root, known, scan(root, known)) == []
    known |= rules(rule("SB-3", left_out="Not wanted."), rule("SF0-001", carried_by=("SB-1", "SB-3")))
    assert problems(root, known, scan(root, known)) == [
        "SF0-001 is implemented nowhere (nor all of SB-1, SB-3): What it says."
    ]


def test_rules_that_only_carry_each_other_are_done_nowhere(tmp_path):
    known = rules(rule("SF0-001", carried_by=("SF0-002",)), rule("SF0-002", carried_by=("SF0-001",)))
    assert len(problems(tmp_path, known, scan(tmp_path, known))) == 2


def test_words_that_do_a_row_must_still_stand_in_their_file(tmp_path):
    known = rules(rule("SF0-001", shown_in="plans/catalogue/some.yaml", words="Walk a little"))
    assert problems(tmp_path, known, scan(tmp_path, known)) == [
        'SF0-001: plans/catalogue/some.yaml does not say "Walk a little"'
    ]
    plant(tmp_path, "plans/catalogue/some.yaml", "do: First\n  walk a\n  little more")
    assert problems(tmp_path, known, scan(tmp_path, known)) == []


# The page and the command


def test_the_page_has_every_rule_its_places_and_what_is_left_out(root):
    known = rules(
        rule("SB-1"),
        rule("SF0-001", carried_by=("SB-1",), note="Only in part."),
        rule("SB-9", left_out="Not wanted | at all."),
    )
    text = page(known, scan(root, known))
    assert "| SB-1 | What it says. | a source [E] | `plans/doing.py` ease | `tests/test_doing.py` test_ease |\n" in text
    assert "| SF0-001 | What it says. | a source [E] | by SB-1<br>*Only in part.* |  |\n" in text
    assert text.endswith("| SB-9 | What it says. | Not wanted \\| at all. |\n")
    assert text == page(known, scan(root, known))


def run(*options: str) -> str:
    out = StringIO()
    call_command("rules_doc", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def planted(root, settings, monkeypatch):
    settings.BASE_DIR = root
    known = rules(rule("SB-1"))
    plant(root, "tests/test_more.py", "# SB-2")
    plant(root, "plans/doing.py", "def ease():\n    'SB-1'\n")
    monkeypatch.setattr("plans.management.commands.rules_doc.register", lambda: known)
    return root, known


def test_the_command_writes_and_then_agrees(planted):
    assert run() == "Wrote docs/rules.md: 1 rules.\n"
    assert run("--check") == "docs/rules.md is up to date: 1 rules.\n"


def test_the_check_fails_for_a_stale_page_and_for_a_missing_rule(planted):
    root, known = planted
    with pytest.raises(CommandError, match=r"docs/rules\.md is stale"):
        run("--check")
    run()
    plant(root, "plans/more.py", "# SB-1")
    with pytest.raises(CommandError, match=r"docs/rules\.md is stale"):
        run("--check")
    known["SB-4"] = rule("SB-4")
    run()
    with pytest.raises(CommandError, match=r"\ASB-4 is implemented nowhere: What it says\.\Z"):
        run("--check")
