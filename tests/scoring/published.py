"""Small published tables that several tests are held against."""

import numpy as np


def _table(text: str, columns: int) -> np.ndarray:
    return np.array(text.split(), dtype=float).reshape(-1, columns)


# Chatterjee & Price (1977), attitudes of employees in 30 departments, seven items (R datasets::attitude).
ATTITUDE = _table(
    """
    43 51 30 39 61 92 45  63 64 51 54 63 73 47  71 70 68 69 76 86 48  61 63 45 47 54 84 35  81 78 56 66 71 83 47
    43 55 49 44 54 49 34  58 67 42 56 66 68 35  71 75 50 55 70 66 41  72 82 72 67 71 83 31  67 61 45 47 62 80 41
    64 53 53 58 58 67 34  67 60 47 39 59 74 41  69 62 57 42 55 63 25  68 83 83 45 59 77 35  77 77 54 72 79 77 46
    81 90 50 72 60 54 36  74 85 64 69 79 79 63  65 60 65 75 55 80 60  65 70 46 57 75 85 46  50 58 68 54 64 78 52
    50 40 33 34 43 64 33  64 61 52 62 66 80 41  53 66 52 50 63 80 37  40 37 42 58 50 57 49  63 54 42 48 66 75 33
    66 77 66 63 88 76 72  78 75 58 74 80 78 49  48 57 44 45 51 83 38  85 85 71 71 77 74 55  82 82 39 59 64 78 39
    """,
    columns=7,
)
# The example in the tests of pingouin, checked there against psych: 15 persons, ten items.
FIFTEEN_PERSONS = _table(
    """
    3 2 2 4 1 4 5 1 4 3  5 5 4 6 3 5 1 2 5 5  7 5 3 5 5 6 4 3 3 6  2 3 4 3 3 2 2 2 6 6  6 5 5 6 5 4 4 4 6 7
    1 2 2 3 4 2 5 2 3 5  4 3 3 5 3 5 2 1 2 4  2 5 4 4 3 7 2 2 4 6  6 2 5 5 5 1 6 5 2 3  5 2 4 6 4 3 5 3 1 7
    4 1 3 5 2 5 3 2 3 4  4 4 2 3 2 5 3 4 2 3  5 5 5 6 2 3 3 2 4 4  6 5 5 5 4 2 2 1 4 6  4 4 3 5 5 3 1 3 2 3
    """,
    columns=10,
)
# Henderson & Velleman (1981), Biometrics 37, 391 (R datasets::mtcars): cylinders, displacement, horsepower, weight and
# miles per gallon of 32 cars.
CARS = _table(
    """
    6 160 110 2.62 21  6 160 110 2.875 21  4 108 93 2.32 22.8  6 258 110 3.215 21.4  8 360 175 3.44 18.7
    6 225 105 3.46 18.1  8 360 245 3.57 14.3  4 146.7 62 3.19 24.4  4 140.8 95 3.15 22.8  6 167.6 123 3.44 19.2
    6 167.6 123 3.44 17.8  8 275.8 180 4.07 16.4  8 275.8 180 3.73 17.3  8 275.8 180 3.78 15.2  8 472 205 5.25 10.4
    8 460 215 5.424 10.4  8 440 230 5.345 14.7  4 78.7 66 2.2 32.4  4 75.7 52 1.615 30.4  4 71.1 65 1.835 33.9
    4 120.1 97 2.465 21.5  8 318 150 3.52 15.5  8 304 150 3.435 15.2  8 350 245 3.84 13.3  8 400 175 3.845 19.2
    4 79 66 1.935 27.3  4 120.3 91 2.14 26  4 95.1 113 1.513 30.4  8 351 264 3.17 15.8  6 145 175 2.77 19.7
    8 301 335 3.57 15  4 121 109 2.78 21.4
    """,
    columns=5,
)
# Shrout & Fleiss (1979), Psychological Bulletin 86, 420, table 2: six targets, four judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)
# Davies & Goldsmith (1972): yield of dyestuff, six batches of five. Variances 1764.05 between, 2451.25 within.
DYESTUFF = np.array(
    [
        [1545, 1440, 1440, 1520, 1580],
        [1540, 1555, 1490, 1560, 1495],
        [1595, 1550, 1605, 1510, 1560],
        [1445, 1440, 1595, 1465, 1545],
        [1595, 1630, 1515, 1635, 1625],
        [1520, 1455, 1450, 1480, 1445],
    ]
)


def as_counts(ratings: list[list[int]] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ratings per target as counts [s, v] of the values that occur, and those values as points."""
    rows = [np.asarray(row) for row in ratings]
    values = np.unique(np.concatenate(rows))
    return np.array([(row[:, None] == values).sum(axis=0) for row in rows]), values.astype(float)
