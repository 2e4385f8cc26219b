"""The numbers that protect those who answer, each with its reason; and who may read comments, decided here alone.

A scheme or a campaign may ask for more, nothing can ask for less. Those that a file format or the arithmetic itself
keeps (`forms.scheme`, `scoring`) stand there, where nothing of the server is known, and are named here.
"""

from feedback.models.campaigns import Cell, CellStatus
from forms.scheme import LEAST_MINIMUM, Group
from scoring import thresholds

# Answers for a mean. Of two, each who knows his own reads the other's from the mean; of three nobody does alone.
MEANS_FROM = LEAST_MINIMUM
# Answers for the means of single items. Twenty exact means of three or four answers say together what a total does not.
ITEMS_FROM = 5
# Answers for comments. A text has a style and a story: among fewer than five it has an author.
COMMENTS_FROM = 5
# Answers for a distribution, a spread or an agreement. Next to the mean of a small group they give away every rating.
DISTRIBUTIONS_FROM = thresholds.LEAST_BALLOTS_OF_DISTRIBUTION
# Answers of a rater group for its part of the net promoter score. Of three it tells in half of all cases how many were
# promoters, passives and detractors, in two thirds beside their mean; with ten the distribution is shown as well.
NPS_FROM = thresholds.LEAST_RATINGS_OF_NPS
# Answers of a rater group for its part of the satisfaction rate. Beside the mean of three on five points it tells every
# answer in a third of all cases, beside that of five in a seventh; from five on single items have a mean, too.
TOP2BOX_FROM = thresholds.LEAST_RATINGS_OF_TOP2BOX
# Ballots for the statistics of a campaign, which need whole ballots: of fewer they would be about these people.
STATISTICS_FROM = thresholds.LEAST_BALLOTS_OF_STATISTICS
# Ballots of clients for what goes along with their recommendation: six marks of each together, of the whole campaign.
INFLUENCE_FROM = thresholds.LEAST_BALLOTS_OF_INFLUENCE
# Members for the mean of a team, for the reason of MEANS_FROM: who knows his own score is one of them.
TEAM_MEANS_FROM = 3
# People asked in a line of response rates: of fewer, "all" or "none" would say of each whether he has answered.
RATES_FROM = LEAST_MINIMUM
# People asked for a chart over days, and answers between two of its days: a step of one would tell when one answered.
DAYS_FROM, DAYS_STEP = 10, 3
# Suggestions that are opened together, and the steps in which their number is told, so that none is seen to come in.
SUGGESTIONS_FROM, SUGGESTIONS_STEP = 3, 5
# Clients asked by phone, of all who are counted together, for their answers to count. The close adds up who answered by
# link or by phone: of a single one, the numbers before and after it would tell whether he had also answered by link.
INTERVIEWS_FROM = 3
# Answers of those who answer under their name, and were told so before.
UNDER_THEIR_NAME = 1


def comments_from(group: Group) -> int:
    """From how many answers on the comments of a rater group are shown, as it is promised to its raters."""
    return UNDER_THEIR_NAME if group.attributed else max(COMMENTS_FROM, group.minimum)


def shows_comments(cell: Cell, *, attributed: bool) -> bool:
    """Whether the comments of a cell are kept at the close and shown in reports.

    The cell must be shown, which takes the minimum of its group. Whoever heard answers on the phone knows them: they
    make no crowd for the others.
    """
    enough = UNDER_THEIR_NAME if attributed else COMMENTS_FROM
    return cell.status == CellStatus.SHOWN and (cell.answered or 0) - cell.heard >= enough
