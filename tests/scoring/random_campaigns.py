"""Questionnaires, schemes and files of raw answers made from a seed, as varied as the formats allow."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

Json = dict[str, Any]
Row = dict[str, str]

FAMILIES = {
    "client": "clients",
    "key-client": "clients",
    "partner": "clients",
    "peer": "colleagues",
    "subordinate": "colleagues",
    "neighbour": "colleagues",
    "supervisor": "supervisor",
    "shopper": "observer",
    "self": "self",
}
ALWAYS_ATTRIBUTED = ("supervisor", "shopper", "self")
CELL_SIZES = [0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 5, 6, 8, 11]
ANSWERED_BY_MANY = [0, 2, 3, 4, 5, 5, 6, 7, 8]


@dataclass
class Campaign:
    questionnaire: Json
    scheme: Json
    rows: list[Row]


def random_campaign(seed: int, subjects: int | None = None) -> Campaign:
    """With many subjects there are few groups, so that means over subjects have what they need."""
    rng = Random(seed)
    scheme = random_scheme(rng, most_groups=len(FAMILIES) if subjects is None else 4)
    questionnaire = random_questionnaire(rng, [group["id"] for group in scheme["group"]])
    sizes = CELL_SIZES if subjects is None else ANSWERED_BY_MANY
    names = [f"S{number}" for number in range(subjects or rng.randint(1, 7))]
    return Campaign(questionnaire, scheme, random_rows(rng, questionnaire, scheme, names, sizes))


# -- questionnaire ------------------------------------------------------------------------------------


def random_questionnaire(rng: Random, groups: list[str]) -> Json:
    scales = {f"scale{number}": random_scale(rng) for number in range(rng.randint(1, 3))}
    dimensions = [
        {"id": f"dim{number}", "weight": random_weight(rng, number), "title": words("Dimension")}
        for number in range(rng.randint(1, 5))
    ]
    items = [
        random_item(rng, f"{dimension['id']}-{number}", dimension["id"], list(scales))
        | {"weight": random_weight(rng, number)}
        | random_audience(rng, groups)
        for dimension in dimensions
        for number in range(rng.randint(1, 4))
    ]
    if rng.random() < 0.5:
        for item in items:
            item["headline"] = rng.random() < 0.3
    items += [recommendation(rng, f"nps{number}", groups) for number in range(rng.choice([0, 1, 1, 2]))]
    items.append({"id": "comment", "kind": "comment", "text": words("Anything else?")})
    rng.shuffle(items)
    return {
        "id": "random",
        "version": 1,
        "title": words("Random"),
        "scale": scales,
        "dimension": dimensions,
        "item": items,
    }


def words(text: str) -> Json:
    return {"en": text, "zh": f"{text}。"}


def random_scale(rng: Random) -> Json:
    length = rng.randint(2, 7)
    points = rng.choice(POINTS)(rng, length)
    return {"first": rng.choice([0, 1]), "points": points, "labels": labels(length)}


def labels(length: int) -> Json:
    return {language: [f"{language} {number}" for number in range(length)] for language in ("en", "zh")}


def habitual_points(rng: Random, length: int) -> list[float]:
    return [100 * number / length for number in range(1, length + 1)]


def percent_of_maximum(rng: Random, length: int) -> list[float]:
    return [100 * number / (length - 1) for number in range(length)]


def falling_points(rng: Random, length: int) -> list[float]:
    return sorted(rng.sample(range(101), length), reverse=True)


def scattered_points(rng: Random, length: int) -> list[float]:
    return [number / 8 for number in sorted(rng.sample(range(801), length))]


def jumbled_points(rng: Random, length: int) -> list[float]:
    return rng.sample(range(101), length)


POINTS = [habitual_points, percent_of_maximum, falling_points, scattered_points, jumbled_points]


def random_weight(rng: Random, number: int) -> float:
    """The first of its kind has some weight, so that not all are without."""
    return rng.choice([1, 1, 2, 0.5, 3] + [0] * (number > 0))


def random_item(rng: Random, name: str, dimension: str, scales: list[str]) -> Json:
    return {
        "id": name,
        "kind": "rating",
        "dimension": dimension,
        "scale": rng.choice(scales),
        "reverse": rng.random() < 0.25,
        "required": False,
        "text": words("How was it?"),
    }


def recommendation(rng: Random, name: str, groups: list[str]) -> Json:
    return {"id": name, "kind": "nps", "text": words("Recommend?")} | random_audience(rng, groups)


def random_audience(rng: Random, groups: list[str]) -> Json:
    if rng.random() < 0.75:
        return {}
    return {"groups": rng.sample(groups, rng.randint(1, len(groups)))}


# -- scheme -------------------------------------------------------------------------------------------


def random_scheme(rng: Random, most_groups: int) -> Json:
    names = rng.sample(list(FAMILIES), rng.randint(1, most_groups))
    others = [name for name in names if name != "self"] or ["client"]
    weights = dict(zip(others, random_weights(rng, len(others)), strict=True))
    groups = [random_group(rng, name, weights.get(name, 0)) for name in dict.fromkeys(names + others)]
    rating = {
        "trim": rng.random() < 0.4,
        "absent_group": rng.choice(["level", "deviation"]),
        "minimum_coverage": rng.choice([0.6, 0.6, 0.3, 0.9, 0.0]),
    }
    return {"id": "random-scheme", "version": 1, "group": groups, "rating": rating}


def random_weights(rng: Random, number: int) -> list[float]:
    """Multiples of a half, some of them 0, that total 100."""
    cuts = sorted(0 if rng.random() < 0.15 else rng.randint(0, 200) for _ in range(number - 1))
    return [(high - low) / 2 for low, high in zip([0, *cuts], [*cuts, 200], strict=True)]


def random_group(rng: Random, name: str, weight: float) -> Json:
    attributed = name in ALWAYS_ATTRIBUTED or rng.random() < 0.1
    return {
        "id": name,
        "family": FAMILIES[name],
        "weight": weight,
        "minimum": 1 if attributed else rng.choice([3, 3, 3, 4, 6]),
        "attributed": attributed,
        "required": rng.random() < 0.15,
    }


# -- answers ------------------------------------------------------------------------------------------


def random_rows(
    rng: Random, questionnaire: Json, scheme: Json, subjects: list[str], sizes: list[int]
) -> list[Row]:
    missing = rng.choice([0.0, 0.1, 0.4, 0.8])
    manner = rng.choice(["any"] * 4 + ["high"] * 2 + ["all the same"])
    rows = []
    for subject in subjects:
        for group in scheme["group"]:
            for _ in range(min(1, rng.choice(sizes)) if group["id"] == "self" else rng.choice(sizes)):
                answers = random_answers(rng, questionnaire, group["id"], missing, manner)
                rows.append({"subject": subject, "group": group["id"], **answers})
    rng.shuffle(rows)
    return rows or random_rows(rng, questionnaire, scheme, subjects, [4])


def random_answers(rng: Random, questionnaire: Json, group: str, missing: float, manner: str) -> Row:
    """A ballot, sometimes without a rating; an item not asked of the group stays empty."""
    answers = {}
    habit = rng.random() if rng.random() < 0.2 else None
    for item in questionnaire["item"]:
        values = possible_values(questionnaire, item)
        asked = group in item.get("groups", [group]) and values
        given = asked and rng.random() >= missing
        text = spelled(rng, pick(rng, values, manner, habit)) if given else rng.choice(["", "NA", "N/A"])
        answers[item["id"]] = text
    return answers


def spelled(rng: Random, value: int) -> str:
    return rng.choice([str(value)] * 20 + [f"{value}.0"])


def possible_values(questionnaire: Json, item: Json) -> list[int]:
    if item["kind"] == "nps":
        return list(range(11))
    if item["kind"] == "comment":
        return []
    scale = questionnaire["scale"][item["scale"]]
    return list(range(scale["first"], scale["first"] + len(scale["points"])))


def pick(rng: Random, values: list[int], manner: str, habit: float | None) -> int:
    if manner == "all the same":
        return values[-1]
    if habit is not None:
        return values[int(habit * len(values))]
    return rng.choice(values[-2:] * 3 + values) if manner == "high" else rng.choice(values)


# -- files --------------------------------------------------------------------------------------------


def write_campaign(campaign: Campaign, folder: Path) -> list[str]:
    """Writes the three files and returns the arguments of `feedback score` that name them."""
    write_csv(folder / "answers.csv", campaign.rows)
    (folder / "questionnaire.toml").write_text(as_toml(campaign.questionnaire), encoding="utf-8")
    (folder / "scheme.toml").write_text(as_toml(campaign.scheme), encoding="utf-8")
    files = ["--questionnaire", str(folder / "questionnaire.toml"), "--scheme", str(folder / "scheme.toml")]
    return [str(folder / "answers.csv"), *files]


def write_csv(path: Path, rows: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def as_toml(document: Json) -> str:
    plain = {key: value for key, value in document.items() if not is_table(value)}
    lines = list(assignments(plain))
    for key, value in document.items():
        if isinstance(value, list) and is_table(value):
            for table in value:
                lines += [f"[[{key}]]", *assignments(table)]
        elif key == "scale":
            for name, table in value.items():
                lines += [f"[{key}.{name}]", *assignments(table)]
        elif is_table(value):
            lines += [f"[{key}]", *assignments(value)]
    return "\n".join(lines) + "\n"


def is_table(value: Any) -> bool:
    return isinstance(value, dict) or isinstance(value, list) and isinstance(value[0], dict)


def assignments(table: Json) -> Iterable[str]:
    for key, value in table.items():
        yield f"{key} = {inline(value)}"


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(assignments(value)) + "}"
    return json.dumps(value, ensure_ascii=False)
