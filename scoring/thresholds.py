"""From how many ballots on figures are computed or shown. Plain numbers, for whoever needs them without numpy."""

# Spread, distributions and agreement of a cell: beside the mean of fewer ballots they give every rating away.
LEAST_BALLOTS_OF_DISTRIBUTION = 10
# Statistics that need whole ballots (alpha, careless answering): of fewer they would be about these people.
LEAST_BALLOTS_OF_STATISTICS = 10
