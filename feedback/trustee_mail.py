"""What the trustees of a campaign are asked by mail: to confirm each other's keys, and to test what was sealed."""

from urllib.parse import quote

from feedback import current, letters
from feedback.extensions import db
from feedback.letters import Letter
from feedback.models.campaigns import Campaign, Trustee
from feedback.services.ballot_box import enrolled_keys
from feedback.services.closing import trustees
from forms.words import N_

CONFIRM: Letter = (
    N_("Please confirm the keys of “%(campaign)s”"),
    N_(
        "%(trustee)s has set a passphrase for “%(campaign)s”. All three trustees have set theirs by now.\n\n"
        "Compare the fingerprints of the three keys with the other two on the telephone. If they are the same, "
        "confirm them with your passphrase:\n\n%(link)s\n\n"
        "The campaign can be opened when all three have confirmed.\n\n"
        "If %(trustee)s is your address, and you did not set this passphrase, tell HR at once."
    ),
)
TEST: Letter = (
    N_("Please test your passphrase for “%(campaign)s”"),
    N_(
        "“%(campaign)s” is open, and its key is sealed to you and the other two trustees.\n\n"
        "Test here that your passphrase opens what was sealed to you. Nobody can read an answer by that:\n\n%(link)s"
    ),
)


def ask_to_confirm(campaign: Campaign, trustee: Trustee) -> None:
    """When somebody has set a passphrase and all three have one. He is told too: it may not have been him."""
    keys = enrolled_keys.on_record(db.session(), current.custody(), campaign)
    if trustees.all_set(keys):
        email = next(key.email for key in keys if key.user_id == trustee.user_id)
        _owe_to_each(campaign, CONFIRM, trustee=email)


def ask_to_test(campaign: Campaign) -> None:
    """After the opening; nobody is asked where the server holds the key."""
    _owe_to_each(campaign, TEST)


def _owe_to_each(campaign: Campaign, letter: Letter, **facts: str) -> None:
    link = f"{current.settings().public_url}/trustees/{quote(campaign.code)}"
    for user in trustees.accounts_of(db.session(), campaign):
        title = campaign.title_in(letters.language_of(user))
        letters.owe(user, letter, link=link, campaign=title, **facts)
