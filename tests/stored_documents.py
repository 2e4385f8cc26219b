"""Documents as they are stored: a folder for each format that is read."""

import json
from pathlib import Path
from typing import Any

from feedback.models.campaigns import Subject
from feedback.models.results import ReleasedReport
from feedback.services.releases import releases
from tests.factories import ACTOR, AFTER, Office

STORED = Path(__file__).parent / "stored"
FOLDERS = sorted(path.name for path in STORED.iterdir())


def text_of(folder: str, name: str) -> str:
    return (STORED / folder / f"{name}.json").read_text()


def read(folder: str, name: str) -> dict[str, Any]:
    return json.loads(text_of(folder, name))


def names(folder: str, kind: str) -> list[str]:
    """Of the variants of a kind, without the kind: full, minimal and others."""
    return sorted(path.stem.removeprefix(f"{kind}-") for path in (STORED / folder).glob(f"{kind}-*.json"))


def released(office: Office, folder: str) -> dict[str, Subject]:
    """A released campaign whose reports lie there as an earlier build left them; its subjects by variant."""
    variants = names(folder, "report")
    campaign = office.open(*[{"client": 1}] * len(variants))
    office.close(campaign)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    campaign.quality = read(folder, "quality-full")
    subjects = dict(zip(variants, sorted(campaign.subjects, key=lambda each: each.id), strict=True))
    for variant, subject in subjects.items():
        row = office.session.get_one(ReleasedReport, (subject.id, 1))
        row.document, row.summary = read(folder, f"report-{variant}"), read(folder, f"summary-{variant}")
    office.session.commit()
    return subjects
