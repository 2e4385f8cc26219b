/* Opening and counting ballots, a pass over the answers each: what numpy takes many passes for.

   scoring/kernel.py calls it, scoring/counts.py says what is meant, and does the same where it is not compiled.
   Answers are rows of bytes. They are looked at 16 at a time: lanes beyond the last item of a row read what
   follows it, and are told apart by what they are compared with. Plain C11 with the vectors of GCC and Clang.
*/

#include <stdint.h>
#include <string.h>

enum { LANE = 16, MOST_IN_BYTE = 255 };
enum fault { OFF_SCALE = 1, UNRATED = 2 };

typedef uint8_t lane __attribute__((vector_size(LANE)));

static inline lane load(const uint8_t *from)
{
    lane bytes;
    memcpy(&bytes, from, LANE);
    return bytes;
}

static inline void store(uint8_t *to, lane bytes)
{
    memcpy(to, &bytes, LANE);
}

/* 16 bytes, of which those from end on are 0 and not read. */
static inline lane load_before(const uint8_t *end, const uint8_t *from)
{
    if (end - from >= LANE)
        return load(from);
    uint8_t bytes[LANE] = {0};
    memcpy(bytes, from, (size_t)(end - from));
    return load(bytes);
}

static inline int any(lane bytes)
{
    uint64_t halves[2];
    memcpy(halves, &bytes, LANE);
    return (halves[0] | halves[1]) != 0;
}

/* What is wrong with one ballot. most[j]: the last value of an item; rating[j]: 255 where it is a rating.
   Both are filled up to whole lanes, with 255 and 0. */
static inline int faults_of(const uint8_t *given, const uint8_t *end, int64_t items, const uint8_t *most,
                            const uint8_t *rating)
{
    lane beyond = {0}, rated = {0};
    for (int64_t j = 0; j < items; j += LANE) {
        lane answers = load_before(end, given + j);
        beyond |= (lane)(answers > load(most + j));
        rated |= answers & load(rating + j);
    }
    return (any(beyond) ? OFF_SCALE : 0) | (any(rated) ? 0 : UNRATED);
}

/* Keeps the ballots that a cell counts: their answers and cells, moved up to the front of kept and kept_cell.
   Returns how many; or, if any ballot is at fault, minus all faults together. */
int64_t open_ballots(const uint8_t *answers, int64_t ballots, int64_t items, const int64_t *cell,
                     const uint8_t *most, const uint8_t *rating, uint8_t *kept, int64_t *kept_cell)
{
    const uint8_t *end = answers + ballots * items;
    int64_t count = 0;
    int faults = 0;
    for (int64_t b = 0; b < ballots; b++) {
        const uint8_t *given = answers + b * items;
        faults |= faults_of(given, end, items, most, rating);
        if (cell[b] < 0)
            continue;
        memcpy(kept + count * items, given, (size_t)items);
        kept_cell[count++] = cell[b];
    }
    return faults ? -faults : count;
}

/* Adds what was found in one cell, value[v] lanes apart, to counts [v, c, j] of one or four bytes. Lanes beyond the
   last item hold 0, so that bytes of the next cell (or the room behind the last) stay as they are. */
static void add(const uint8_t *found, int64_t items, int64_t padded, int64_t values, int64_t cell,
                int64_t cells, uint8_t *narrow, uint32_t *wide)
{
    for (int64_t v = 0; v < values; v++, found += padded) {
        int64_t place = (v * cells + cell) * items;
        if (wide)
            for (int64_t j = 0; j < items; j++)
                wide[place + j] += found[j];
        else
            for (int64_t j = 0; j < padded; j += LANE)
                store(narrow + place + j, load(narrow + place + j) + load(found + j));
    }
}

/* Counts answers per value, cell and item. sought [v, padded]: the answer that counts as a value, filled up with
   one that nobody can give. found [v, padded]: room to count in. Either narrow, with LANE bytes of room
   behind it and no cell of more than 255 ballots, or wide is given, and holds zeros. */
void count(const uint8_t *answers, int64_t ballots, int64_t items, const int64_t *cell, const uint8_t *sought,
           int64_t values, int64_t cells, uint8_t *found, uint8_t *narrow, uint32_t *wide)
{
    const uint8_t *end = answers + ballots * items;
    int64_t padded = (items + LANE - 1) / LANE * LANE;
    int64_t first = 0; /* of the ballots that are in found */
    memset(found, 0, (size_t)(values * padded));
    for (int64_t b = 0; b < ballots; b++) {
        for (int64_t j = 0; j < padded; j += LANE) {
            lane given = load_before(end, answers + b * items + j);
            for (int64_t place = j; place < values * padded; place += padded)
                store(found + place, load(found + place) - (lane)(given == load(sought + place)));
        }
        if (b + 1 < ballots && cell[b + 1] == cell[b] && b + 1 - first < MOST_IN_BYTE)
            continue;
        add(found, items, padded, values, cell[b], cells, narrow, wide);
        memset(found, 0, (size_t)(values * padded));
        first = b + 1;
    }
}

/* From LANE - n on: n lanes of 0, then lanes of 255. */
static const uint8_t edge[2 * LANE] = {[LANE] = 255, 255, 255, 255, 255, 255, 255, 255,
                                       255, 255, 255, 255, 255, 255, 255, 255};

/* Sets to 0 what was counted of the items that have fewer ratings in a cell than its minimum. counts [v, c, j] as in
   count, narrow. Lanes beyond the last item, which are the next cell's, are stored as they were. */
void withhold(uint8_t *counts, int64_t values, int64_t cells, int64_t items, const uint8_t *minimum)
{
    int64_t plane = cells * items;
    for (int64_t c = 0; c < cells; c++)
        for (int64_t j = 0; j < items; j += LANE) {
            uint8_t *first = counts + c * items + j;
            lane ratings = {0}, beyond = load(edge + (items - j < LANE ? LANE - (items - j) : 0));
            for (int64_t v = 0; v < values; v++)
                ratings += load(first + v * plane);
            lane enough = (lane)(ratings >= minimum[c]) | beyond;
            for (int64_t v = 0; v < values; v++)
                store(first + v * plane, load(first + v * plane) & enough);
        }
}
