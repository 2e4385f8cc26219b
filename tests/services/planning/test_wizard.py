from dataclasses import replace
from zoneinfo import ZoneInfo

from feedback.models.campaigns import Campaign, CampaignKind
from feedback.models.library import DefinitionKind
from feedback.services.campaigns import campaigns
from feedback.services.definitions import definition_drafts, library
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.planning import wizard
from feedback.services.planning.wizard import Basics, Terms
from forms.document import digest_of
from forms.scheme import Scheme
from tests.factories import ACTOR, NOW, Office, shipped_scheme

ZONE = ZoneInfo("Asia/Shanghai")


def save_basics(office: Office, campaign: Campaign, scheme: Scheme) -> None:
    basics = Basics(
        kind=CampaignKind.BOTH,
        period=campaign.period,
        title_zh="",
        title_en="",
        questionnaire=("account-manager", 1),
        scheme=(scheme.id, scheme.version),
        languages="zh",
        recurring=False,
    )
    wizard.change_basics(office.session, campaign, basics, actor=ACTOR, now=NOW)


def raise_clients(office: Office, campaign: Campaign, minimum: int) -> None:
    terms = Terms(None, None, campaign.closes_at.date(), {"client": minimum}, ())
    wizard.set_terms(office.session, campaign, terms, ZONE, actor=ACTOR, now=NOW)


def test_what_is_asked_saved_again_takes_a_scheme_that_changed_and_keeps_raised_thresholds(office: Office):
    shipped = library.find(office.session, DefinitionKind.SCHEME, "account-manager")
    draft = definition_drafts.copy(office.session, shipped, actor=ACTOR, now=NOW)
    taken = library.load_scheme(office.session, "account-manager")
    campaign = office.draft({"client": 6}, scheme=taken)
    raise_clients(office, campaign, 5)
    changed = {**draft.table, "rating": {"gap": 20}}
    definition_drafts.save(office.session, draft, changed, seen=digest_of(draft.table), actor=ACTOR, now=NOW)
    save_basics(office, campaign, taken)
    stored = read_scheme(campaign.scheme)
    assert (stored.rating.gap, stored.group("client").minimum, stored.group("peer").minimum) == (20, 5, 3)
    raise_clients(office, campaign, 3)
    assert read_scheme(campaign.scheme).group("client").minimum == 3
    campaigns.open(office.session, office.custody, campaign, actor=ACTOR, now=NOW)


def test_a_scheme_of_the_campaign_s_own_stays_when_thresholds_are_set_whatever_its_name(office: Office):
    scheme = shipped_scheme()
    own = replace(scheme, rating=replace(scheme.rating, trim=True))
    campaign = office.draft({"client": 6}, scheme=own)
    raise_clients(office, campaign, 4)
    stored = read_scheme(campaign.scheme)
    assert stored.rating.trim and stored.group("client").minimum == 4
