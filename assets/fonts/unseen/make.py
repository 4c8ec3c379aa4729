#!/usr/bin/env python3
"""Makes `Unseen.ttf`, whose two glyphs are blank: the font of words in PDFs that no standard encoding can write.

    pip install fonttools
    assets/fonts/unseen/make.py
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

# Those of Courier, beside which it is used.
ADVANCE, ASCENT, DESCENT = 600, 629, -157


def main():
    names = [".notdef", "blank"]
    blank = TTGlyphPen(None).glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupGlyf(dict.fromkeys(names, blank))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (ADVANCE, 0)))
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    # The same on every day.
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    builder.save(Path(__file__).with_name("Unseen.ttf"))


if __name__ == "__main__":
    main()
