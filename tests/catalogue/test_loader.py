"""What is wrong with a file is said with file, line and field, all of it at once."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from plans.catalogue import FOLDER, CatalogueError, catalogue
from plans.catalogue.loader import load
from plans.catalogue.reading import MOST_BYTES, merge, read
from plans.rules.words import Condition, StageId

Change = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped catalogue, to be spoilt."""
    return Path(shutil.copytree(FOLDER, tmp_path / "catalogue", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


@pytest.fixture
def change(folder):
    """Replace, once, a text that stands in a file."""

    def replace(name: str, old: str, new: str) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def problems(folder: Path) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(problem) for problem in caught.value.problems]


def line_of(path: Path, text: str) -> int:
    return path.read_text(encoding="utf-8").split(text)[0].count("\n") + 1


# What is shipped ------------------------------------------------------------------------------------------------


def test_the_shipped_catalogue_is_whole():
    assert set(catalogue().protocols) == set(Condition)
    for condition, protocol in catalogue().protocols.items():
        assert protocol.condition is condition
        assert [stage.id for stage in protocol.stages] == list(StageId)
        used = {item.exercise for stage in protocol.stages for item in stage.prescriptions}
        assert set(protocol.exercises) == used
        cited = {id for stage in protocol.stages for item in stage.prescriptions for id in item.sources}
        assert set(protocol.sources) == cited | {id for slug in used for id in protocol.exercises[slug].sources}


def test_the_catalogue_is_read_once():
    assert catalogue() is catalogue()


def test_a_protocol_says_only_what_differs():
    sciatica, strain = (catalogue().protocols[id] for id in (Condition.SCIATICA_LIKE, Condition.LUMBAR_STRAIN))
    assert (sciatica.check.red_pain, sciatica.check.hold_pain) == (5, 3)
    assert (strain.check.red_pain, strain.check.hold_pain) == (6, 4)
    assert sciatica.check.stop_morning == strain.check.stop_morning == 8


def test_mappings_merge_by_key_and_lists_are_replaced(tmp_path):
    (tmp_path / "a.yaml").write_text("gate: {days: 7, pain: 4}\nlist: [1, 2]\nold: 1\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("list: [3]\ngate:\n  pain: 3\n", encoding="utf-8")
    merged = merge(read(tmp_path / "a.yaml"), read(tmp_path / "b.yaml"))
    assert merged.value == {"gate": {"days": 7, "pain": 3}, "list": [3], "old": 1}
    assert (merged.mark(("gate", "days")).file, merged.mark(("gate", "pain")).file) == ("a.yaml", "b.yaml")
    assert merged.mark(("gate", "pain")).line == 3
    assert ("list", 1) not in merged.marks


# Files that are not sane ------------------------------------------------------------------------------------------

BOMB = (
    "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b, *b, *b]\n"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "places.yaml, line 1: anchors and aliases (& and *) are refused; write it out or use extends"),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "places.yaml, line 4: b.c: this key stands here twice"),
        ("a: [1\nb: 2\n", "places.yaml, line 2: broken YAML: "),
        ("a: 1\n\tb: 2\n", "places.yaml, line 2: broken YAML: found "),
        ("no: 1\n", "places.yaml, line 1: the key no is not text; put it in quotes"),
        ("? [a, b]\n: 1\n", "places.yaml, line 1: the key here is not text; put it in quotes"),
        ("\na: !!python/object:os.system x\n", "places.yaml, line 2: broken YAML: could not determine a constructor"),
        ("a: 2026-02-31\n", "places.yaml, line 1: a: cannot be read: day is out of range for month"),
        ("a: 1\n---\nb: 2\n", "places.yaml, line 2: broken YAML: but found another document"),
        ("[" * 500 + "]" * 500, "places.yaml, line 1: nested more than 30 deep"),
        ("- a\n- b\n", "places.yaml, line 1: the file must hold keys and values"),
        ("a: \x07\n", "places.yaml: broken YAML: unacceptable character"),
    ],
)
def test_a_file_that_is_not_plain_data_is_refused(folder, text, said):
    (folder / "places.yaml").write_text(text, encoding="utf-8")
    assert [problem[: len(said)] for problem in problems(folder)] == [said]


