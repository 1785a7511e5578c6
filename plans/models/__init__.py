"""What is stored. What it means is `follow`'s to say: no row holds a status, a stage or a decision."""

from .care import Intervention
from .diary import Entry, EntryRevision
from .escalation import Escalation
from .plan import Activity, Plan
from .review import ActivityScore, WeeklyReview
from .screening import Clearance, Screening
from .template import Template, Version

__all__ = [
    "Activity",
    "ActivityScore",
    "Clearance",
    "Entry",
    "EntryRevision",
    "Escalation",
    "Intervention",
    "Plan",
    "Screening",
    "Template",
    "Version",
    "WeeklyReview",
]
