"""What is decided about one person: the review, who writes it, and going back."""

import click
from sqlalchemy.orm import Session

from feedback.cli.decisions.deciding import AS, CODE, PERIOD, decider
from feedback.cli.ground.application import in_application
from feedback.models.rounds import Appraisal
from feedback.services.decisions import deputies, reopening, reviewers, reviews
from feedback.services.decisions.deputies import Decider
from feedback.services.decisions.reviews import ReviewState, ReviewText
from feedback.services.dossiers import reading
from feedback.services.people import people
from feedback.transaction import transaction


@click.command(
    epilog='Example: feedback appraisal review A02 --period 2026Q4 --strengths "..." --hand-in --as m01@example.com'
)
@CODE
@PERIOD
@click.option("--strengths", help="What is strong.")
@click.option("--to-improve", help="What should improve.")
@click.option("--comment", help="Anything else; needed for an adjustment.")
@click.option("--adjustment", type=float, help="Points up or down, within what the scheme allows.")
@click.option("--award/--no-award", default=None, help="Recommend an award.")
@click.option("--promotion/--no-promotion", default=None, help="Recommend a promotion.")
@click.option("--training/--no-training", default=None, help="Recommend a training.")
@click.option("--hand-in", is_flag=True, help="The review is complete.")
@AS
@in_application
def review(code: str, period: str, hand_in: bool, email: str, **given: str | float | bool | None) -> None:
    """Change the draft of the review of CODE, and hand it in (--hand-in); without a change, show it."""
    changed = {name: value for name, value in given.items() if value is not None}
    with transaction() as session:
        by = decider(session, email)
        appraisal = deputies.find_appraisal(session, period, code, by)
        state = reviews.of(session, appraisal)
        if not (hand_in or changed):
            _check_reader(session, appraisal, state, by)
        text = ReviewText(**vars(state.text) | changed)
        if hand_in:
            reviews.hand_in(session, appraisal, text, state.edition, by)
        elif changed:
            reviews.save(session, appraisal, text, state.edition, by)
    for name, value in vars(text).items():
        click.echo(f"{name.replace('_', ' ')}: {value}")
    click.echo("handed in" if hand_in or state.handed_in_at else "a draft")


def _check_reader(session: Session, appraisal: Appraisal, state: ReviewState, by: Decider) -> None:
    """A draft is for who writes it; a review that is handed in for who may read the result."""
    access = reading.access(session, appraisal, by)
    if not (access.result and state.handed_in_at):
        deputies.check_reviewer(session, appraisal, by)
    elif access.is_noted:
        reading.note(session, appraisal, actor=by.name, now=by.now)


@click.command(
    epilog='Example: feedback appraisal reopen A02 --period 2026Q4 --reason "a figure was wrong" --as hr@example.com'
)
@CODE
@PERIOD
@click.option(
    "--reason", default="", help="Why; kept in the history. Without one, only what falls away is shown."
)
@AS
@in_application
def reopen(code: str, period: str, reason: str, email: str) -> None:
    """Take the appraisal of CODE back: to computed, or a final one to be told again, corrected."""
    with transaction() as session:
        by = decider(session, email)
        appraisal = deputies.find_appraisal(session, period, code, by)
        before = reopening.preview(session, appraisal)
        if reason:
            reopening.reopen(session, appraisal, reason, by)
    if before.review:
        click.echo("the review is kept as a draft")
    if before.calibration:
        click.echo(f"the calibration is lost: {before.calibration}")
    if before.confirmed:
        click.echo("the confirmed result counts no longer, and stays readable")
    click.echo(f"{code} {'is' if reason else 'would be'} {before.becomes} again")


@click.command(
    "send-back",
    epilog='Example: feedback appraisal send-back A02 --period 2026Q4 --reason "say more" --as d01@example.com',
)
@CODE
@PERIOD
@click.option("--reason", required=True, help="Why; the reviewer reads it.")
@AS
@in_application
def send_back(code: str, period: str, reason: str, email: str) -> None:
    """Instead of confirming it, have the appraisal of CODE reviewed anew; what was calibrated is lost."""
    with transaction() as session:
        by = decider(session, email)
        reopening.send_back(session, deputies.find_appraisal(session, period, code, by), reason, by)
    click.echo(f"{code} in {period} is reviewed anew")


@click.command(
    epilog='Example: feedback appraisal reviewer A02 --period 2026Q4 --to M02 --reason "M01 left" --as hr@example.com'
)
@CODE
@PERIOD
@click.option("--to", "reviewer", required=True, metavar="CODE", help="Who reviews from now on.")
@click.option("--reason", required=True, help="Why; kept in the history.")
@AS
@in_application
def reviewer(code: str, period: str, reviewer: str, reason: str, email: str) -> None:
    """Have somebody else review CODE; who did before keeps what he may read."""
    with transaction() as session:
        by = decider(session, email)
        appraisal = deputies.find_appraisal(session, period, code, by)
        reviewers.change(session, appraisal, people.find(session, reviewer), reason, by)
    click.echo(f"{code} in {period} is reviewed by {reviewer}")
