"""Fields and a form that say plainly what is wrong, and lead to it."""

from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"
Choices: TypeAlias = "list[tuple[str, Words]]"


class PlainForm(forms.Form):
    """Errors stand in a list that links to the fields; required fields are not marked, optional ones say so.

    token: of the intake that the page was made from, to tell a page of an earlier one.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    @property
    def first_id(self) -> str:
        """Where an error of the whole form leads to: its first field."""
        for field in self.visible_fields():
            return str(field.auto_id)
        return ""


class ScoreField(forms.TypedChoiceField):
    """A whole number from 0 to 10, on eleven keys."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {})
        for code in ("required", "invalid_choice", "invalid"):
            kwargs["error_messages"].setdefault(code, _("Choose a number from 0 to 10."))
        super().__init__(
            choices=[(str(n), str(n)) for n in range(11)],
            coerce=int,
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )


class OneOf(forms.ChoiceField):
    """One of a few, on large targets."""

    def __init__(self, *, choices: Choices, missing: Words, **kwargs: Any) -> None:
        messages = {"required": missing, "invalid_choice": missing}
        super().__init__(choices=choices, widget=forms.RadioSelect, error_messages=messages, **kwargs)


class Agreed(forms.BooleanField):
    """A box that must be ticked."""

    def __init__(self, *, label: Words, missing: Words) -> None:
        super().__init__(label=label, error_messages={"required": missing})
