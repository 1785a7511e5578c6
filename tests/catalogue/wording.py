"""What no text of the catalogue may say: the rule that forbids it, why, and a sentence that shows the fault."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Forbidden:
    """A claim that is kept out. shows: a bad sentence that the pattern must find. not_in: places that may say it."""

    rule: str
    why: str
    pattern: str
    shows: str
    not_in: tuple[str, ...] = field(default=())

    def search(self, text: str) -> re.Match[str] | None:
        return re.search(self.pattern, text, re.IGNORECASE)


ILLNESS = (
    r"(?:strain|sprain|sciatica|tennis elbow|golfer|tendon|tendinopathy|epicondyl|tear|torn|fracture|broken|disc\b|"
    r"hernia|trapped nerve|nerve|infection|cancer|tumou?r|aneurysm|clot|arthritis|inflammation|cauda|stenosis)"
)
UNIT = r"(?:days?|weeks?|months?)"

FORBIDDEN = (
    Forbidden(
        "MW-2",
        "a pattern is not a diagnosis",
        rf"\byou(?:'|\u2019)?(?:ve| have)(?: got)? (?:a |an |the |some )?(?:\w+ ){{0,2}}{ILLNESS}",
        "You have a slipped nerve in the low back.",
    ),
    Forbidden(
        "MW-2",
        "nor is it one in other words",
        rf"\b(?:your (?:pain|problem) is (?:a |an )?{ILLNESS}|you (?:suffer|are suffering) from|you are diagnosed|"
        rf"this (?:is|means) (?:a |an )?{ILLNESS})",
        "This is a tear of the tendon.",
    ),
    Forbidden(
        "MW-2",
        "nothing here can rule illness out",
        r"\b(?:it is|it's|this is|probably) nothing\b|nothing (?:serious|to worry)|(?:don't|do not|no need to) worry|"
        r"\bjust a (?:strain|sprain)|harmless",
        "It is nothing to lose sleep over.",
    ),
    Forbidden(
        "RF-W1",
        "how rare illness is may never talk somebody out of a yes",
        r"(?:unlikely|too rare|so rare) .{0,40}(?:serious|answer|yes)|very rare, so",
        "It is unlikely to be serious, so carry on.",
    ),
    Forbidden(
        "MW-5",
        "nobody can promise a date",
        rf"\b(?:will|shall|going to) (?:be |have |feel |get )*(?:gone|healed?|better|cured?|fixed|recover(?:ed)?|"
        rf"pain[- ]free|normal|settled?|back)\b.{{0,30}}\b(?:in|within|by|after)\b.{{0,20}}\b{UNIT}",
        "You will be better within four weeks.",
    ),
    Forbidden(
        "MW-5",
        "nor guarantee an outcome",
        r"\bguarantee|\b(?:is|are|be|completely|fully|now) cured\b|\bcures\b|\bmiracle|"
        r"\b100 ?(?:%|percent) (?:safe|sure|better)|"
        r"\b(?:completely|totally|perfectly) safe\b",
        "This exercise cures back pain.",
    ),
    Forbidden(
        "C-22",
        "the claim has no support",
        r"\b90\s*(?:to|-|\u2013|and)\s*95|\bnearly everyone (?:is|gets) (?:well|better)",
        "90 to 95% are well in 4 to 6 weeks.",
    ),
    Forbidden(
        "C-13",
        "nerve pain takes weeks to months",
        r"gone in (?:3|three)(?: to |-)(?:4|four) days",
        "It is gone in 3 to 4 days.",
    ),
    Forbidden(
        "MW-6",
        "whether a scan helps is for a clinician to say",
        r"\b(?:you|it|your back|your elbow) needs? (?:an? )?(?:MRI|CT|scan|X-ray)|"
        r"(?:get|order|book|ask for) an? (?:MRI|CT|scan)\b",
        "You need an MRI of your back.",
    ),
    Forbidden(
        "ST-G11",
        "fear of a weak body slows recovery",
        r"\bfragile|\bworn[- ](?:out|dis[ck]|joint|back|spine|tendon|bone)|"
        r"\b(?:is|are|looks?|gets?) worn\b|wear and tear|out of place|\bslipped\b|\bcrumbl|degenerat|"
        r"\bunstable (?:spine|back)|"
        r"\b(?:weak|bad|damaged|ruined) (?:back|spine|disc|tendon)s?\b|\byour (?:back|spine) is weak",
        "Your back is fragile.",
    ),
    Forbidden(
        "C-04",
        "bed rest does not help",
        r"(?<!not )(?<!do )\bstay in bed\b|\brest in bed\b|\b(?:take|get|complete|total|strict|full) bed rest|"
        r"\bcomplete rest\b|"
        r"lie down until the pain",
        "Take complete rest for a week.",
    ),
    Forbidden(
        "C-26",
        "long rest is not the cure for a tendon",
        r"\brest (?:it |the (?:arm|elbow) )?(?:until|till) (?:the pain|it) (?:is|has) gone",
        "Rest the elbow until it has gone.",
    ),
    Forbidden(
        "C-06",
        "massage never comes first",
        r"massage (?:it |the \w+ )?(?:hard|deeply|at once|straight away|right away)",
        "Massage it hard.",
    ),
    Forbidden(
        "C-07",
        "some pain is expected, and none is pushed through",
        r"no pain,? no gain|(?<!not )(?<!never )\bpush through (?:the )?pain|"
        r"stop (?:at|if there is|if you feel) any pain",
        "Stop if you feel any pain.",
    ),
    Forbidden(
        "C-08",
        "with a warning sign waiting is unsafe",
        r"wait until the pain (?:is|has) (?:gone|settled).{0,30}(?:doctor|GP|physio)",
        "Wait until the pain has gone before you see a doctor.",
    ),
    Forbidden(
        "C-25",
        "lost strength or feeling never waits six weeks",
        r"(?:weak|numb|strength|feeling).{0,40}\bwait (?:6|six) weeks",
        "If the foot is weak, wait six weeks.",
    ),
    Forbidden(
        "C-14",
        "no medicine is named and none is dosed",
        r"\b(?:ibuprofen|paracetamol|acetaminophen|aspirin|naproxen|diclofenac|codeine|tramadol|morphine|gabapentin|"
        r"pregabalin|diazepam|amitriptyline|celecoxib|cortisone|voltarol|nurofen|tylenol|advil)\b|\b\d+ ?mg\b",
        "Take 400 mg of ibuprofen.",
    ),
    Forbidden(
        "C-14",
        "the question on antibiotics alone names one",
        r"\bciprofloxacin|\blevofloxacin|\bmoxifloxacin",
        "Do not take ciprofloxacin.",
        not_in=("questions.yaml:QG13",),
    ),
    Forbidden(
        "C-15",
        "no posture is to blame",
        r"\b(?:bad|poor|wrong|incorrect|faulty) posture|\bposture (?:score|is wrong|caused)|"
        r"\bsit up straight\b|\bslouch",
        "Poor posture is behind this.",
    ),
    Forbidden(
        "C-15",
        "nor is the person",
        r"(?<!none is )(?<!not )\byour (?:own )?fault|\byou (?:should have|failed|were lazy|ignored|neglected)|"
        r"\b(?:are|be|being) lazy\b|\bshame",
        "You should have warmed up.",
    ),
    Forbidden("C-19", "the claim is wrong", r"lactic|lactate", "Lactic acid makes you sore overnight."),
    Forbidden(
        "C-20",
        "no support for such limits",
        r"knees? (?:must|should|may|can) (?:never|not) (?:go |travel |move )?(?:past|over|in front of)|"
        r"never let (?:the|your) knees|"
        r"whole[- ]foot strike|(?:must|always) land on",
        "Your knees should never go past your toes.",
    ),
    Forbidden(
        "C-21", "straps are offered, no grip is banned", r"never (?:use|take) an? mixed grip", "Never use a mixed grip."
    ),
    Forbidden(
        "C-30",
        "rest easing it does not rule illness out",
        r"\bno (?:medical care|doctor|check) (?:is )?needed|do(?:n't| not) need (?:a|to see a) (?:doctor|GP)",
        "No doctor is needed if rest helps.",
    ),
    Forbidden(
        "C-34",
        "dose is graded",
        r"\b(?:push|pull|squeeze|train|go) as hard as you can\b|\bmaximal (?:abdominal|trunk|core)",
        "Do maximal abdominal work.",
    ),
    Forbidden("SF3-033", "not offered", r"acupunctur|dry needling", "Try acupuncture."),
    Forbidden(
        "MW-8",
        "numbers belong to a country",
        r"\b(?:999|911|112)\b|\bA&E\b|\b(?:NHS|call|ring|contact) 111\b",
        "Call 999 now.",
        not_in=("countries.yaml",),
    ),
    Forbidden(
        "MW-2", "soreness words stay calm", r"\b(?:crippl|agony|excruciat|horrif|terrif)", "The agony of sciatica."
    ),
)

FINE = (
    "Most people feel much better in 4 to 6 weeks, and many still have some pain then.",
    "In a trial, bed rest was no better than staying up.",
    "Ask whether a scan would change what happens next.",
    "A nerve may be irritated, and somebody should test your strength once.",
    "Do not push through pain that is sharp.",
    "If you have a stick, hold it along your back.",
    "Where can I get an X-ray today?",
    "It usually gets better over weeks to months.",
)
"""Sentences that must stay possible."""

EARLY = (
    Forbidden("C-01", "no sit-ups or crunches before the last stage", r"\bsit-?ups?\b|\bcrunch", "Do ten crunches."),
    Forbidden(
        "C-29",
        "no rope before the last stage",
        r"\bskipping\b|\bjump(?:ing)? rope|\brope (?:jump|skip)",
        "Warm up with a skipping rope.",
    ),
    Forbidden(
        "C-02",
        "jumps and sprints come back last",
        r"\b(?:all-out|full) sprint|\bbox jumps?\b|\bmaximal (?:single|lift)|\bone-rep max(?:imum)? lift",
        "Add box jumps.",
    ),
)
"""Not to be done before the return to sport; such a stage may say what to leave out."""

FIRST_TWO = (
    Forbidden(
        "C-18", "no toe touches in the first two stages", r"\btoe[- ]touch|touch your toes", "Finish with toe touches."
    ),
    Forbidden(
        "C-03",
        "no heavy lifts in the first two stages",
        r"\bheavy (?:deadlift|squat)|\bbarbell deadlift",
        "Do a heavy deadlift.",
    ),
)
