"""`manage.py simulate`, as an admin or a developer runs it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from plans.management.commands import simulate
from plans.rules.words import Condition
from tests.factories import TemplateFactory
from tests.protocols import protocol

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = json.loads((ROOT / "tests" / "cases" / "examples.json").read_text())

pytestmark = pytest.mark.django_db


def run(path, *args):
    """The exit status and the answers."""
    out = io.StringIO()
    try:
        call_command("simulate", str(path), *args, stdout=out)
        status = 0
    except SystemExit as ended:
        status = ended.code
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def cases(tmp_path):
    def write(data):
        path = tmp_path / "cases.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data))
        return path

    return write


def agrees(expected, actual):
    """Whether everything that is expected is there; lists in order and item by item."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(agrees(value, actual.get(key)) for key, value in expected.items())
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(agrees(*pair) for pair in zip(expected, actual, strict=True))
        )
    return expected == actual


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["case"]["case"] for example in EXAMPLES])
def test_the_example_cases_agree(example, cases):
    status, [answer] = run(cases(example["case"]))
    assert status == 0
    assert answer["case"] == example["case"]["case"]
    for key, value in example["expected"].items():
        assert agrees(value, answer[key]), (key, value, answer[key])


def test_a_list_of_cases_is_answered_line_by_line_in_order(cases):
    status, answers = run(cases([example["case"] for example in EXAMPLES]))
    assert status == 0
    assert [answer["case"] for answer in answers] == [example["case"]["case"] for example in EXAMPLES]


def test_a_malformed_case_answers_its_error_and_the_others_still_run(cases):
    good = {"case": "good", "region": "back", "age": 30}
    status, answers = run(cases([{**good, "case": "bad", "age": "x"}, good, 5]))
    assert status == 1
    assert [answer["case"] for answer in answers] == ["bad", "good", None]
    assert ["error" in answer for answer in answers] == [True, False, True]


def test_an_odd_name_comes_back_and_breaks_no_line(cases):
    text = '{"case": "\\ud800 \\u00e9\\n", "region": "back", "age": 30}'
    status, [answer] = run(cases(text))
    assert (status, answer["case"]) == (0, "\ud800 \u00e9\n")
    assert run(cases('{"case": 7, "region": "back", "age": 30}')) == (
        1,
        [{"case": 7, "error": "case, the name, is missing"}],
    )


def test_nan_is_the_fault_of_its_case_alone(cases):
    text = '[{"case": "bad", "region": "back", "age": NaN}, {"case": "good", "region": "back", "age": 30}]'
    status, answers = run(cases(text))
    assert (status, "error" in answers[0], "error" in answers[1]) == (1, True, False)


def test_the_published_version_goes_before_the_shipped_one(cases):
    plan = {
        "case": "p",
        "condition": "lumbar-strain",
        "age": 30,
        "unanswered": "no",
        "entry": {"pain": 5, "function": 4},
        "days": [{"day": 1, "morning": 8}],
    }
    assert run(cases(plan))[1][0]["status"] == "stopped"
    kinder = protocol().model_dump(mode="json")
    kinder["any_time"]["stop_morning"] = "9"
    TemplateFactory().publish(type(protocol()).model_validate(kinder))
    assert run(cases(plan))[1][0]["status"] == "active"


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
def test_a_template_document_runs_instead_of_the_published_one(cases, tmp_path, suffix):
    document = protocol(Condition.TENNIS_ELBOW).model_dump(mode="json")
    document["any_time"]["stop_morning"] = "2"
    path = tmp_path / f"document{suffix}"
    path.write_text(json.dumps(document))
    plan = {
        "case": "p",
        "condition": "tennis-elbow",
        "age": 30,
        "unanswered": "no",
        "entry": {"pain": 5, "function": 4},
        "days": [{"day": 1, "morning": 2}],
    }
    assert run(cases(plan))[1][0]["status"] == "active"
    assert run(cases(plan), "--template", path)[1][0]["status"] == "stopped"
    status, [answer] = run(cases({**plan, "condition": "golfers-elbow"}), "--template", path)
    assert (status, answer["error"]) == (1, "the template is for tennis-elbow, the case for golfers-elbow")


def test_a_file_of_the_catalogue_is_a_template_document_too():
    path = ROOT / "plans" / "catalogue" / "tennis-elbow.yaml"
    assert simulate.template(path).condition is Condition.TENNIS_ELBOW


@pytest.mark.parametrize("text", ["", "{", "[1, 2", '"case"', "3", "[" * 100_000, '{"a": 1e}'])
def test_a_file_that_is_no_list_of_cases_is_refused(cases, text):
    with pytest.raises(CommandError) as refused:
        call_command("simulate", str(cases(text)))
    assert refused.value.returncode == 2


@pytest.mark.parametrize("text", ["stages: [", "a: 1", "[]", "stages: {}"])
def test_a_broken_template_is_refused(cases, tmp_path, text):
    path = tmp_path / "template.yaml"
    path.write_text(text)
    with pytest.raises(CommandError) as refused:
        call_command("simulate", str(cases([])), template=path)
    assert refused.value.returncode == 2


def program(*args, stdin="", **env):
    return subprocess.run(
        [sys.executable, "manage.py", "simulate", *args],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, **env},
        timeout=60,
        check=False,
    )


def test_it_works_without_a_database_and_makes_none(tmp_path):
    case = {"case": "T", "condition": "tennis-elbow", "age": 30, "entry": {"pain": 5, "function": 4}}
    done = program("-", stdin=json.dumps(case), VAR=str(tmp_path), DATABASE_URL="")
    assert (done.returncode, json.loads(done.stdout)["status"], done.stderr) == (0, "not_started", "")
    assert not (tmp_path / "db.sqlite3").exists()


def test_it_works_on_a_database_without_tables(tmp_path):
    (tmp_path / "db.sqlite3").touch()
    case = {"case": "T", "condition": "tennis-elbow", "age": 30, "entry": {"pain": 5, "function": 4}}
    done = program("-", stdin=json.dumps(case), VAR=str(tmp_path), DATABASE_URL="")
    assert (done.returncode, json.loads(done.stdout)["case"], done.stderr) == (0, "T", "")


def test_an_unreadable_file_is_a_message_and_status_2(tmp_path):
    done = program(str(tmp_path / "missing.json"), VAR=str(tmp_path))
    assert done.returncode == 2
    assert "missing.json cannot be read: No such file or directory" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_malformed_case_is_status_1(tmp_path):
    done = program("-", stdin='{"case": "x"}', VAR=str(tmp_path))
    assert (done.returncode, json.loads(done.stdout)["case"], done.stderr) == (1, "x", "")
