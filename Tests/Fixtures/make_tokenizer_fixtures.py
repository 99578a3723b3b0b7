"""Writes Tests/Fixtures/tokenizers: small tokenizers, and what the reference makes of texts.

    python3 Tests/Fixtures/make_tokenizer_fixtures.py

Needs the packages tokenizers and sentencepiece. The form of the files is that of judge_tokenizers.py.
"""

import os
import random

import judge_tokenizers as judge

judge.TEXTS_OF_VOCABULARY = 4
judge.TEXTS_OF_TOKENIZER = 8
judge.TRAINED_SIZES = [300]
judge.HAS_LARGE_CHARACTER_MAP = False
long_text = judge.random_text


def short_text(rng):
    """Without the very long words, which make large files."""
    while True:
        text = long_text(rng)
        if len(text) < 60:
            return text


judge.random_text = short_text
folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokenizers")
judge.main(folder, "random", 20 * judge.TEXTS_OF_TOKENIZER, 3)