def test_a_file_that_is_not_text_is_refused(folder):
    (folder / "places.yaml").write_bytes(b"a: 1\nb: \xff\n")
    assert problems(folder) == ["places.yaml, line 2: the file is not UTF-8 text"]


def test_a_file_of_over_a_megabyte_is_refused(folder):
    (folder / "places.yaml").write_text("# " + "x" * MOST_BYTES, encoding="utf-8")
    assert problems(folder) == ["places.yaml: the file is larger than 1 MB"]


def test_a_file_that_cannot_be_opened_is_named(folder):
    (folder / "places.yaml").unlink()
    (folder / "places.yaml").mkdir()
    assert problems(folder) == ["places.yaml: the file cannot be read: Is a directory"]


def test_a_missing_file_and_a_misspelt_one_are_both_named(folder):
    (folder / "tennis-elbow.yaml").rename(folder / "tenis-elbow.yaml")
    assert problems(folder) == [
        "tenis-elbow.yaml: no file of this name belongs to the catalogue",
        "tennis-elbow.yaml: the file is missing",
    ]


# Fields -----------------------------------------------------------------------------------------------------------


def test_every_fault_in_every_file_is_said_at_once(folder, change):
    change("questions.yaml", "group: about", "group: abuot")
    change("countries.yaml", '"999"', "999")
    change("flags.yaml", "  why:", "  wy:")
    lines = problems(folder)
    assert len(lines) == 4
    where = line_of(folder / "countries.yaml", "emergency_number: 999")
    assert lines[0] == (
        f"countries.yaml, line {where}: GB.emergency_number: must be text (a number or yes/no needs quotes)"
    )
    assert re.fullmatch(r"flags.yaml, line \d+: RF-G01.why: is missing", lines[1])
    where = line_of(folder / "flags.yaml", "  wy:")
    assert lines[2] == f"flags.yaml, line {where}: RF-G01.wy: is not known here"
    assert lines[3].startswith(f"questions.yaml, line {line_of(folder / 'questions.yaml', 'abuot')}: QG1.group: ")


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "message"),
    [
        ("questions.yaml", "QG14:", "QG15:", "", "QG14 is missing"),
        ("questions.yaml", "QG14:", "QG15:", "QG15", "is not known to the rules"),
        ("questions.yaml", "  kind: choice\n", "", "QE12", "a question of kind choice needs choices"),
        ("questions.yaml", "QG1:\n", "QG1:\n  id: QG1\n", "QG1.id", "is the key already; leave it out"),
        ("flags.yaml", "RF-E20:", "RF-E21:", "", "RF-E20 is missing"),
        (
            "flags.yaml",
            "    QG12: there is chest pain",
            "    QG99: there is chest pain",
            "RF-G01.said.QG99",
            "no such question",
        ),
        ("flags.yaml", "{doctor}", "{docter}", "RF-G10.extra", "{docter} is not one of doctor, emergency_number"),
        ("dispositions.yaml", "urgent:", "urgnt:", "", "urgent is missing"),
        ("countries.yaml", 'emergency_number: "911"', 'emergency_number: "nine"', "US.emergency_number", "pattern"),
        ("countries.yaml", "NZ:\n", "ZZ:\n", "", "NZ is missing"),
        ("conditions.yaml", "region: elbow", "region: knee", "tennis-elbow.region", "Input should be"),
        ("patterns.yaml", "  PQ-1:", "  PQ-0:", "", "needs PQ-1"),
    ],
)
def test_a_wrong_entry_is_named(folder, change, file, old, new, field, message):
    change(file, old, new)
    place = f": {field}: " if field else ": "
    found = [problem for problem in problems(folder) if problem.startswith(file)]
    assert any(f"{place}" in problem and message in problem for problem in found), found


def test_an_entry_in_two_files_is_refused(folder):
    slug = next(iter(read(folder / "sources-back.yaml").value))
    text = (folder / "sources-back.yaml").read_text(encoding="utf-8")
    entry = re.search(rf"(?m)^{slug}:\n(?:  .*\n)+", text)[0]
    (folder / "sources-more.yaml").write_text(entry, encoding="utf-8")
    assert problems(folder) == [f"sources-more.yaml, line 1: {slug}: is in another file already"]


