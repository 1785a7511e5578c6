"""People, plans and diaries for tests. Names are invented, addresses end in example.org."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import CareLink, Consent, User
from plans.models import Channel, Entry, Escalation, Message, Plan, Screening, Template, Version
from plans.models import reminder as reminders
from plans.models.escalation import Kind
from plans.rules import screening as rules
from plans.rules.words import Condition, Disposition, Region
from tests.protocols import protocol


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"athlete{n}@example.org")
    name = factory.Sequence(lambda n: f"Athlete {n}")

    @factory.post_generation
    def consent(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted is not False:
            Consent.accept(self)


class PhysioFactory(UserFactory):
    email = factory.Sequence(lambda n: f"physio{n}@example.org")
    name = factory.Sequence(lambda n: f"Physio {n}")
    is_physio = True


class AdminFactory(UserFactory):
    email = factory.Sequence(lambda n: f"admin{n}@example.org")
    is_staff = True
    is_superuser = True


class TemplateFactory(DjangoModelFactory):
    class Meta:
        model = Template
        django_get_or_create = ("slug",)

    condition = Condition.LUMBAR_STRAIN.value
    slug = factory.SelfAttribute("condition")
    title = factory.LazyAttribute(lambda template: template.condition.title())


def publish(condition: Condition = Condition.LUMBAR_STRAIN, **kwargs: Any) -> Version:
    return TemplateFactory(condition=condition.value).publish(protocol(condition, **kwargs))


def answers(region: Region, **given: str) -> dict[str, str]:
    """Every question answered no, but for those given."""
    asked = [question for question in rules.questions(region) if question != rules.SITE_QUESTION]
    return {**dict.fromkeys(asked, "no"), **given}


class ScreeningFactory(DjangoModelFactory):
    """All clear, unless told otherwise: `ScreeningFactory(given={"QG5": "yes"})`."""

    class Meta:
        model = Screening
        exclude = ("given",)

    given: dict[str, str] = {}
    athlete = factory.SubFactory(UserFactory)
    region = Region.BACK.value
    age = 35
    answers = factory.LazyAttribute(lambda made: answers(Region(made.region), **made.given))
    disposition = factory.LazyAttribute(
        lambda made: (
            rules.screen(
                rules.Facts(
                    Region(made.region),
                    made.age,
                    {question: rules.Answer(answer) for question, answer in made.answers.items()},
                )
            ).disposition.value
        )
    )


class PlanFactory(DjangoModelFactory):
    """Running since `days_ago` days, counted by the athlete's calendar: 0 is day 1."""

    class Meta:
        model = Plan
        exclude = ("days_ago",)

    days_ago = 0
    athlete = factory.SubFactory(UserFactory)
    condition = Condition.LUMBAR_STRAIN.value
    version = factory.LazyAttribute(lambda plan: publish(Condition(plan.condition)))
    screening = factory.SubFactory(
        ScreeningFactory,
        athlete=factory.SelfAttribute("..athlete"),
        region=factory.LazyAttribute(lambda made: Condition(made.factory_parent.condition).region.value),
    )
    start_date = factory.LazyAttribute(
        lambda plan: timezone.localdate(timezone=plan.athlete.zone) - timedelta(days=plan.days_ago)
    )
    age = factory.SelfAttribute("screening.age")
    pain = 5
    function = 4


class EntryFactory(DjangoModelFactory):
    class Meta:
        model = Entry

    plan = factory.SubFactory(PlanFactory)
    date = factory.LazyAttribute(lambda entry: entry.plan.local_today())
    pain = 4


class EscalationFactory(DjangoModelFactory):
    class Meta:
        model = Escalation

    plan = factory.SubFactory(PlanFactory)
    day = 1
    rule = "AT-1"
    kind = Kind.STOP.value
    disposition = Disposition.URGENT.value


class CareLinkFactory(DjangoModelFactory):
    class Meta:
        model = CareLink

    athlete = factory.SubFactory(UserFactory)
    physio = factory.SubFactory(PhysioFactory)


class ChannelFactory(DjangoModelFactory):
    class Meta:
        model = Channel
        django_get_or_create = ("user", "way", "address")

    user = factory.SubFactory(UserFactory)
    way = reminders.Way.EMAIL.value
    address = ""


class MessageFactory(DjangoModelFactory):
    """A reminder of a session, due now by e-mail."""

    class Meta:
        model = Message

    plan = factory.SubFactory(PlanFactory)
    recipient = factory.SelfAttribute("plan.athlete")
    channel = factory.SubFactory(ChannelFactory, user=factory.SelfAttribute("..recipient"))
    kind = reminders.Kind.SESSION.value
    local_date = factory.LazyAttribute(lambda made: timezone.localdate(timezone=made.recipient.zone))
    revision = factory.LazyAttribute(lambda made: made.plan.revision if made.plan else None)
    planned_at = factory.LazyFunction(timezone.now)
    due_at = factory.SelfAttribute("planned_at")
