import click

from feedback import current
from feedback.characters import printable
from feedback.cli.ground.application import actor, in_application
from feedback.extensions import db
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotFound
from feedback.services.reports import comment_moderation as service
from feedback.transaction import transaction

CODE = click.argument("code", metavar="CAMPAIGN")
COMMENT = click.argument("comment")


@click.group()
def comments() -> None:
    """Comments of a closed campaign: read them before others do, and hide one with a reason. Nobody rewrites one."""


@comments.command("list", epilog="Example: feedback comments list 2026Q4")
@CODE
@in_application
def list_comments(code: str) -> None:
    """Every comment that reports show: its id, person, question and rater group, then the words."""
    session = db.session()
    session.info["read_only"] = True
    found = campaigns.find(session, code)
    people = {subject.id: subject.person.code for subject in campaigns.subjects(session, found)}
    for comment in service.of_campaign(session, found):
        hidden = f" [hidden: {comment.hidden_because}]" if comment.hidden_because else ""
        text = printable(" ".join(comment.text.split()))
        click.echo(
            f"{comment.id}  {people[comment.subject_id]}  {comment.item}  {comment.group}{hidden}  {text}"
        )


@comments.command(
    "hide", epilog="Example: feedback comments hide 2026Q4 1f0c... --reason 'names a third person'"
)
@CODE
@COMMENT
@click.option("--reason", required=True, help="Stands in the reports in the comment's place.")
@in_application
def hide(code: str, comment: str, reason: str) -> None:
    """Keep a comment, by its id, out of the reports still to be released, or out of their next correction."""
    session = db.session()
    found = campaigns.find(session, code)
    with transaction():
        service.hide(session, found, as_id(comment), reason, actor=actor(), now=current.now())
    click.echo(f"comment {comment} is hidden; released reports change by: feedback campaign correct {code}")


@comments.command("show", epilog="Example: feedback comments show 2026Q4 1f0c...")
@CODE
@COMMENT
@in_application
def show(code: str, comment: str) -> None:
    """Show a hidden comment again."""
    session = db.session()
    with transaction():
        service.show(session, campaigns.find(session, code), as_id(comment), actor=actor(), now=current.now())
    click.echo(f"comment {comment} is shown")


def as_id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise NotFound("there is no such comment") from None
