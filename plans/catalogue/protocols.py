"""A condition's files made into one complete protocol: merged, its stages in order, its exercises and sources in it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from plans.rules.protocol import Exercise, Protocol, Source
from plans.rules.screening import AGE_QUESTION, questions
from plans.rules.words import Condition, StageId

from .errors import Problem
from .reading import Place, Tree, merge, parse, read

COMMON = "common.yaml"
MOST_LAYERS = 3


def compiled(
    condition: Condition,
    folder: Path,
    exercises: Mapping[str, Exercise],
    sources: Mapping[str, Source],
    problems: list[Problem],
) -> Protocol | None:
    """The protocol of a condition; or None, with what is wrong added to problems."""
    found: list[Problem] = []
    tree = _merged(folder / f"{condition}.yaml", found)
    found.extend(_misshapen(tree, condition))
    if not found:
        found.extend(_unknown_questions(tree, condition))
        found.extend(_unknown_parts(tree, exercises, sources))
        found.extend(_disordered(tree))
    problems.extend(found)
    if found:
        # The types would report the same again, less exactly.
        return None
    document = _document(tree, condition, exercises, sources)
    return parse(Protocol, Tree(document, tree.marks), problems, written=_written)


def _merged(path: Path, problems: list[Problem]) -> Tree:
    """The file over what it extends over common.yaml."""
    layers = [read(path)]
    while name := layers[-1].value.get("extends"):
        base = path.parent / f"{name}.yaml"
        if base.parent != path.parent or not base.is_file():
            problems.append(layers[-1].problem(("extends",), f"there is no {name}.yaml beside this file"))
            break
        if len(layers) == MOST_LAYERS:
            message = f"more than {MOST_LAYERS} files extend one another"
            problems.append(layers[-1].problem(("extends",), message))
            break
        layers.append(read(base))
    merged = read(path.with_name(COMMON))
    for layer in reversed(layers):
        merged = merge(merged, layer)
    merged.value.pop("extends", None)
    return merged


def _misshapen(tree: Tree, condition: Condition) -> Iterator[Problem]:
    """What would keep the stages from being put in order."""
    if tree.value.get("condition", condition) != condition:
        yield tree.problem(("condition",), f"the file's name says {condition}")
    for key in ("exercises", "sources", "format"):
        if key in tree.value:
            yield tree.problem((key,), "is filled in when the protocol is compiled; leave it out")
    yield from _misshapen_stages(tree)


def _misshapen_stages(tree: Tree) -> Iterator[Problem]:
    stages = tree.value.get("stages")
    if not isinstance(stages, dict):
        yield tree.problem(("stages",), "must be keys and values, a stage under each id")
        return
    for id, stage in stages.items():
        if id not in list(StageId):
            yield tree.problem(("stages", id), f"there is no such stage; they are {', '.join(StageId)}")
        elif not isinstance(stage, dict):
            yield tree.problem(("stages", id), "must be keys and values")
    if missing := [id for id in StageId if id not in stages]:
        yield tree.problem(("stages",), f"{', '.join(missing)} is missing")


def _unknown_questions(tree: Tree, condition: Condition) -> Iterator[Problem]:
    asked = questions(condition.region)
    for key in ("screening", "every_day"):
        for place, id in _items(tree, key):
            if id == AGE_QUESTION:
                yield tree.problem(place, f"{id}, the age, is asked apart")
            elif id not in asked:
                yield tree.problem(place, f"{id} is not a question of the {condition.region}")


def _unknown_parts(tree: Tree, exercises: Mapping[str, Exercise], sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Exercises and sources that no file holds, and steps of what is not prescribed."""
    for stage in StageId:
        prescribed = list(_items(tree, "stages", stage, "prescriptions"))
        slugs = [tree.get(*place, "exercise") for place, _ in prescribed]
        for (place, _), slug in zip(prescribed, slugs, strict=True):
            if isinstance(slug, str) and slug not in exercises:
                yield tree.problem((*place, "exercise"), f"there is no exercise {slug}")
            for cited, id in _items(tree, *place, "sources"):
                if isinstance(id, str) and id not in sources:
                    yield tree.problem(cited, f"there is no source {id}")
        for place, _ in _items(tree, "stages", stage, "steps"):
            slug = tree.get(*place, "exercise")
            if isinstance(slug, str) and slug not in slugs:
                yield tree.problem((*place, "exercise"), f"{slug} is not prescribed in this stage")


def _disordered(tree: Tree) -> Iterator[Problem]:
    """From stage to stage a gate may ask only for less pain and for more function."""
    for field, falls in (("max_mean_pain", True), ("min_function", False)):
        last: Decimal | None = None
        for stage in StageId:
            place: Place = ("stages", stage, "gate", field)
            number = tree.get(*place)
            if not isinstance(number, (int, float)):
                continue
            now = Decimal(str(number))
            if last is not None and (now > last if falls else now < last):
                asked = "more pain" if falls else "less function"
                yield tree.problem(place, f"may not allow {asked} than the gate before it ({last}, then {now})")
            last = now


def _document(
    tree: Tree, condition: Condition, exercises: Mapping[str, Exercise], sources: Mapping[str, Source]
) -> dict[str, Any]:
    """The merged files as the protocol's fields: the exercises that are prescribed, the sources that are cited."""
    stages = [{**tree.value["stages"][id], "id": id} for id in StageId]
    items = [item for stage in StageId for _, item in _items(tree, "stages", stage, "prescriptions")]
    prescribed = [item for item in items if isinstance(item, dict) and item.get("exercise") in exercises]
    used = {item["exercise"]: exercises[item["exercise"]] for item in prescribed}
    cited = {id for item in prescribed for id in item.get("sources") or ()}
    cited.update(id for exercise in used.values() for id in exercise.sources)
    return {
        **tree.value,
        "condition": condition,
        "stages": stages,
        "exercises": {slug: used[slug] for slug in sorted(used)},
        "sources": {id: sources[id] for id in sorted(cited) if id in sources},
    }


def _written(place: Place) -> Place:
    """A place in the document as it stands in the file, where stages are found by id."""
    if len(place) > 1 and place[0] == "stages" and isinstance(place[1], int):
        return ("stages", list(StageId)[place[1]], *place[2:])
    return place


def _items(tree: Tree, *place: str | int) -> Iterator[tuple[Place, Any]]:
    """Places and items of what should be a list; that it is not one is for the types to say."""
    value = tree.get(*place)
    for number, item in enumerate(value if isinstance(value, list) else ()):
        yield (*place, number), item
