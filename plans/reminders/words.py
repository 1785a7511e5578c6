"""What each kind of message says, in one row. Nothing here tells of anybody's health: that stands behind sign-in.

A subject, a notification on a locked phone and a mail on somebody else's screen are read by others. So no condition, no
score, no reason; and nobody is blamed or promised anything (rule book, section 6.6).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from plans.models.reminder import Kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SUBJECT_MAX, TITLE_MAX, BODY_MAX = 60, 40, 120


@dataclass(frozen=True, slots=True)
class Words:
    """subject, title: where the title of the kind (see `kinds`) will not do. button: what opens the app."""

    body: "_StrPromise"
    button: "_StrPromise"
    subject: "_StrPromise | None" = None
    title: "_StrPromise | None" = None


WORDS: dict[Kind, Words] = {
    Kind.MORNING: Words(
        _("It takes 20 seconds. What you do today follows from it."),
        _("Check in"),
        subject=_("Your check-in is ready"),
    ),
    Kind.SESSION: Words(_("It is ready when you are."), _("Open the session")),
    Kind.LATER: Words(
        _("One more answer and the day is done."), _("Check in"), subject=_("Your evening check-in is ready")
    ),
    Kind.REVIEW: Words(_("It is one page and takes a minute."), _("Open the review")),
    Kind.CHECKPOINT_OPENS: Words(_("It is one page and takes two minutes."), _("Open the checkpoint")),
    Kind.CHECKPOINT_OPEN: Words(_("It asks you for a few answers. They take two minutes."), _("Answer now")),
    Kind.CHECKPOINT_CLOSES: Words(_("A few answers are still missing. They take two minutes."), _("Answer now")),
    Kind.BOOKING: Words(
        _("You asked us to remind you today. If it has taken place, tell the plan."), _("Tell the plan")
    ),
    Kind.CATCH_UP: Words(_("Open the app to see what is still to do."), _("Open today")),
    Kind.MESSAGE: Words(_("Sign in to read it."), _("Read it")),
    Kind.ESCALATION: Words(_("Sign in to see who it is."), _("Sign in and look")),
    Kind.DIGEST: Words(_("Somebody waits for a look. Sign in to see who."), _("Sign in and look")),
    Kind.TEST: Words(_("If you can read this, messages reach you here."), _("Open my reminders")),
    # Whatever the day; the days below have their own words.
    Kind.SILENCE: Words(_("One check-in takes 20 seconds, and your plan goes on from there."), _("Open today")),
}

# By the days without a check-in.
SILENCE: dict[str, Words] = {
    "3": Words(_("A few days went by. One check-in takes 20 seconds."), _("Open today")),
    "7": Words(_("A week went by. Take it up again when it suits you."), _("Open today")),
    "10": Words(
        _("From now on we do not remind you, until you come back. Nothing that you entered is lost."),
        _("Open today"),
        title=_("Our last reminder for now"),
    ),
}

# A louder step of an escalation.
LOUDER = Words(
    _("It has been waiting for some time. Sign in to look."),
    _("Sign in and look"),
    title=_("Still waiting for your look"),
)
