"""Law 3 through the appraisal: answers of withheld cells change no byte of a quarter's or a year's appraisals."""

import json
import random

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.models.rounds import Appraisal, AppraisalVersion
from feedback.services.appraisals import computing, offline_check, rounds, versions
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.closing import campaign_closing
from feedback.services.decisions.pool_order import PoolRow, ordered
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.releases import releases
from feedback.settings import Settings
from forms import scheme as schemes
from tests.factories import ACTOR, AFTER, SHIPPED, Office
from tests.services.appraisals.company import LATER, Company
from tests.test_noninterference import copied_to, overwrite, random_campaign, withheld_cells


def scheme_of_all_uses() -> schemes.Scheme:
    """Feedback in the total, in gates, in a KPI, in an order of people; what is missing is shared out."""
    text = (SHIPPED / "schemes/account-manager.toml").read_text()
    from_crm = 'id = "conversion"'
    assert from_crm in text
    text = text.replace('component = "hold"', 'component = "level"')
    own = text[text.index(from_crm) :].split("source = ", 1)
    return schemes.load(text[: text.index(from_crm)] + own[0] + 'source = "feedback.top2box" #' + own[1])


def everything_of_the_appraisals(app: Flask) -> dict[str, str]:
    """Close, release, compute the quarter and the year, and collect every document, export and order."""
    session = db.session()
    campaign = session.scalars(select(Campaign)).one()
    campaign_closing.close(session, app.extensions["feedback.custody"], campaign, actor=ACTOR, now=AFTER)
    releases.release(session, campaign, actor=ACTOR, now=AFTER)
    found: dict[str, str] = {}
    for period in ("2026Q4", "2026"):
        found |= {f"{period} {name}": text for name, text in of_round(session, period).items()}
    return found


def of_round(session: Session, period: str) -> dict[str, str]:
    made = rounds.create(session, period, scheme_of_all_uses(), actor=ACTOR, now=AFTER)
    rounds.start(session, made, actor=ACTOR, now=AFTER)
    computing.compute(session, made, actor=ACTOR, now=LATER)
    appraisals = list(session.scalars(select(Appraisal).where(Appraisal.round_id == made.id)))
    summaries = versions.summaries(session, appraisals)
    placed = pool_of(summaries, read_scheme(made.scheme))
    documents = session.scalars(select(AppraisalVersion).order_by(AppraisalVersion.appraisal_id))
    return {
        "export": json.dumps(offline_check.export(session, made, appraisals)),
        "order": repr([(each.shrunken, each.error, each.place, each.guideline) for each in placed]),
        "status": repr(rounds.status(session, made, LATER.date())),
        "versions": json.dumps([[each.document, each.summary] for each in documents]),
    }


def pool_of(summaries: dict[int, AppraisalSummary], scheme: schemes.Scheme) -> list[PoolRow]:
    """The order of a calibration, with the guideline."""
    rows = [
        PoolRow(Appraisal(id=id), None, summary, None, None, 0.0, False, None, {}, None, (), None)
        for id, summary in summaries.items()
    ]
    rules = scheme.appraisal
    return ordered(rows, rules, [band.id for band in rules.bands])


@pytest.mark.parametrize("seed", range(6))
def test_changing_every_answer_of_the_withheld_cells_changes_no_byte_of_any_appraisal(
    office: Office, app: Flask, settings: Settings, twin: Flask, seed: int
):
    dice = random.Random(seed)
    campaign = random_campaign(office, dice)
    company = Company(office)
    company.figures(company.subjects(campaign))
    withheld = withheld_cells(app, campaign)
    with copied_to(twin, settings) as other:
        changed = overwrite(db.session.scalars(select(Campaign)).one(), withheld, dice)
        after = everything_of_the_appraisals(other)
    assert everything_of_the_appraisals(app) == after
    assert (changed > 0) == bool(withheld)
