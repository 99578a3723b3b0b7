"""An invented language for tokenizers: that of Sources/Benchmarks/InventedLanguage.swift."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase

SHORT_WORDS, LONG_WORDS, ENDINGS = 10_000, 10_000, 5_000

CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxz", "aeiou"


def vocabulary() -> list[str]:
    """Returns the tokens of a WordPiece vocabulary: special ones, characters, words, endings."""
    return [
        *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ","),
        *ascii_lowercase,
        *(f"##{letter}" for letter in ascii_lowercase),
        *map(word, range(SHORT_WORDS + LONG_WORDS)),
        *(f"##{ending(number)}" for number in range(ENDINGS)),
    ]


def lines(count: int) -> list[str]:
    """Returns lines of some twelve words, some of which have an ending."""
    draw = generator()

    def line() -> str:
        text = ""
        for place in range(8 + draw(9)):
            # The least of three draws: most words are of the first.
            new = word(min(draw(SHORT_WORDS + LONG_WORDS) for _ in range(3)))
            if draw(8) == 0:
                new += ending(draw(ENDINGS))
            if place == 0:
                text = new[0].upper() + new[1:]
            else:
                text += (", " if draw(10) == 0 else " ") + new
        return text + "."

    return [line() for _ in range(count)]


def generator() -> Callable[[int], int]:
    """Returns Knuth's linear congruential generator: numbers below a bound, by its upper bits."""
    state = 1

    def draw(bound: int) -> int:
        nonlocal state
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        return (state >> 33) % bound

    return draw


def word(number: int) -> str:
    """Returns one of the words, the short ones first."""
    if number < SHORT_WORDS:
        return syllables(number * 7919 % 10_000, 2)
    return syllables(number * 7919 % 1_000_000, 3)


def ending(number: int) -> str:
    """Returns what may stand behind a word."""
    return syllables(number * 7919 % 10_000, 2)


def syllables(number: int, count: int) -> str:
    """Writes a number in the base of a hundred syllables, the last digit first."""
    text = ""
    for _ in range(count):
        number, syllable = divmod(number, 100)
        text += CONSONANTS[syllable // 5] + VOWELS[syllable % 5]
    return text
