from collections.abc import Iterator

import click
from flask import current_app

from feedback import current
from feedback.cli.ground.web_application import in_web_application
from feedback.extensions import db
from feedback.services.ground.errors import NotPossible
from feedback.services.oversight import anonymity_audit

EXAMPLE = "Example: feedback audit anonymity 2026Q4"
RESPONDENT_PAGES = ("/s", "/s/none", "/suggestions/box", "/privacy")


@click.command("anonymity", epilog=EXAMPLE)
@click.argument("campaign", required=False)
@in_web_application
def check_anonymity(campaign: str | None) -> None:
    """Check what raters are promised on the data, files and pages that are there; exit with 1 on a fault."""
    db.session.info["read_only"] = True
    keys = current.settings().data_dir / "keys"
    findings = anonymity_audit.run(db.session(), current.custody(), keys, campaign)
    promises = {finding.promise: finding.faults for finding in findings}
    promises["respondents' pages set no cookie and ask not to be kept"] = tuple(_traces())
    for promise, faults in promises.items():
        click.echo(f"{'FAULT ' if faults else 'ok    '} {promise}{''.join(f'; {fault}' for fault in faults)}")
    if broken := sum(bool(faults) for faults in promises.values()):
        raise NotPossible(f"{broken} of {len(promises)} promises do not hold")


def _traces() -> Iterator[str]:
    """What the pages that strangers and raters meet would leave behind."""
    for path in RESPONDENT_PAGES:
        answer = current_app.test_client().get(path)
        if "Set-Cookie" in answer.headers:
            yield f"{path} sets a cookie"
        if answer.headers.get("Cache-Control") != "no-store":
            yield f"{path} may be kept by a cache"
