"""The weekly review: own activities, change since the start, sleep, work and training."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.models import Activity, WeeklyReview
from plans.rules.protocol import Protocol

from .fields import Choices, OneOf, PlainForm, ScoreField

# GROC, -7 to +7, in the words that people use; the steps between are not asked for.
CHANGE: Choices = [
    ("7", gettext_lazy("Very much better")),
    ("5", gettext_lazy("Quite a bit better")),
    ("2", gettext_lazy("A little better")),
    ("0", gettext_lazy("About the same")),
    ("-2", gettext_lazy("A little worse")),
    ("-5", gettext_lazy("Quite a bit worse")),
    ("-7", gettext_lazy("Very much worse")),
]


class ReviewForm(PlainForm):
    """asks_pain: the diary has too few scores for this week, so the average is asked for (DF-15)."""

    function = ScoreField(label=gettext_lazy("How close to normal is what you do?"))
    change_since_start = OneOf(
        label=gettext_lazy("Compared with the start of the plan, you are now"),
        choices=CHANGE,
        missing=gettext_lazy("Choose how things are compared with the start."),
    )
    sleep_affected = forms.BooleanField(required=False, label=gettext_lazy("It disturbed my sleep"))
    work_affected = forms.BooleanField(required=False, label=gettext_lazy("It limited my work"))
    training_stopped = forms.BooleanField(required=False, label=gettext_lazy("I stopped training because of it"))
    pain = ScoreField()

    def __init__(
        self,
        protocol: Protocol,
        activities: Sequence[Activity],
        review: WeeklyReview | None,
        *args: Any,
        asks_pain: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial=_initial(review), **kwargs)
        self.activities = activities
        for activity in activities:
            self.fields[f"activity-{activity.pk}"] = ScoreField(label=activity.name)
        if activities:
            del self.fields["function"]
        if asks_pain:
            self.fields["pain"].label = _("Your pain on average over the last 7 days")
        else:
            del self.fields["pain"]

    def activity_fields(self) -> Iterator[forms.BoundField]:
        for activity in self.activities:
            yield self[f"activity-{activity.pk}"]

    def life(self) -> list[forms.BoundField]:
        return [self[name] for name in ("sleep_affected", "work_affected", "training_stopped")]

    def values(self) -> dict[str, Any]:
        """What `Plan.review` takes."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("activity-")}
        given["change_since_start"] = int(given["change_since_start"])
        if self.activities:
            given["scores"] = {
                activity.pk: self.cleaned_data[f"activity-{activity.pk}"] for activity in self.activities
            }
        return given


def _initial(review: WeeklyReview | None) -> dict[str, Any]:
    if review is None:
        return {}
    names = ("sleep_affected", "work_affected", "training_stopped", "pain")
    scores = {f"activity-{score.activity_id}": score.score for score in review.scores.all()}
    change = "" if review.change_since_start is None else str(review.change_since_start)
    return {name: getattr(review, name) for name in names} | scores | {"change_since_start": change}
