"""Red-flag screening: answers in, one disposition and its hits out (rule book, sections 0 to 2).

The rules are a table in the order of the rule book. G-0: the most urgent single hit decides and hits never cancel each
other. G-1: "not sure" on an emergency question is urgent, on an urgent one it asks for a review alongside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .words import Answer, Condition, Disposition, Region, Sport

GENERAL = tuple(f"QG{n}" for n in range(2, 15))
BACK = (*(f"QB{n}" for n in range(1, 7)), "QB7a", "QB7b", *(f"QB{n}" for n in range(8, 30)))
ELBOW = tuple(f"QE{n}" for n in range(1, 23))
AGE_QUESTION = "QG1"
SITE_QUESTION = "QE12"
SITES = ("outer", "inner", "front", "back")

D1, D2, D3A, D3B = (
    Disposition.EMERGENCY,
    Disposition.URGENT,
    Disposition.REVIEW_FIRST,
    Disposition.REVIEW_ALONGSIDE,
)


def questions(region: Region) -> tuple[str, ...]:
    """Ids of the questions of a region, the general ones first; QG1, the age, is asked apart."""
    return GENERAL + (BACK if region is Region.BACK else ELBOW)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at.

    answers: question id to answer; a question that is missing was not asked.
    age: years. pain: average key pain of the last 24 hours at entry, 0 to 10 (P0). site: the choice of QE12.
    injured: the onset was an injury, which counts as QE1 (DF-18).
    """

    region: Region
    age: int
    answers: Mapping[str, Answer] = field(default_factory=dict)
    pain: int | None = None
    site: str | None = None
    sport: Sport | None = None
    condition: Condition | None = None
    injured: bool = False

    def yes(self, *ids: str) -> bool:
        """Whether any of these questions was answered yes."""
        return any(self.answers.get(id) is Answer.YES for id in ids) or (self.injured and "QE1" in ids)

    def not_sure(self, id: str) -> bool:
        return self.answers.get(id) is Answer.NOT_SURE


