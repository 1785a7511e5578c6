"""Leaving the warm-up out needs a reason (SF4-020); it is asked, not judged."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import OneOf, PlainForm


class SkipForm(PlainForm):
    skip = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = OneOf(
        label=_("Why do you leave it out?"),
        choices=[
            ("warm", _("I am warm already")),
            ("short", _("I am short of time")),
            ("hurts", _("It hurts")),
        ],
        missing=_("Choose a reason."),
    )
