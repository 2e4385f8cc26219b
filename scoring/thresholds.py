"""From how many ballots on figures are computed or shown. Plain numbers, for whoever needs them without numpy."""

# Spread, distributions and agreement of a cell: beside the mean of fewer ballots they give every rating away.
LEAST_BALLOTS_OF_DISTRIBUTION = 10
# Statistics that need whole ballots (alpha, careless answering): of fewer they would be about these people.
LEAST_BALLOTS_OF_STATISTICS = 10
# Influence factors join six marks of a ballot; fewer ballots tell nothing, and more about single ones than they should.
LEAST_BALLOTS_OF_INFLUENCE = 50
# The net promoter score of a cell: of three answers it tells in half of all cases how many were promoters, passives
# and detractors, in two thirds beside their mean.
LEAST_RATINGS_OF_NPS = LEAST_BALLOTS_OF_DISTRIBUTION
# The share of the two best answers in a cell: beside the mean of three it tells every rating in a third of all cases,
# beside that of five in a seventh. Single items have a mean from there on, too.
LEAST_RATINGS_OF_TOP2BOX = 5