Level = Callable[[Facts], Disposition | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A red flag: its id, the regions that it is asked in, and how urgent the facts make it."""

    id: str
    regions: tuple[Region, ...]
    level: Level


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that the answers meet. via: "G-1" when only a "not sure" met it."""

    rule: str
    disposition: Disposition
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Screening:
    """The result: hits, the most urgent first and equals in the order of the rule book; the first one decides (G-0)."""

    hits: tuple[Hit, ...] = ()

    @property
    def disposition(self) -> Disposition:
        return self.hits[0].disposition if self.hits else Disposition.SELF_MANAGED


BOTH, ONLY_BACK, ONLY_ELBOW = (Region.BACK, Region.ELBOW), (Region.BACK,), (Region.ELBOW,)


def _rule(id: str, disposition: Disposition, *ids: str) -> Rule:
    """The common case: one level, met by a yes to any of the questions."""
    regions = {"G": BOTH, "B": ONLY_BACK, "E": ONLY_ELBOW}[id[3]]
    return Rule(id, regions, lambda f: disposition if f.yes(*ids) else None)


def _when(id: str, disposition: Disposition, test: Callable[[Facts], bool], regions: tuple[Region, ...]) -> Rule:
    return Rule(id, regions, lambda f: disposition if test(f) else None)


def _raised_by_thin_blood(level: Level) -> Level:
    """RF-G15: blood thinners or a bleeding disorder (QG8) make the hit one level more urgent."""

    def raised(f: Facts) -> Disposition | None:
        found = level(f)
        return found.raised() if found and f.yes("QG8") else found

    return raised


def _cancer(f: Facts) -> Disposition | None:
    nerve = (
        ("QB1", "QB2", "QB3", "QB4", "QB5", "QB6", "QB7a", "QB7b", "QB8", "QB20", "QB28")
        if f.region is Region.BACK
        else ("QE9", "QE10", "QE15")
    )
    return (D1 if f.yes(*nerve) else D2) if f.yes("QG5") else None


def _bruise(f: Facts) -> Disposition | None:
    return (D1 if f.yes("QG8", "QB13") else D2) if f.yes("QB12") else None


def _fast_swelling(f: Facts) -> Disposition | None:
    injured_and_swelling = f.yes("QE1") and f.yes("QE6")
    return (D1 if f.yes("QE4", "QG8") else D2) if injured_and_swelling else None


def _swollen_arm(f: Facts) -> Disposition | None:
    return (D1 if f.yes("QG12") else D2) if f.yes("QE8") else None


def _growing(f: Facts) -> bool:
    """RF-G12: at 16 or 17, with the question of this region; the other region's answer must not count (G-1)."""
    return 16 <= f.age < 18 and f.yes("QB24" if f.region is Region.BACK else "QE20")


def _thrower(f: Facts) -> bool:
    inner = f.site == "inner" or f.condition is Condition.GOLFERS_ELBOW
    return inner and f.sport is Sport.GOLF_THROWING and f.yes("QE19")


RULES: tuple[Rule, ...] = (
    # 2.1 General
    _rule("RF-G01", D1, "QG12"),
    _when("RF-G02", D1, lambda f: f.yes("QG3") and f.yes("QG7", "QB6", "QB7a", "QB7b", "QB8"), ONLY_BACK),
    _rule("RF-G03", D2, "QG3"),
    _rule("RF-G04", D2, "QG4"),
    Rule("RF-G05", BOTH, _cancer),
    _rule("RF-G06", D2, "QG9", "QG10"),
    _rule("RF-G07", D2, "QG11"),
    _rule("RF-G08", D3A, "QG6"),
    _rule("RF-G09", D3A, "QG7"),
    _rule("RF-G10", D3A, "QG2"),
    _when("RF-G11", D3A, lambda f: f.age < 16, BOTH),
    _when("RF-G12", D3A, _growing, BOTH),
    _rule("RF-G13", D3A, "QG14"),
    _rule("RF-G14", D3A, "QG13"),
    _when("RF-G15", D3B, lambda f: f.yes("QE1") and f.yes("QG8"), ONLY_ELBOW),
    _when("RF-G16", D3A, lambda f: f.pain is not None and f.pain >= 8, BOTH),
    # 2.2 Back: emergency now
    _rule("RF-B01", D1, "QB1", "QB2", "QB3"),
    _rule("RF-B02", D1, "QB4"),
    _rule("RF-B03", D1, "QB5"),
    _rule("RF-B04", D1, "QB6"),
    _rule("RF-B05", D1, "QB7b"),
    _rule("RF-B06", D1, "QB8"),
    _rule("RF-B07", D1, "QB9"),
    _rule("RF-B08", D1, "QB10"),
    _rule("RF-B09", D1, "QB13"),
    _when("RF-B10", D1, lambda f: f.age >= 50 and f.yes("QB15"), ONLY_BACK),
    # 2.3 Back: urgent same day
    _when("RF-B11", D2, lambda f: f.age < 50 and f.yes("QB15"), ONLY_BACK),
    _when("RF-B12", D2, lambda f: f.yes("QB11") and (f.yes("QG6") or f.age >= 65), ONLY_BACK),
    Rule("RF-B14", ONLY_BACK, _bruise),
    _rule("RF-B15", D2, "QB14"),
    _rule("RF-B16", D2, "QB16"),
    _rule("RF-B17", D2, "QB17"),
    # 2.4 Back: prompt review
    _when("RF-B18", D3B, lambda f: f.yes("QB18") and not f.yes("QB19", "QB20", "QB21"), ONLY_BACK),
    _when("RF-B13", D3B, lambda f: f.yes("QB11") and f.age < 65 and not f.yes("QG6"), ONLY_BACK),
    _rule("RF-B19", D3A, "QB7a"),
    _rule("RF-B20", D3A, "QB28"),
    _rule("RF-B21", D3B, "QB19", "QB20", "QB21"),
    _rule("RF-B22", D3A, "QB22"),
    _rule("RF-B23", D3B, "QB23"),
    _when("RF-B24", D3A, lambda f: f.age < 20 and f.yes("QB24"), ONLY_BACK),
    _rule("RF-B25", D3A, "QB25"),
    _rule("RF-B26", D3A, "QB26"),
    _rule("RF-B27", D3A, "QB27"),
    _when("RF-B28", D3A, lambda f: f.age >= 50 and f.yes("QB29"), ONLY_BACK),
    # 2.5 Elbow
    _rule("RF-E01", D1, "QE2"),
    _rule("RF-E02", D1, "QE4"),
    _when("RF-E03", D1, lambda f: f.yes("QE5") and f.yes("QG3"), ONLY_ELBOW),
    _when("RF-E04", D2, lambda f: f.yes("QE5") and not f.yes("QG3"), ONLY_ELBOW),
    Rule("RF-E05", ONLY_ELBOW, _raised_by_thin_blood(lambda f: D2 if f.yes("QE1") and f.yes("QE3") else None)),
    Rule("RF-E06", ONLY_ELBOW, _fast_swelling),
    _rule("RF-E07", D2, "QE7"),
    Rule("RF-E08", ONLY_ELBOW, _swollen_arm),
    _rule("RF-E09", D2, "QE10"),
    _rule("RF-E10", D2, "QE15"),
    _when("RF-E11", D3A, lambda f: f.yes("QE11") or (f.yes("QE3") and not f.yes("QE1")), ONLY_ELBOW),
    _when("RF-E12", D3A, lambda f: f.age < 18 and f.yes("QE20"), ONLY_ELBOW),
    Rule("RF-E13", ONLY_ELBOW, _raised_by_thin_blood(lambda f: D3A if f.yes("QE1") and f.yes("QE18") else None)),
    _rule("RF-E14", D3A, "QE9"),
    _rule("RF-E15", D3B, "QE19"),
    _rule("RF-E16", D3B, "QE16", "QE17"),
    _rule("RF-E17", D3B, "QE21"),
    _when("RF-E18", D3A, lambda f: f.yes("QE22") or f.site in ("front", "back"), ONLY_ELBOW),
    _when("RF-E19", D3A, _thrower, ONLY_ELBOW),
    Rule("RF-E20", ONLY_ELBOW, _raised_by_thin_blood(lambda f: D2 if f.yes("QE6") and not f.yes("QE1") else None)),
)

# G-1: what a "not sure" names. An emergency question gives urgent, an urgent one a review alongside.
_EMERGENCY_QUESTIONS = {
    "QG12": "RF-G01",
    **dict.fromkeys(("QB1", "QB2", "QB3"), "RF-B01"),
    "QB4": "RF-B02",
    "QB5": "RF-B03",
    "QB6": "RF-B04",
    "QB7b": "RF-B05",
    "QB8": "RF-B06",
    "QB9": "RF-B07",
    "QB10": "RF-B08",
    "QB13": "RF-B09",
    "QE2": "RF-E01",
    "QE4": "RF-E02",
}
_URGENT_QUESTIONS = {
    "QG3": "RF-G03",
    "QG4": "RF-G04",
    "QG5": "RF-G05",
    "QG9": "RF-G06",
    "QG10": "RF-G06",
    "QG11": "RF-G07",
    "QB12": "RF-B14",
    "QB14": "RF-B15",
    "QB16": "RF-B16",
    "QB17": "RF-B17",
    "QE5": "RF-E04",
    "QE6": "RF-E20",
    "QE7": "RF-E07",
    "QE8": "RF-E08",
    "QE10": "RF-E09",
    "QE15": "RF-E10",
}
ORDER = {rule.id: place for place, rule in enumerate(RULES)}


def if_not_sure(question: str, age: int) -> tuple[str, Disposition] | None:
    """The rule and the disposition that a "not sure" to this question gives, or None where it changes nothing (G-1)."""
    if question == "QB15":
        return ("RF-B10", D2) if age >= 50 else ("RF-B11", D3B)
    if question in _EMERGENCY_QUESTIONS:
        return _EMERGENCY_QUESTIONS[question], D2
    if question in _URGENT_QUESTIONS:
        return _URGENT_QUESTIONS[question], D3B
    return None


def screen(facts: Facts) -> Screening:
    """Judge the answers.

    Returns every hit, most urgent first. Only questions of the region count (G-1).
    Implements RF-G01 to RF-G16, RF-B01 to RF-B28, RF-E01 to RF-E20, G-0, G-1.
    """
    found: dict[str, Hit] = {}
    for rule in RULES:
        if facts.region in rule.regions and (level := rule.level(facts)):
            found[rule.id] = Hit(rule.id, level)
    for question in questions(facts.region):
        if facts.not_sure(question) and (unsure := if_not_sure(question, facts.age)):
            rule_id, level = unsure
            found.setdefault(rule_id, Hit(rule_id, level, via="G-1"))
    return Screening(tuple(sorted(found.values(), key=lambda hit: (-hit.disposition.rank, ORDER[hit.rule]))))


def complete(region: Region, answers: Mapping[str, Answer], unanswered: Answer = Answer.NOT_SURE) -> dict[str, Answer]:
    """All questions of the region answered: what was left out reads as "not sure" (G-1), never as no."""
    return {id: answers.get(id, unanswered) for id in questions(region) if id != SITE_QUESTION}
