#!/usr/bin/env python3
"""Writes Sources/Plots/TextColumnsTable.swift: which characters take no column of a terminal, and
which take two, by the Unicode data that Python has (the module unicodedata).

  python3 Scripts/make_text_columns.py

Two columns: East Asian Width W or F (Unicode Standard Annex 11), to which all emoji belong that are
pictures by themselves. None: marks that are drawn over what is before them (categories Mn and Me),
format characters such as joiners and zero-width spaces (Cf, but for the soft hyphen, which is drawn),
separators of lines and paragraphs (Zl, Zp), and the vowels and finals of Hangul syllables that are
written in parts.
"""

import pathlib
import sys
import unicodedata

IDEOGRAPHS = [
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD),
]
PATH = pathlib.Path(__file__).parent.parent / "Sources/Plots/TextColumnsTable.swift"


def columns(code):
    character = chr(code)
    category = unicodedata.category(character)
    if code == 0xAD:
        return 1
    if category in ("Mn", "Me", "Cf", "Zl", "Zp"):
        return 0
    if 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:
        return 0
    if category == "Cn":
        # What the annex says of code points that are not assigned yet; the module knows none.
        return 2 if any(low <= code <= high for low, high in IDEOGRAPHS) else 1
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def ranges(wanted):
    """The runs of characters of so many columns; what is not assigned goes with its neighbours."""
    found, start, last = [], None, None
    for code in range(0x80, 0x110000):
        if 0xD800 <= code <= 0xDFFF:
            continue
        is_assigned = unicodedata.category(chr(code)) != "Cn"
        if columns(code) == wanted:
            if start is None:
                start = code
            last = code
        elif start is not None and is_assigned:
            found.append((start, last))
            start = None
    if start is not None:
        found.append((start, last))
    return found


def table(name, comment, found):
    lines = [f"  /// {comment}", f"  static let {name}: [ClosedRange<UInt32>] = ["]
    line = "   "
    for low, high in found:
        text = f" 0x{low:X}...0x{high:X},"
        if len(line) + len(text) > 100:
            lines.append(line)
            line = "   "
        line += text
    return lines + [line, "  ]"]


def main():
    lines = [
        "// Written by Scripts/make_text_columns.py from the data of Unicode "
        + f"{unicodedata.unidata_version}.",
        "",
        "extension TextColumns {",
        *table("none", "Characters that take no column, in order.", ranges(0)),
        "",
        *table("two", "Characters that take two columns, in order.", ranges(2)),
        "}",
        "",
    ]
    PATH.write_text("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
