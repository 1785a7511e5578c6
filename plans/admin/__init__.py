"""The admin's pages: templates and what was published of them, and the outside of plans.

An admin looks after templates and sees to it that no escalation lies about. A diary is not theirs to read: plans are
shown by number, without scores, answers or the athlete's name, and each look at one leaves an audit row.
"""

from . import escalation, plan, reminder, template

__all__ = ["escalation", "plan", "reminder", "template"]
