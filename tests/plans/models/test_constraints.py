"""What the database itself refuses, whoever writes: the pair of what forms refuse. The rest stands with its subject."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction

from plans.models import Activity, ActivityScore, Clearance, WeeklyReview
from tests.factories import PlanFactory, ScreeningFactory, TemplateFactory

pytestmark = pytest.mark.django_db


def refuses(make, **fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**fields)


@pytest.mark.parametrize("fields", [{"condition": "knee"}, {"title": ""}, {"slug": ""}])
def test_a_template(fields):
    refuses(TemplateFactory, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"region": "knee"},
        {"condition": "knee"},
        {"age": -1},
        {"age": 121},
        {"pain": 11},
        {"pain": -1},
        {"site": "knee"},
        {"sport": "chess"},
        {"onset": "slow"},
        {"disposition": "fine"},
    ],
)
def test_a_screening(fields):
    refuses(ScreeningFactory, **{"answers": {}, "disposition": "urgent", **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"age": 121},
        {"pain": 11},
        {"pain": None},
        {"function": 11},
        {"function": -1},
        {"onset": "slow"},
        {"side": "top"},
        {"sport": "chess"},
        {"site": "knee"},
    ],
)
def test_a_plan(fields):
    refuses(PlanFactory, **fields)


@pytest.mark.parametrize("fields", [{"position": 0}, {"position": 4}, {"name": ""}, {"score": 11}])
def test_an_activity(fields):
    refuses(Activity.objects.create, **{"plan": PlanFactory(), "name": "Sit", "position": 1, **fields})


def test_an_activity_has_its_own_place():
    plan = PlanFactory()
    Activity.objects.create(plan=plan, name="Sit", position=1)
    refuses(Activity.objects.create, plan=plan, name="Lift", position=1)


@pytest.mark.parametrize("score", [-1, 11, None])
def test_a_score_of_an_activity(score):
    plan = PlanFactory()
    activity = Activity.objects.create(plan=plan, name="Sit", position=1)
    review = WeeklyReview.objects.create(plan=plan, week=1)
    refuses(ActivityScore.objects.create, review=review, activity=activity, score=score)


@pytest.mark.parametrize("of", [(), ("plan", "screening")])
def test_a_clearance_is_of_one_thing(of):
    plan = PlanFactory()
    things = {name: {"plan": plan, "screening": plan.screening}[name] for name in of}
    said = {"by_name": "Dr Example", "role": "gp", "cleared_on": plan.start_date, "recorded_by": plan.athlete}
    refuses(Clearance.objects.create, **things, **said)


@pytest.mark.parametrize("fields", [{"by_name": ""}, {"role": "friend"}])
def test_a_clearance_says_who(fields):
    plan = PlanFactory()
    said = {"by_name": "Dr Example", "role": "gp", "cleared_on": plan.start_date, "recorded_by": plan.athlete}
    refuses(Clearance.objects.create, plan=plan, **{**said, **fields})


def limited():
    for model in apps.get_app_config("plans").get_models():
        for field in model._meta.concrete_fields:
            kinds = {type(validator) for validator in field.validators}
            if {MinValueValidator, MaxValueValidator} <= kinds and isinstance(
                field, models.SmallIntegerField | models.DecimalField
            ):
                yield pytest.param(model, field, id=f"{model.__name__}.{field.name}")


@pytest.mark.parametrize(("model", "field"), list(limited()))
def test_every_limit_of_a_form_is_one_of_the_database_too(model, field):
    """The same number is refused by the field's validators and by a CHECK."""
    least = min(v.limit_value for v in field.validators if isinstance(v, MinValueValidator))
    row = model(**{field.name: least - 1})
    with pytest.raises(ValidationError):
        row.clean_fields(exclude=[other.name for other in model._meta.fields if other is not field])
    broken = []
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint) and field.name in str(constraint.condition):
            try:
                constraint.validate(model, row)
            except ValidationError:
                broken.append(constraint.name)
    assert broken


def who_and_when():
    for model in apps.get_app_config("plans").get_models():
        names = {field.name for field in model._meta.concrete_fields}
        for field in model._meta.concrete_fields:
            if field.name.endswith("_at") and f"{field.name[:-3]}_by" in names:
                yield pytest.param(model, field.name[:-3], id=f"{model.__name__}.{field.name}")


def test_there_are_pairs_of_who_and_when():
    assert len(list(who_and_when())) >= 2


@pytest.mark.parametrize(("model", "what"), list(who_and_when()))
def test_who_and_when_are_given_together(model, what):
    pairs = [
        constraint
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
        and f"{what}_at__isnull" in str(constraint.condition)
        and f"{what}_by__isnull" in str(constraint.condition)
    ]
    assert pairs
