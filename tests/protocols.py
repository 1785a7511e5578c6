"""A small protocol for tests of what surrounds the rules: the rule book's numbers, two invented exercises."""

from datetime import date
from functools import lru_cache

from plans.rules.protocol import Protocol
from plans.rules.words import Condition, Region, StageId

SOURCE = {"id": "invented", "title": "Invented for tests", "mark": "E"}
EXERCISE = {
    "purpose": "To have something to do.",
    "steps": ["Begin.", "End."],
    "cues": ["Easy."],
    "mistakes": ["Too fast."],
    "feel": "Nothing much.",
    "stop": "When it hurts.",
    "easier": "Less.",
    "harder": "More.",
    "figure": "stand",
    "sources": ["invented"],
}
# sessions a week (back, elbow), least days in the stage (lumbar strain, sciatica-like, elbows), mean over days,
# values needed, most mean pain, least function, progress checks, misfit
STAGES = {
    StageId.RELATIVE_REST: ((5, 7), (7, 7, 7), 3, 2, 4, 4, 0, None),
    StageId.REBUILD: ((3, 7), (7, 14, 21), 7, 3, 3, 6, 1, 5),
    StageId.RELOAD: ((3, 3), (14, 14, 21), 7, 3, 2, 8, 2, 4),
    StageId.RETURN_TO_SPORT: ((3, 3), (14, 14, 14), 7, 3, 1, 9, 2, 3),
    StageId.MAINTENANCE: ((2, 2), None, 0, 0, 0, 0, 0, None),
}
CHECK = {
    "baseline_days": 3,
    "stop_morning": 8,
    "red_rise": 3,
    "high_baseline": 4,
    "high_baseline_red_rise": 3,
    "amber_rise": 2,
    "red_pain": 6,
    "hold_pain": 4,
    "hold_rise": 1,
    "full_dose": 80,
    "late_rise": 1,
}
STEP_BACK = {
    "reds_in_a_row": 2,
    "reds_in_window": 3,
    "window_days": 7,
    "misfit_days": 7,
    "drift_rise": 2,
    "drift_every_days": 14,
    "nudge_days": 7,
    "alert_days": 10,
    "dose_scales": [100, 75, 50],
    "progress_for_step": 2,
}
CLASSES = {
    "mean_days": 7,
    "min_values": 3,
    "wait_days": 3,
    "worse_points": 2,
    "worse_percent": 30,
    "worse_percent_points": 1,
    "function_drop": 2,
    "pain_down": 1,
    "low_pain": 2,
    "high_function": 8,
    "clear_points": 2,
    "clear_percent": 30,
    "clear_function": 2,
    "clear_function_pain_rise": 1,
    "some_points": 1,
    "some_function": 1,
}
MODIFIERS = {
    "still_resting": {"from_week": 4, "at_least": "physio"},
    "high_pain": {"mean_pain": 7, "at_least": "gp"},
    "relapse": {"rise": 2, "at_least": "physio"},
    "cautious": {"week": 2, "age": 50, "at_least": "physio_or_gp"},
}


def stage(id: StageId, condition: Condition) -> dict:
    sessions, days, mean_over, values, pain, function, progress, misfit = STAGES[id]
    elbow = condition.region is Region.ELBOW
    gate = days and {
        "min_days": days[2 if elbow else int(condition is Condition.SCIATICA_LIKE)],
        "mean_over_days": mean_over,
        "min_values": values,
        "max_mean_pain": pain,
        "min_function": function,
        "checks": 3,
        "min_progress": progress,
        "min_adherence": 50,
    }
    a_week = sessions[int(elbow)]
    return {
        "id": id,
        "title": id.value.replace("-", " "),
        "goal": "Get going.",
        "usual_length": "Some days.",
        "do": ["Walk."],
        "sessions_a_week": a_week,
        "days_between": 2 if a_week <= 3 else 1,
        "session_minutes": 10,
        "prescriptions": [
            {"exercise": "bridge", "when": "session", "dose": {"sets": 2, "reps": [8]}, "sources": ["invented"]},
            {"exercise": "walk", "when": "session", "dose": {"minutes": 10}, "sources": ["invented"]},
        ],
        "steps": [{"exercise": "bridge", "lever": "sets", "by": 1}],
        "gate": gate or None,
        "misfit_mean_pain": misfit,
    }


@lru_cache
def protocol(condition: Condition = Condition.LUMBAR_STRAIN, title: str = "A test of a plan") -> Protocol:
    action = {"clear": "continue", "some": "continue", "none": "offer_physio", "worse": "gp"}
    later = {"clear": "continue", "some": "physio", "none": "physio_or_gp", "worse": "gp"}
    weeks = [{"week": 2, "actions": action}, {"week": 4, "actions": later}, {"week": 6, "actions": later}]
    if condition.region is Region.ELBOW:
        weeks.insert(0, {"week": 1, "only_injured": True, "actions": action})
    return Protocol.model_validate(
        {
            "condition": condition,
            "title": title,
            "summary": "A plan for tests.",
            "expectation": "Most days are ordinary.",
            "key_pain": "How sore was it?",
            "morning_pain": "How sore was it this morning?",
            "session_pain": "pain",
            "screening": ["QG3"],
            "every_day": ["QG3"],
            "check": CHECK,
            "step_back": STEP_BACK,
            "any_time": {"stop_morning": 8, "stop_pain": 8, "stop_pain_days": 3},
            "classes": CLASSES,
            "modifiers": MODIFIERS,
            "stages": [stage(id, condition) for id in StageId],
            "checkpoints": weeks,
            "exercises": {id: {"id": id, "name": id.title(), **EXERCISE} for id in ("bridge", "walk")},
            "sources": {"invented": SOURCE},
            "approver": "Nobody, a test",
            "review_by": date(2100, 1, 1),
        }
    )
