"""Makes what `tokenizers` does with texts, component by component: every normalizer with the origin of
each character, and every pre-tokenizer with the place of each piece.

Run with: python make_tokenizer_component_fixtures.py      (needs tokenizers 0.23.3, sentencepiece)
or with:  python make_tokenizer_component_fixtures.py FILE COUNT SEED [all]

Without arguments it writes tokenizer_components.json, a few texts for each component. The tests call
it with a file, how many texts of random characters to use, and `all` to add every code point there is.

A case of a normalizer is [text, result, start and end in the text's bytes of each character of the
result]; one of a pre-tokenizer is [text, [piece, start, end, …]], in characters.
"""

import base64
import io
import json
import random
import sys
import tempfile
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import PreTokenizedString, Regex, Tokenizer

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
PATTERNS = {
    "GPT-2": GPT2,
    "Llama 3": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
               r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "Qwen 2": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
              r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "cl100k": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
              r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    "o200k": r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
             r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+"
             r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}"
             r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "DeepSeek": r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
                r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "DeepSeek's Chinese": r"[一-龥぀-ゟ゠-ヿ]+",
    "Kimi": r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*"
            r"[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+|\p{N}{1,3}|\s+(?!\S)|\s+",
    "StarCoder": r"\d|\p{P}",
    "words": r"\w+|[^\w\s]+",
    "lazy": r"\p{L}+?\b|\d{2,3}?|\S{3}|(?<=\s)\W|(?<!\p{L})-(?=\d|a)",
    "anchors": r"^.|.$|\A\s|\s\z|[^\S\n]*\n|\Bo\B",
    "empty": r"x*|\p{Lu}?",
    "fallback": r"(?:\p{L}+\d)+-|(?:a|ab|abc)+d|\p{P}*!",
    "case": r"(?i)the|and|[q-z]k",
    "braces": r"a{2}|\p{L}{,2}\d|o{1,}|\x41|\u00e9|\x{1F600}|e{1}?",
}


def charsmap(rules=None):
    """The precompiled map of a SentencePiece model, of its own rules or these."""
    with tempfile.TemporaryDirectory() as folder:
        options = {}
        if rules:
            path = Path(folder) / "rules.tsv"
            path.write_text("".join(
                " ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n"
                for a, b in rules))
            options["normalization_rule_tsv"] = str(path)
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(["abc def ghi jkl"] * 10), model_writer=model, vocab_size=20,
            hard_vocab_limit=False, minloglevel=2, **options)
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    return base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()


RULES = [("a", "b"), ("c", "xyz"), ("é", ""), ("d", ""), ("e\u0301", "E"), ("क", "KA"), ("\u0301", "'"),
         ("가", "ga"), ("각", "g"), ("ᄀ", "."), ("©", "(c)"), ("☀", "sun"), ("q\u0301", "Q")]


