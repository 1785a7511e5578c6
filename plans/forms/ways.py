"""A service that somebody adds by its address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import PlainForm


class ServiceForm(PlainForm):
    label = forms.CharField(
        label=_("What you call it"),
        max_length=80,
        error_messages={
            "required": _("Give it a name, such as “Telegram”."),
            "max_length": _("Use at most 80 letters."),
        },
    )
    url = forms.CharField(
        label=_("Its address"),
        help_text=_("As the service gives it to you, such as ntfys://ntfy.sh/your-topic. It stays secret."),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={
            "required": _("Paste the address that the service gives you."),
            "max_length": _("This address is too long to be one. Paste only the address."),
        },
    )
