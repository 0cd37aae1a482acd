"""One name in two spellings: slips of the pen in the surname, "Kristin" in a caption and "Kristen" below it."""

SHORTEST = 5  # letters: of shorter names too many are one letter apart


def slips(word: str) -> frozenset[str]:
    """What two words have in common of which one is the other with a letter left out, put in, changed or moved."""
    if len(word) < SHORTEST:
        return frozenset((word,))
    return frozenset((word, *(word[:place] + word[place + 1 :] for place in range(1, len(word)))))


def is_slip(one: str, other: str) -> bool:
    """Whether two folded words of some length differ in one letter, the first aside."""
    if min(len(one), len(other)) < SHORTEST or one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    return not slips(one).isdisjoint(slips(other))
