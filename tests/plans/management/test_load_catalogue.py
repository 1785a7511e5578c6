"""`manage.py load_catalogue`: all or nothing, safe to repeat, and a fault is named by its place."""

import io
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from plans.catalogue import FOLDER, catalogue
from plans.models import Template, Version
from plans.rules.words import Condition

pytestmark = pytest.mark.django_db


def run(*args: str) -> list[str]:
    out = io.StringIO()
    call_command("load_catalogue", *args, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(FOLDER, tmp_path / "catalogue", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_first_time_publishes_every_protocol():
    said = run()
    assert (
        said[0]
        == f"Checked {len(catalogue().questions)} questions, {len(catalogue().exercises)} exercises and 4 protocols."
    )
    assert said[1:] == [f"{condition}: published version 1." for condition in Condition]
    for condition in Condition:
        version = Version.objects.current(condition)
        assert version is not None
        assert version.protocol == catalogue().protocols[condition]
        assert version.template.title == catalogue().protocols[condition].title


def test_again_changes_nothing():
    run()
    before = list(Version.objects.values_list("pk", "checksum"))
    assert run()[1:] == [f"{condition}: unchanged, version 1." for condition in Condition]
    assert list(Version.objects.values_list("pk", "checksum")) == before


def test_only_what_changed_is_published(folder):
    run()
    edit(folder / "tennis-elbow.yaml", "title: ", "title: New ")
    said = run(str(folder))
    assert said[1:] == [
        "lumbar-strain: unchanged, version 1.",
        "sciatica-like: unchanged, version 1.",
        "tennis-elbow: published version 2.",
        "golfers-elbow: unchanged, version 1.",
    ]


def test_content_that_comes_back_is_published_again(folder):
    run()
    edit(folder / "tennis-elbow.yaml", "title: ", "title: New ")
    run(str(folder))
    assert run()[3] == "tennis-elbow: published version 3."


def test_a_change_of_what_is_shared_reaches_every_protocol_that_uses_it(folder):
    run()
    edit(folder / "common.yaml", "nudge_days: 7", "nudge_days: 6")
    assert run(str(folder))[1:] == [f"{condition}: published version 2." for condition in Condition]


def test_faults_are_named_and_nothing_is_loaded(folder):
    edit(folder / "common.yaml", "red_pain: 6", "red_pain: 3")
    edit(folder / "questions.yaml", "group: about", "group: abuot")
    with pytest.raises(CommandError) as caught:
        run(str(folder))
    assert caught.value.returncode == 1
    first, *faults = str(caught.value).splitlines()
    assert first == "The catalogue has faults; nothing was published."
    assert [fault.split(": ")[:2] for fault in faults] == [["questions.yaml, line 9", "QG1.group"]]
    edit(folder / "questions.yaml", "group: abuot", "group: about")
    with pytest.raises(CommandError, match=r"common.yaml, line \d+: check: pain that holds must lie under"):
        run(str(folder))
    assert not Template.objects.exists()


def test_a_database_that_refuses_half_way_keeps_nothing(monkeypatch):
    publish = Template.publish

    def refuse(self, *args, **kwargs):
        if self.slug == Condition.TENNIS_ELBOW:
            raise DatabaseError("attempt to write a readonly database")
        return publish(self, *args, **kwargs)

    monkeypatch.setattr(Template, "publish", refuse)
    with pytest.raises(CommandError, match="The database says: attempt to write a readonly"):
        run()
    assert not Template.objects.exists()
    assert not Version.objects.exists()


def test_what_was_published_here_stays_unless_asked(folder):
    run()
    template = Template.objects.get(slug=Condition.LUMBAR_STRAIN)
    own = catalogue().protocols[Condition.LUMBAR_STRAIN].model_copy(update={"title": "Our own"})
    template.publish(own, note="For our clinic")
    said = run()[1]
    assert said == "lumbar-strain: version 2 was published here, so it is left as it is; --replace publishes over it."
    assert Version.objects.current(Condition.LUMBAR_STRAIN).protocol.title == "Our own"
    assert run("--replace")[1] == "lumbar-strain: published version 3."
    assert run()[1] == "lumbar-strain: unchanged, version 3."


def test_a_retired_template_stays_retired():
    run()
    Template.objects.filter(slug=Condition.TENNIS_ELBOW).update(retired_at=timezone.now())
    assert run()[3] == "tennis-elbow: retired here, so it is left as it is."
    assert Version.objects.current(Condition.TENNIS_ELBOW) is None


def test_checking_leaves_the_database_alone():
    assert len(run("--check")) == 1
    assert not Template.objects.exists()


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="is not a folder"):
        run(str(tmp_path / "nowhere"))
