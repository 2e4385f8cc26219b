import click

from feedback import current
from feedback.cli.ground.application import actor, in_application
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.call_backs import CallBack
from feedback.services.accounts.reading_rights import Reader
from feedback.services.messages import call_backs as service
from feedback.transaction import transaction

OFFICE = Reader(person_id=None, roles=frozenset({RoleName.HR}))


@click.group()
def callbacks() -> None:
    """Clients who ask to be called back. Nothing connects their cards with answers."""


@callbacks.command("list", epilog="Example: feedback callbacks list --page 2")
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True)
@in_application
def list_cards(page: int) -> None:
    """Print the cards, those still to be called first. A card is shown from the day after it came."""
    db.session.info["read_only"] = True
    found = service.shown_to(db.session(), OFFICE, page, today=current.today())
    for card in found.rows:
        click.echo(_line(card))
    click.echo(f"page {found.number} of {found.last}, {found.total} cards", err=True)


def _line(card: CallBack) -> str:
    """Tab-separated; what clients write may hold line ends."""
    state = f"called {card.called} by {card.called_by}" if card.called else "to be called"
    subject = card.subject
    about = f"{subject.person.code} {subject.campaign.code}"
    return "\t".join(
        (card.id.hex(), state, about, card.name, card.reach, card.hours, " ".join(card.message.split()))
    )


@callbacks.command("done", epilog="Example: feedback callbacks done 6f1d0c5be8a94b7d9a52c3e07d1f4a68")
@click.argument("card", metavar="ID")
@in_application
def done(card: str) -> None:
    """Note that the client of the card ID was called; the card is deleted 30 days later."""
    with transaction() as session:
        service.note_call(session, OFFICE, card, actor=actor(), now=current.now(), today=current.today())
    click.echo("the call is noted")
