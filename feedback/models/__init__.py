"""Importing this package registers every table."""

from feedback.models import (  # noqa: F401
    accounts,
    appraisals,
    audit,
    ballots,
    batches,
    call_backs,
    campaigns,
    clients,
    clock,
    interviews,
    invitations,
    library,
    mail,
    measures,
    nominations,
    people,
    results,
    suggestions,
    uploads,
)