def normalizers(large):
    yes, no = True, False
    result = [{"type": name} for name in (
        "NFC NFD NFKC NFKD Lowercase StripAccents Nmt ByteLevel".split())]
    for clean, chinese, accents, lower in [
            (yes, yes, None, yes), (yes, yes, None, no), (yes, no, no, yes), (no, yes, yes, no),
            (no, no, no, no), (no, no, yes, yes)]:
        result.append({"type": "BertNormalizer", "clean_text": clean,
                       "handle_chinese_chars": chinese, "strip_accents": accents, "lowercase": lower})
    for left, right in [(yes, yes), (yes, no), (no, yes)]:
        result.append({"type": "Strip", "strip_left": left, "strip_right": right})
    for pattern, content in [
            ({"String": " "}, "▁"), ({"String": "aa"}, "b"), ({"String": ""}, "-"),
            ({"Regex": r" {2,}"}, " "), ({"Regex": r"\s+"}, ""), ({"Regex": r"\p{M}*"}, "é")]:
        result.append({"type": "Replace", "pattern": pattern, "content": content})
    result += [
        {"type": "Prepend", "prepend": "▁"}, {"type": "Prepend", "prepend": "ab"},
        {"type": "Precompiled", "precompiled_charsmap": charsmap(RULES)},
        {"type": "Sequence", "normalizers": [
            {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"},
            {"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
        {"type": "Sequence", "normalizers": [
            {"type": "Strip", "strip_left": yes, "strip_right": yes}, {"type": "NFC"},
            {"type": "NFKC"}, {"type": "ByteLevel"}]}]
    if large:
        result.append({"type": "Precompiled", "precompiled_charsmap": charsmap()})
    return result


def pre_tokenizers():
    yes, no = True, False
    result = [{"type": "BertPreTokenizer"}, {"type": "Whitespace"}, {"type": "WhitespaceSplit"},
              {"type": "Digits", "individual_digits": yes}, {"type": "Digits", "individual_digits": no},
              {"type": "CharDelimiterSplit", "delimiter": "é"}, {"type": "FixedLength", "length": 3},
              {"type": "UnicodeScripts"}]
    for prefix in (yes, no):
        for regular in (yes, no):
            result.append({"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": yes,
                           "use_regex": regular})
    for scheme in ("always", "first", "never"):
        for split in (yes, no):
            result.append({"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme,
                           "split": split})
    for behavior in ("Removed Isolated MergedWithPrevious MergedWithNext Contiguous".split()):
        result.append({"type": "Punctuation", "behavior": behavior})
        for invert in (yes, no):
            for pattern in ({"String": " "}, {"Regex": r"\s+"}, {"Regex": GPT2}, {"Regex": r"\d"}):
                result.append({"type": "Split", "pattern": pattern, "behavior": behavior,
                               "invert": invert})
    for pattern in PATTERNS.values():
        result.append({"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated",
                       "invert": no})
    split = {"type": "Split", "pattern": {"Regex": PATTERNS["Llama 3"]}, "behavior": "Isolated",
             "invert": no}
    result += [
        {"type": "Sequence", "pretokenizers": [
            {"type": "WhitespaceSplit"},
            {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": yes}]},
        {"type": "Sequence", "pretokenizers": [
            split, {"type": "ByteLevel", "add_prefix_space": no, "trim_offsets": yes,
                    "use_regex": no}]},
        {"type": "Sequence", "pretokenizers": [
            {"type": "Digits", "individual_digits": yes},
            {"type": "ByteLevel", "add_prefix_space": yes, "trim_offsets": yes,
             "use_regex": yes}]},
        {"type": "Sequence", "pretokenizers": [
            {"type": "Punctuation", "behavior": "Isolated"},
            {"type": "Metaspace", "replacement": "_", "prepend_scheme": "always", "split": yes},
            {"type": "FixedLength", "length": 2}]}]
    return result


EDGES = [
    "", " ", "a", "  two  spaces ", "It's they'LL we'Ve 'S ſ K 'ſ I'ﬆ", "x\r\n\r\n y\n", "1234567 89",
    "Ünïcödé ÉÀ e\u0301\u0327 \u0327\u0301 İI ẞ ς Σ", "中文和かな 한국어 ᄀ\u1161\u11a8 가\u11a8",
    "👩\u200d👩\u200d👧 🇩🇪🇫 ©\u200d© ☀\u0301 \u200d\u0301 ☀\u200d☀\u0301 ©\u200da", "क्षि क्\u200dष क\u0301 क्क\u0301",
    "\u0000\u0001\t\u000b\u0085\u00a0\u1680\u2028\u200b\ufeff\ufffd\u2581", "a\u0300\u0315\u0334\u0345b", "ﬁ ① ㍿ ﷺ ℡",
    "--a -1 !?!... «x» _y_ a_b", "aaaaaa", "bacdéeq\u0301c", "ệ\u0323 \u1100\u1161\u1161", "▁a ▁▁ b▁",
]


def texts(count, seed, every):
    generator = random.Random(seed)

    def some(*ranges):
        return [chr(c) for low, high in ranges for c in range(low, high)]

    pools = [
        some((32, 127)), some((97, 123)) + [" "] * 8, some((48, 58)) + list(" ,.-"), list(" \t\n\r"),
        some((0, 32), (127, 160)), some((0xa0, 0x250)), some((0x300, 0x370)), some((0x370, 0x530)),
        some((0x590, 0x700)), some((0x900, 0xe00)), some((0xe00, 0x1200)), some((0x1100, 0x1200), (0xac00, 0xac40)),
        some((0x1e00, 0x2000)), some((0x2000, 0x2070), (0x2100, 0x2200)), some((0x3000, 0x3400)),
        some((0x4e00, 0x4f00)), some((0xf900, 0xfb50)), some((0xfb50, 0x10000)),
        some((0x1f1e6, 0x1f200), (0x1f3fb, 0x1f400), (0x1f466, 0x1f46a)) + ["\u200d", "\ufe0f", "❤"],
        some((0x1d400, 0x1d500), (0x1f100, 0x1f200)), list("abcdeéq\u0301ककᄀ가각☀©\u200d\u094d \u1161"),
        list("'sStTrReEvVlLdDmM ſ"), list("▁_ a-é"),
    ]
    result = list(EDGES)
    for _ in range(count):
        text = ""
        for _ in range(generator.choice([1, 1, 2, 3, 5])):
            pool = generator.choice(pools)
            for _ in range(generator.randrange(1, 12)):
                if generator.random() < 0.02:
                    c = generator.choice([generator.randrange(0xD800), generator.randrange(0xE000, 0x110000)])
                    text += chr(c)
                else:
                    text += generator.choice(pool)
        result.append(text)
    if every:
        for start in range(0, 0x110000, 0x800):
            if not 0xD800 <= start < 0xE000:
                result.append("|".join(map(chr, range(start, start + 0x800))))
                # A word of two characters before each.
                result.append("".join("aé" + chr(c) for c in range(start, start + 0x800)))
    return result


def component(kind, description):
    tokenizer = Tokenizer.from_str(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None,
        "model": {"type": "BPE", "vocab": {}, "merges": []}, kind: description}))
    return getattr(tokenizer, kind)


ANY = Regex("(?m).")


def normalize(normalizer, text):
    whole = PreTokenizedString(text)
    whole.normalize(normalizer.normalize)
    whole.split(lambda _, part: part.split(ANY, "isolated"))
    splits = whole.get_splits("original", "byte")
    return ["".join(part for part, _, _ in splits), [n for _, place, _ in splits for n in place]]


def pre_tokenize(pre_tokenizer, text):
    return [[x for piece, place in pre_tokenizer.pre_tokenize_str(text) for x in (piece, *place)]]


def main():
    path, count, seed, every = Path(__file__).parent / "tokenizer_components.json", 4, 1, False
    if len(sys.argv) > 1:
        path, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
        every = sys.argv[4:] == ["all"]
    with open(path, "w", encoding="utf-8") as file:
        for kind, descriptions, call in [
                ("normalizer", normalizers(large=len(sys.argv) > 1), normalize),
                ("pre_tokenizer", pre_tokenizers(), pre_tokenize)]:
            for index, description in enumerate(descriptions):
                part = component(kind, description)
                chosen = texts(count, seed + index, every)
                if len(sys.argv) == 1:
                    chosen = EDGES[index % 3::3] + chosen[len(EDGES):]
                cases = [[text, *call(part, text)] for text in chosen]
                line = json.dumps({kind: description, "cases": cases}, ensure_ascii=False)
                # Foundation drops this one at the beginning of a text.
                file.write(line.replace("\ufeff", "\\ufeff") + "\n")


if __name__ == "__main__":
    main()
