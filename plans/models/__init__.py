"""What is stored. What it means is `follow`'s to say: no row holds a status, a stage or a decision."""

from .care import Intervention
from .diary import Entry, EntryRevision
from .escalation import Escalation
from .plan import Activity, Plan
from .reminder import Channel, Message, MessageCount, Preferences, PushKey
from .review import ActivityScore, WeeklyReview
from .screening import Clearance, Screening
from .template import Template, Version

__all__ = [
    "Activity",
    "ActivityScore",
    "Channel",
    "Clearance",
    "Entry",
    "EntryRevision",
    "Escalation",
    "Intervention",
    "Message",
    "MessageCount",
    "Plan",
    "Preferences",
    "PushKey",
    "Screening",
    "Template",
    "Version",
    "WeeklyReview",
]
