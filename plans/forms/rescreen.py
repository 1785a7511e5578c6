"""What a clinician said, as the athlete reports it: a review, or a clearance with the stage to go on at."""

from datetime import date as Date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.rules.words import StageId

from .fields import Choices, OneOf
from .outcome import ClearanceForm


class SeenForm(ClearanceForm):
    """revision: of the plan that the page was made from."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @property
    def revision(self) -> int | None:
        found: int | None = self.cleaned_data.get("seen")
        return found


class ReviewedForm(SeenForm):
    """today: the athlete's, beyond which no review can lie."""

    def __init__(self, today: Date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["note"].label = _("What did they say? (if you like)")
        self.fields["note"].required = False
        del self.fields["told"]

    def clean_cleared_on(self) -> Date:
        seen: Date = self.cleaned_data["cleared_on"]
        if seen > self.today:
            raise forms.ValidationError(_("Give the day that you were seen, not one in the future."), code="future")
        return seen


class BackForm(SeenForm):
    def __init__(self, stages: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"] = OneOf(
            label=_("Where may you go on?"),
            help_text=_("Choose what the clinician said. If they named nothing, take the first."),
            choices=stages,
            missing=_("Choose a stage."),
        )
        self.order_fields(["by_name", "role", "cleared_on", "note", "stage", "told"])

    def cleared(self) -> dict[str, Any]:
        """What `care.clear` takes."""
        return self.values() | {"stage": StageId(self.cleaned_data["stage"])}