# Protocols ----------------------------------------------------------------------------------------------------------


def spoil(folder: Path, text: str) -> list[str]:
    """Lay a file whose lines are known over tennis elbow's own."""
    (folder / "tennis-elbow.yaml").rename(folder / "own-common.yaml")
    (folder / "tennis-elbow.yaml").write_text(f"extends: own-common\n{text}", encoding="utf-8")
    return problems(folder)


def test_an_unknown_exercise_source_and_step_are_named(folder):
    found = spoil(
        folder,
        "stages:\n"
        "  maintenance:\n"
        "    prescriptions:\n"
        "      - exercise: moon-walk\n"
        "        when: session\n"
        "        dose: {minutes: 5}\n"
        "        sources: [no-book]\n"
        "    steps:\n"
        "      - {exercise: star-jump, lever: minutes, by: 5}\n",
    )
    place = "stages.maintenance"
    assert found == [
        f"tennis-elbow.yaml, line 5: {place}.prescriptions.1.exercise: there is no exercise moon-walk",
        f"tennis-elbow.yaml, line 8: {place}.prescriptions.1.sources.1: there is no source no-book",
        f"tennis-elbow.yaml, line 10: {place}.steps.1.exercise: star-jump is not prescribed in this stage",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("check:\n  red_pain: 4\n", "line 2: check: pain that holds must lie under pain that is red"),
        ("check: {amber_rise: 3}\n", "line 2: check: the morning rise must grow from hold to amber to red"),
        ("step_back:\n  dose_scales: [100, 50, 75]\n", "line 2: step_back: dose scales start at 100 and fall"),
        ("check:\n\n  stop_morning: 11\n", "line 4: check.stop_morning: must be from 0 to 10"),
        (
            "stages:\n  return-to-sport:\n    gate:\n      max_mean_pain: 9\n",
            "line 5: stages.return-to-sport.gate.max_mean_pain: may not allow more pain than the gate before",
        ),
        (
            "stages:\n  reload:\n    gate: {min_function: 1}\n",
            "line 4: stages.reload.gate.min_function: may not allow less function than the gate before it (6, then 1)",
        ),
        ("stages:\n  maintenance: {gate: {min_days: 1}}\n", "stages.maintenance.gate.checks: is missing"),
        ("stages:\n  rest: {}\n", "line 3: stages.rest: there is no such stage; they are relative-rest, rebuild"),
        ("stages: []\n", "stages: must be keys and values, a stage under each id"),
        ("condition: golfers-elbow\n", "condition: the file's name says tennis-elbow"),
        ("format: 1\n", "line 2: format: is filled in when the protocol is compiled; leave it out"),
        ("colour: red\n", "line 2: colour: is not known here"),
    ],
)
def test_a_wrong_protocol_is_named(folder, text, said):
    found = spoil(folder, text)
    assert any(said in problem and problem.startswith("tennis-elbow.yaml, line ") for problem in found), found


@pytest.mark.parametrize("key", ["screening", "every_day"])
def test_a_question_of_the_other_region_is_refused(folder, key):
    found = spoil(folder, f"{key}:\n  - QG3\n  - QB1\n  - QG1\n")
    assert found == [
        f"tennis-elbow.yaml, line 4: {key}.2: QB1 is not a question of the elbow",
        f"tennis-elbow.yaml, line 5: {key}.3: QG1, the age, is asked apart",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "there is no nowhere.yaml beside this file"),
        ("../common", "there is no ../common.yaml beside this file"),
        ("tennis-elbow", "more than 3 files extend one another"),
    ],
)
def test_extending_what_is_not_there_or_itself_is_refused(folder, name, said):
    path = folder / "tennis-elbow.yaml"
    own = re.sub(r"(?m)^extends: .*$", f"extends: {name}", path.read_text(encoding="utf-8"))
    path.write_text(own, encoding="utf-8")
    where = line_of(path, "extends: ")
    assert f"tennis-elbow.yaml, line {where}: extends: {said}" in problems(folder)
