"""The figures of `status` in the text format that Prometheus and its kin read."""

from collections.abc import Iterator

from .status import Figures, figures

Sample = tuple[dict[str, str], float]


def text() -> str:
    return "".join(f"{line}\n" for line in lines(figures()))


def lines(now: Figures) -> Iterator[str]:
    yield from gauge("rehab_broker_up", "1 while Redis answers", one(now.broker))
    # Absent until the clock has ticked once: the time of "never" would be a lie.
    if now.last_tick:
        help = "When the clock last ticked"
        yield from gauge("rehab_last_tick_timestamp_seconds", help, one(now.last_tick.timestamp()))
    oldest: list[Sample] = [({"queue": queue}, age) for queue, age in now.oldest.items()]
    yield from gauge("rehab_oldest_due_seconds", "Age of the oldest message that is due, 0 when none is", oldest)
    due: list[Sample] = [({"kind": row.kind, "way": row.way}, row.number) for row in now.due]
    yield from gauge("rehab_due_messages", "Messages that should be on their way by now", due)
    ended: list[Sample] = [({"state": row.state, "kind": row.kind, "way": row.way}, row.day) for row in now.ended]
    yield from gauge("rehab_messages_day", "Messages planned for the last 24 hours that came to an end", ended)
    yield from gauge("rehab_sent_hour", "Messages sent in the last hour", one(now.sent_hour))
    yield from gauge("rehab_sent_minute", "Messages sent in the last minute", one(now.sent_minute))
    yield from gauge("rehab_stuck_messages", "Messages that a worker left behind and no tick took back", one(now.stuck))
    yield from gauge("rehab_overdue_plans", "Plans that the clock should have looked at", one(now.overdue_plans))
    yield from gauge("rehab_plans_in_error", "Plans whose last look failed", one(now.plans_in_error))
    yield from gauge("rehab_failing_channels", "Channels that failed at their last attempt", one(now.failing_channels))
    yield from gauge("rehab_capped", "1 when there was more than is counted", one(bool(now.capped)))


def one(value: float) -> list[Sample]:
    return [({}, value)]


def gauge(name: str, help: str, samples: list[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        named = ",".join(f'{label}="{escaped(content)}"' for label, content in labels.items())
        yield f"{name}{{{named}}} {value:.15g}" if named else f"{name} {value:.15g}"


def escaped(content: str) -> str:
    return content.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
