"""Of the anonymity audit: the keys outside the database, and what they say about the database."""

import stat
from collections.abc import Iterator
from contextlib import suppress

from feedback.models.campaigns import WITH_RESULTS
from feedback.services.ballot_box import enrolled_keys, invitations
from feedback.services.ballot_box.box_keys import cells_of, promises_of
from feedback.services.closing import sealed_answers
from feedback.services.ground.errors import NotPossible
from feedback.services.oversight.audit_scope import AuditScope

KEY_FILES = (".key", ".trustees", ".box", ".counted")


def keys_left(scope: AuditScope) -> Iterator[str]:
    for campaign in scope.by_state(sealed=False):
        if scope.custody.holds(campaign.code):
            yield f"the key of {campaign.code} is still there"
    for path in scope.keys.glob("*") if scope.keys.exists() else ():
        if not path.name.endswith(KEY_FILES):
            yield f"{path.name} was left by an interruption: it may hold a key"


def keys_missing(scope: AuditScope) -> Iterator[str]:
    for campaign in scope.by_state(sealed=True):
        try:
            scope.custody.check(campaign.code)
            invitations.box_of(scope.custody, campaign)
        except NotPossible as error:
            yield str(error)


def promises_changed(scope: AuditScope) -> Iterator[str]:
    for campaign in scope.by_state(sealed=True):
        with suppress(NotPossible):  # without keys it is a fault already
            if scope.custody.box(campaign.code).promises != promises_of(campaign):
                yield f"what raters of {campaign.code} are asked or promised is not what it was at the opening"


def cells_changed(scope: AuditScope) -> Iterator[str]:
    for campaign in scope.by_state(sealed=True):
        with suppress(NotPossible):
            if scope.custody.box(campaign.code).cells != cells_of(scope.session, campaign):
                yield f"groups of {campaign.code} are not as at the opening: whom they are about, or how they count"


def foreign_ballots(scope: AuditScope) -> Iterator[str]:
    """What was written into slots by somebody else, or copied from one to another."""
    for campaign in scope.by_state(sealed=True):
        with suppress(NotPossible):
            found = sealed_answers.look(scope.session, campaign, scope.custody.box(campaign.code))
            if found.foreign:
                yield f"{len(found.foreign)} sealed answers of {campaign.code} were not cast by this server"


def marks_missing(scope: AuditScope) -> Iterator[str]:
    for campaign in scope.campaigns:
        if campaign.state in WITH_RESULTS and not scope.custody.was_counted(campaign.code):
            yield f"no mark outside the database says that {campaign.code} was counted"


def keys_of_trustees(scope: AuditScope) -> Iterator[str]:
    for campaign in scope.campaigns:
        yield from enrolled_keys.faults(scope.session, scope.custody, campaign)


def keys_readable(scope: AuditScope) -> Iterator[str]:
    for path in (scope.keys, *scope.keys.glob("*")) if scope.keys.exists() else ():
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield f"{path.name} can be read by other users of the machine"
