"""Makes Sources/Tokenizers/Unicode/Tables: what Unicode says of its characters, as the reference
implementation of tokenizers knows it.

Hugging Face's `tokenizers` takes its tables from six libraries of as many versions of Unicode. So the
tables are asked of it, one code point after another, and none is taken from elsewhere, but for the
breaks between grapheme clusters, which it does not show: those are of Unicode 17, by the module
`regex`.

Run with: python3 Scripts/make_unicode_tables.py      (needs tokenizers 0.23.3, regex 2026.11.19)
"""

import unicodedata
from pathlib import Path

import regex
from tokenizers import Regex, normalizers, pre_tokenizers

FOLDER = Path(__file__).parent.parent / "Sources/Tokenizers/Unicode/Tables"
ALL = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
TEXT = "".join(map(chr, ALL))
CATEGORIES = (
    "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn".split())
BREAKS = ("Other CR LF Control Extend ZWJ Regional_Indicator Prepend SpacingMark L V T LV LVT").split()
CONJUNCTS = "None Consonant Extend Linker".split()


def matching(pattern):
    """The code points that a class of a regular expression has."""
    return set(map(ord, normalizers.Replace(Regex(f"[^{pattern}]"), "").normalize_str(TEXT)))


def where(holds):
    return {c for c in ALL if holds(chr(c))}


def pieces(pre_tokenizer, text):
    return [piece for piece, _ in pre_tokenizer.pre_tokenize_str(text)]


def normalized(normalizer):
    """What becomes of each code point that changes."""
    call = normalizer.normalize_str
    return {c: [ord(x) for x in call(chr(c))] for c in ALL if call(chr(c)) != chr(c)}


def combining_classes(nfd):
    """The classes, found by which of two marks comes first."""
    call = normalizers.NFD().normalize_str

    def swaps(a, b):
        return a != b and call("a" + a + b) == "a" + b + a

    # One character of each class, of those that the reference knows.
    lowest, highest = "\u0334", "\u0345"
    examples = {1: lowest, 240: highest}
    for c in ALL:
        value = unicodedata.combining(chr(c))
        if value not in (0, 1, 240) and c not in nfd and swaps(chr(c), lowest):
            examples.setdefault(value, chr(c))

    values = sorted(examples)
    for a, b in zip(values, values[1:]):
        assert swaps(examples[b], examples[a]) and not swaps(examples[a], examples[b]), (a, b)
    classes = {}
    for c in ALL:
        if c in nfd or not (swaps(chr(c), lowest) or swaps(highest, chr(c))):
            continue
        same = [v for v in values
                if not swaps(chr(c), examples[v]) and not swaps(examples[v], chr(c))]
        if len(same) == 1:
            classes[c] = same[0]
        else:
            assert len(same) == len(values), (hex(c), same)
    # Where a character decomposes, the class is that of the parts.
    return classes


def compositions(nfd):
    """Pairs of characters and the one that they make."""
    call = normalizers.NFC().normalize_str
    result = []
    for c, parts in nfd.items():
        if 0xAC00 <= c < 0xD7A4 or len(parts) < 2:
            continue
        first, second = call("".join(map(chr, parts[:-1]))), chr(parts[-1])
        if len(first) == 1 and call(first + second) == chr(c):
            result.append((ord(first), ord(second), c))
    return result


def scripts():
    """Runs of one script: two characters that stay together have the same one. 0 is any script, of
    which nothing is left alone."""
    cut = pre_tokenizers.UnicodeScripts()
    examples, runs, last = [None], [], 0
    for c in range(0x110000):
        if not 0xD800 <= c < 0xE000:
            if not pieces(cut, chr(c)):
                script = 0
            else:
                known = [last] if last else []
                known += [index for index in range(1, len(examples)) if index != last]
                script = next((index for index in known
                               if len(pieces(cut, examples[index] + chr(c))) == 1), len(examples))
                if script == len(examples):
                    examples.append(chr(c))
                last = script
        else:
            script = 0
        if runs and runs[-1][1] == script:
            runs[-1][0] += 1
        else:
            runs.append([1, script])
    return runs


def digits(number):
    """A number in base 32: 0...O are digits that others follow, ]...| are last ones."""
    text = chr(93 + number % 32)
    while number >= 32:
        number //= 32
        text = chr(48 + number % 32) + text
    return text


def signed(number):
    return digits(2 * number if number >= 0 else -2 * number - 1)


def literal(name, comment, text):
    lines = [text[i:i + 96] for i in range(0, len(text), 96)]
    return (f"  /// {comment}\n  static let {name}: StaticString = \"\"\"\n"
            + "".join(f"    {line}\n" for line in lines) + "    \"\"\"\n")


def mapping(table):
    """For each code point: how far it is from the one before, how many there are instead, and how
    far each is from the one before."""
    text, last = "", 0
    for c in sorted(table):
        text += digits(c - last) + digits(len(table[c]))
        near = c
        for x in table[c]:
            text += signed(x - near)
            near = x
        last = c
    return text


