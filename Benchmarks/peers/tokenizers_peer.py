"""The work of tokenizers in Hugging Face's library."""

from __future__ import annotations

import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

import common
import invented
import works
from common import Clock, Measurement, Work


def tokenizer() -> Tokenizer:
    """Returns BERT's form, without letters' cases, with the vocabulary of the invented language."""
    vocabulary = {token: number for number, token in enumerate(invented.vocabulary())}
    result = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    result.normalizer = normalizers.BertNormalizer(lowercase=True)
    result.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    result.post_processor = processors.BertProcessing(
        ("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])
    )
    return result


def tokenize(clock: Clock) -> Measurement:
    """The ids of many lines by WordPiece."""
    cutter, lines = tokenizer(), invented.lines(works.TOKENIZED_LINES)
    megabytes = sum(len(line) for line in lines) / 1e6
    variants = {
        "encode_batch": lambda: [text.ids for text in cutter.encode_batch(lines)],
        "encode_batch_fast": lambda: [text.ids for text in cutter.encode_batch_fast(lines)],
    }
    return clock.rate(variants, "MB/s", megabytes)


WORKS: dict[str, Work] = {"tokenize": tokenize}

if __name__ == "__main__":
    common.main("tokenizers", tokenizers.__version__, WORKS)
