import click

from feedback.cli.ground.on_demand import OnDemand


@click.group()
def campaign() -> None:
    """Campaigns: create, nominate, open, close, release, purge, in this order."""


COMMANDS = (
    (
        "create",
        "feedback.cli.campaigns.campaign_drafts:create_campaign",
        "Make a draft from a campaign file.",
    ),
    (
        "edit",
        "feedback.cli.campaigns.campaign_drafts:edit_campaign",
        "Make a campaign that is not open yet what its file says now.",
    ),
    (
        "export",
        "feedback.cli.campaigns.campaign_drafts:export_campaign",
        "Write the file that makes this campaign: for `create` under another code, or to change and `edit`.",
    ),
    (
        "edit-dates",
        "feedback.cli.campaigns.campaign_drafts:edit_dates",
        "Change the calendar of a campaign that is not open yet.",
    ),
    (
        "discard",
        "feedback.cli.campaigns.campaign_drafts:discard_campaign",
        "Delete a campaign that was never opened.",
    ),
    (
        "next",
        "feedback.cli.campaigns.campaign_drafts:prepare_next",
        "Prepare the campaign of the following period: a draft with today's people and the approved peers.",
    ),
    (
        "nominate",
        "feedback.cli.campaigns.campaign_course:start_nominations",
        "Let the people who are rated propose their peers, and their managers approve them.",
    ),
    (
        "open",
        "feedback.cli.campaigns.campaign_course:open_campaign",
        "Issue the links and start collecting answers.",
    ),
    (
        "remind",
        "feedback.cli.campaigns.campaign_course:remind_raters",
        "Remind everybody who has not answered yet; at the earliest five days after the last mail.",
    ),
    (
        "close",
        "feedback.cli.campaigns.campaign_course:close_campaign",
        "Open the ballots, count them, forget them.",
    ),
    (
        "give-up",
        "feedback.cli.campaigns.campaign_course:give_up_campaign",
        "Close a campaign that nobody can open any more: its keys are lost, or were destroyed before.",
    ),
    (
        "purge",
        "feedback.cli.campaigns.campaign_course:purge_campaign",
        "Forget who was asked, and all comments; counts, scores and the audit log stay.",
    ),
    (
        "release",
        "feedback.cli.campaigns.campaign_releases:release_campaign",
        "Freeze the reports of a closed campaign and let their subjects read them.",
    ),
    (
        "correct",
        "feedback.cli.campaigns.campaign_releases:correct_campaign",
        "Release anew the reports that would be different now; the others stay as they are.",
    ),
    (
        "status",
        "feedback.cli.campaigns.campaign_status:show_status",
        "Say how many were asked and how many answered, by rater group; never a score.",
    ),
)
for name, place, help in COMMANDS:
    campaign.add_command(OnDemand(name, place, help))
