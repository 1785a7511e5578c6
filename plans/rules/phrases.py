"""The short phrases that sentences are put together from, by the words of the rule book.

Plain templates that gettext knows; reading age 11, no blame, no promise (MW-1 to MW-6).
"""

from .protocol import Lever
from .words import Action, Answer, Change, Disposition, Flag, Outcome


def gettext_noop(text: str) -> str:
    """Marks a template for translation; the page that shows it translates."""
    return text


_ = gettext_noop

FLAGS = {
    Flag.SPASM: _("your muscles grabbed"),
    Flag.SHOT_UP: _("the pain shot up fast"),
    Flag.SPREAD: _("the pain spread further down"),
    Flag.TINGLING_BRIEF: _("tingling came and was gone within 30 minutes"),
    Flag.TINGLING_LASTING: _("tingling stayed for more than 30 minutes"),
}
# The criteria of a gate, each before its figure.
CRITERIA = {
    "days": _("Days in this stage"),
    "pain": _("Average pain"),
    "function": _("Your activities, 0 to 10"),
    "checks": _("Newest session checks without easing back"),
    "adherence": _("Sessions done last week, percent"),
    "check_in": _("Check-ins that day"),
}
OUTCOMES = {
    Outcome.PROGRESS: _("calm"),
    Outcome.HOLD: _("hold"),
    Outcome.EASE_AMBER: _("ease a little"),
    Outcome.EASE_RED: _("ease back"),
    Outcome.STOP: _("stop"),
    Outcome.UNKNOWN: _("unknown"),
}
DISPOSITIONS = {
    Disposition.SELF_MANAGED: _("suited to a self-managed plan"),
    Disposition.REVIEW_ALONGSIDE: _("a review alongside the plan"),
    Disposition.REVIEW_FIRST: _("a review first"),
    Disposition.URGENT: _("urgent, the same day"),
    Disposition.EMERGENCY: _("emergency, now"),
}
ANSWERS = {
    Answer.NO: _("no"),
    Answer.NOT_SURE: _("not sure"),
    Answer.YES: _("yes"),
}
CHANGES = {
    Change.CLEAR: _("clearly better"),
    Change.SOME: _("somewhat better"),
    Change.NONE: _("about the same"),
    Change.MIXED: _("less pain, but doing less"),
    Change.WORSE: _("worse"),
}
ACTIONS = {
    Action.CONTINUE: _("Carry on with the plan."),
    Action.OFFER_PHYSIO: _("Carry on. A physio can look at it with you if you would like that."),
    Action.PHYSIO: _("Book a physio review within two weeks. The plan goes on meanwhile."),
    Action.PHYSIO_OR_GP: _("Book a physio or a doctor within one to two weeks. The plan goes on meanwhile."),
    Action.GP: _("See your doctor within days."),
    Action.SPECIALIST: _(
        "See your doctor about the opinion of a specialist, and ask whether a scan would change what happens next."
    ),
}
CHECKS = {
    "5.2/1": _("Pain in the morning after was {morning} of 10. From {stop} the plan stops: this needs checking first."),
    "5.2/2": _("That was too much for now: {reason}."),
    "5.2/3": _("Pain went well above your mornings (up to {worst}, mornings at {base}). That was too much for now."),
    "5.2/4": _("The next session is cut a little: {reason}."),
    "5.2/5": _("Your mornings are still at {base}, so the dose stays the same for now, even after a good session."),
    "5.2/6": _("Pain reached {worst} of 10 during or after the session. From {red} that is too much for now."),
    "5.2/7": _("The next session is cut a little: {reason}."),
    "5.2/8": _("The same dose again, so that it can settle: {reason}."),
    "5.2/9": _("Your session settled overnight. That is a calm check."),
    "DF-04": _("A score was missing, so this session cannot be judged. It counts neither for nor against you."),
}
TONES = {
    Outcome.PROGRESS: "calm",
    Outcome.HOLD: "care",
    Outcome.EASE_AMBER: "care",
    Outcome.EASE_RED: "care",
    Outcome.STOP: "stop",
    Outcome.UNKNOWN: "care",
}
LEVERS = {
    Lever.LOAD: _("{by} % more load"),
    Lever.SETS: _("{by} more set"),
    Lever.REPS: _("{by} more repetitions"),
    Lever.HOLD: _("{by} seconds longer"),
    Lever.MINUTES: _("{by} minutes more"),
}
