from pathlib import Path

import click

import feedback
from feedback import current
from feedback.cli.ground.application import actor, in_application
from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.models.invitations import Invitation
from feedback.services.ballot_box.shared_links import Link
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.mail import delivery_status
from feedback.services.rosters import link_reissue, link_sheets, roster_changes
from feedback.transaction import transaction

QR_STYLE = Path(feedback.__path__[0]) / "static" / "qr.css"
ONLY_FILES = ("xlsx", "qr")
EXAMPLE = """
csv, xlsx: url, rater, email, phone, language, groups, sms; the last one is a text that fits into one SMS.
qr: a page to print, eight cards on a sheet of A4. With
--output the CSV file starts with a byte order mark, so that Excel reads its Chinese.

Example: feedback invitations export 2026Q4 --format xlsx --output links.xlsx
"""


@click.group()
def invitations() -> None:
    """Links to hand to raters."""


@invitations.command("export", epilog=EXAMPLE)
@click.argument("campaign_code", metavar="CAMPAIGN")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "qr"]), default="csv", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; default: standard output."
)
@in_application
def export_links(campaign_code: str, form: str, output: Path | None) -> None:
    """Write the links of an open campaign, one for each rater. Whoever has a link can answer through it."""
    if output is None and form in ONLY_FILES:
        raise NotPossible(f"{form} needs a file: add --output NAME")
    session = db.session()
    campaign = campaigns.find(session, campaign_code)
    public_url = current.settings().public_url
    with transaction():
        links = link_sheets.fetch(
            session, current.tokens(), public_url, campaign, form, actor=actor(), now=current.now()
        )
    if output is None:
        click.echo(link_sheets.to_csv(links, campaign), nl=False)
    else:
        output.touch(mode=0o600)
        output.write_bytes(_content(links, campaign, form))
        click.echo(f"{len(links)} links in {output}: keep them as you would keep passwords")


def _content(links: list[Link], campaign: Campaign, form: str) -> bytes:
    match form:
        case "xlsx":
            return link_sheets.to_xlsx(links, campaign)
        case "qr":
            return link_sheets.to_qr_page(links, campaign, style=QR_STYLE.read_text()).encode()
    return link_sheets.to_csv(links, campaign).encode("utf-8-sig")


@invitations.command("resend", epilog="Example: feedback invitations resend 2026Q4")
@click.argument("campaign_code", metavar="CAMPAIGN")
@in_application
def resend_refused(campaign_code: str) -> None:
    """Send the invitations again that the mail server did not accept, after it was mended."""
    session = db.session()
    campaign = campaigns.find(session, campaign_code)
    with transaction():
        number = delivery_status.send_refused_again(session, campaign, actor=actor(), now=current.now())
    click.echo(f"{number} invitations are sent again")


CAMPAIGN = click.argument("campaign_code", metavar="CAMPAIGN")
RATER = click.argument("rater")
WHO = "RATER is a colleague's code or a client's e-mail address."


def _invitation(campaign: Campaign, rater: str) -> Invitation:
    session = db.session()
    return link_reissue.of_rater(session, campaign, roster_changes.find_rater(session, rater))


@invitations.command(
    "set-address", epilog=f"{WHO}\n\nExample: feedback invitations set-address 2026Q4 c@x.com chen@x.com"
)
@CAMPAIGN
@RATER
@click.argument("address")
@in_application
def set_address(campaign_code: str, rater: str, address: str) -> None:
    """Correct the address of a rater, and send the invitation there."""
    session = db.session()
    campaign = campaigns.find(session, campaign_code)
    invitation = _invitation(campaign, rater)
    delivery = delivery_status.newest(session, campaign, invitation.nonce)
    if delivery is None:
        raise NotFound(f"no invitation to {rater} was written in {campaign_code}")
    with transaction():
        delivery_status.correct_address(
            session, campaign, delivery, address, actor=actor(), now=current.now()
        )
    click.echo(f"the invitation of {rater} goes to {invitation.rater.email}")


@invitations.command("reissue", epilog=f"{WHO}\n\nExample: feedback invitations reissue 2026Q4 C07")
@CAMPAIGN
@RATER
@in_application
def reissue(campaign_code: str, rater: str) -> None:
    """Make the link of a rater void and mail a new one; what was answered stays answered."""
    session = db.session()
    nonce = _invitation(campaigns.find(session, campaign_code), rater).nonce
    with transaction():
        link_reissue.reissue(session, current.custody(), nonce, actor=actor(), now=current.now())
    click.echo(f"a new link is on its way to {rater}")


@invitations.command("revoke", epilog=f"{WHO}\n\nExample: feedback invitations revoke 2026Q4 C07")
@CAMPAIGN
@RATER
@in_application
def revoke(campaign_code: str, rater: str) -> None:
    """Make the link of a rater void; what was answered stays answered."""
    session = db.session()
    nonce = _invitation(campaigns.find(session, campaign_code), rater).nonce
    with transaction():
        link_reissue.revoke(session, nonce, actor=actor(), now=current.now())
    click.echo(f"the link of {rater} is revoked")