def write(name, comment, content):
    (FOLDER / f"{name}.swift").write_text(
        "// Made by Scripts/make_unicode_tables.py.\n\n"
        f"/// {comment}\nenum {name} {{\n{content}}}\n")


def main():
    nfd, nfkd = normalized(normalizers.NFD()), normalized(normalizers.NFKD())
    lower = normalized(normalizers.Lowercase())
    classes, pairs = combining_classes(nfd), compositions(nfd)
    for table in (nfd, nfkd):
        for c in range(0xAC00, 0xD7A4):
            del table[c]
    compatible = {c: parts for c, parts in nfkd.items() if nfd.get(c) != parts}
    assert all(c in nfkd for c in nfd)

    category = dict.fromkeys(range(0x110000), CATEGORIES.index("Cn"))
    for index, name in enumerate(CATEGORIES):
        if name not in ("Cs", "Cn"):
            for c in matching(rf"\p{{{name}}}"):
                category[c] = index
    for c in range(0xD800, 0xE000):
        category[c] = CATEGORIES.index("Cs")
    breaks, conjuncts = {}, {}
    for index, name in enumerate(BREAKS[1:], 1):
        for x in regex.findall(rf"\p{{Grapheme_Cluster_Break={name}}}", TEXT):
            breaks[ord(x)] = index
    for index, name in enumerate(CONJUNCTS[1:], 1):
        for x in regex.findall(rf"\p{{Indic_Conjunct_Break={name}}}", TEXT):
            conjuncts[ord(x)] = index

    bert = normalizers.BertNormalizer(True, False, False, False).normalize_str
    accents = normalizers.BertNormalizer(False, False, True, False).normalize_str
    strip, marks = normalizers.Strip().normalize_str, normalizers.StripAccents().normalize_str
    whitespace = pre_tokenizers.Whitespace()
    flags = [
        ("word", matching(r"\w")),
        ("space", matching(r"\s")),
        ("whiteSpace", where(lambda x: strip(x) == "")),
        ("numeric", where(lambda x: len(pieces(pre_tokenizers.Digits(True), "a" + x)) == 2)),
        ("control", where(lambda x: bert(x) == "")),
        ("nonspacing", where(lambda x: accents(x) == "")),
        ("punctuation", where(lambda x: len(pieces(pre_tokenizers.Punctuation(), "a" + x)) == 2)),
        ("combining", where(lambda x: marks(x) == "")),
        ("wordOfWhitespace", where(lambda x: pieces(whitespace, "a" + x) == ["a" + x])),
        ("han", matching(r"\p{Han}")),
        ("decomposes", set(nfd)),
        ("decomposesCompatibly", set(nfkd)),
        ("composes", {b for _, b, _ in pairs}),
        ("lowers", set(lower)),
        ("pictographic", set(map(ord, regex.findall(r"\p{Extended_Pictographic}", TEXT)))),
    ]
    whites = dict(flags)["whiteSpace"]
    assert whites == {c for c in ALL if not pieces(whitespace, chr(c))}
    assert where(lambda x: not pieces(pre_tokenizers.WhitespaceSplit(), x)) == whites
    assert where(lambda x: bert(x) == " ") == whites - dict(flags)["control"]
    assert matching(r"\d") == {c for c in ALL if category[c] == CATEGORIES.index("Nd")}
    for group in "LMNPSZ":
        assert matching(rf"\p{{{group}}}") == {
            c for c in ALL if CATEGORIES[category[c]][0] == group}

    members = [flag for _, flag in flags]
    properties, records, runs = [], {}, []
    for c in range(0x110000):
        value = category[c] | breaks.get(c, 0) << 5 | conjuncts.get(c, 0) << 9
        value |= classes.get(c, 0) << 11
        for bit, member in enumerate(members):
            value |= (c in member) << (19 + bit)
        if value not in records:
            records[value] = len(records)
        index = records[value]
        if runs and runs[-1][1] == index:
            runs[-1][0] += 1
        else:
            runs.append([1, index])
    print(len(records), "records", len(runs), "runs", len(pairs), "pairs", len(nfd), len(compatible))

    constants = "".join(
        f"  static let {name}: UInt64 = 1 << {19 + bit}\n" for bit, (name, _) in enumerate(flags))
    write(
        "UnicodePropertyData", "What is known of each code point, as ``UnicodeProperties`` has it.",
        constants
        + literal("records", "The different sets of properties.", "".join(map(digits, records)))
        + literal("runs", "For each run of code points its length and its set of properties.",
                  "".join(digits(count) + digits(index) for count, index in runs)))
    write(
        "UnicodeScriptData", "The script of each code point.",
        literal("runs", "For each run of code points its length and the number of its script.",
                "".join(digits(count) + digits(index) for count, index in scripts())))
    write(
        "UnicodeMappingData", "What characters become, without the arithmetic of Hangul.",
        literal("canonical", "Canonical decompositions, to the end.", mapping(nfd))
        + literal("compatible", "Those by compatibility, where they differ.", mapping(compatible))
        + literal("lowercase", "Lower case.", mapping(lower))
        + literal("compositions", "Composed characters: first and second part.",
                  mapping({c: [a, b] for a, b, c in pairs})))


main()
