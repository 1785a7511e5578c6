"""AT-6: anybody may ask to be looked at, without meeting a rule."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import PlainForm


class AskForm(PlainForm):
    note = forms.CharField(
        required=False,
        max_length=1000,
        label=_("What worries you? (if you like)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Use at most 1000 letters.")},
    )
