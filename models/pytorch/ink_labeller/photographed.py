"""Turns labelled photographs into a set of pages that the network learns from.

    python -m ink_labeller.photographed OUT PREPARED LABELS

PREPARED holds the pages as `cargo run --example prepared_pages` writes them. LABELS holds a JSON file for each: lines
with their words' boxes (hdBPMN), or lines with boxes and no drawing on the page.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from .pages import DRAWING, PAPER, UNKNOWN, WRITING, X_HEIGHT, scaled, typical_x_height

MIN_DARKNESS = 60
"""Grey levels below white from which a pixel is ink."""
# Heights above and below small letters, in x-heights, and the letters that have them.
ASCENDER, DESCENDER = 0.75, 0.55
ASCENDING, DESCENDING = set("bdfhklti?!\"'/()[]{}&%#@$0123456789"), set("gjpqy,;()[]{}@$Q")
SLACK = 0.2
"""Reach of the zone around a word's box in which ink may be of either kind, in x-heights: labels cut letters."""
LARGE = 5.0
"""Width or height of a piece of ink, in x-heights, from which it may be a frame with letters that touch it."""


def core_of(text: str, top: float, bottom: float) -> tuple[float, float]:
    """Baseline and x-height of a word whose ink reaches from `top` to `bottom`."""
    above = ASCENDER * any(c in ASCENDING or c.isupper() for c in text)
    below = DESCENDER * any(c in DESCENDING for c in text)
    x_height = (bottom - top) / (1 + above + below)
    return bottom - below * x_height, x_height


def line_across(words: list[list]) -> dict:
    """The line of words `[text, slope, x0, y0, x1, y1]` in reading order."""
    baseline, x_heights = [], []
    for text, slope, x0, y0, x1, y1 in words:
        rise = np.tan(np.radians(slope)) * (x1 - x0)
        shrunk = min(abs(rise), 0.6 * (y1 - y0)) / 2
        y, x_height = core_of(text, y0 + shrunk, y1 - shrunk)
        baseline += [[x0, y - rise / 2], [x1, y + rise / 2]]
        x_heights.append(x_height)
    return {"baseline": baseline, "x_height": float(np.median(x_heights))}


def line_along(words: list[list], direction: str) -> dict:
    """The line of words that run up or down."""
    x0, y0, x1, y1 = (f(word[i] for word in words) for f, i in ((min, 2), (min, 3), (max, 4), (max, 5)))
    baseline = [[x1, y1], [x1, y0]] if direction == "bt" else [[x0, y0], [x0, y1]]
    return {"baseline": baseline, "x_height": (x1 - x0) / 2}


def lines_of(label: dict) -> list[dict]:
    lines = []
    for line in label["lines"]:
        words = line.get("words") or [[line["text"], 0.0, *line["box"]]]
        across = line.get("direction", "lr") == "lr"
        lines.append(line_across(words) if across else line_along(words, line["direction"]))
    return lines


def ink_kinds(gray: np.ndarray, label: dict, x_height: float) -> np.ndarray:
    """Ink in word boxes is writing, other ink drawing. A small piece of ink is what most of it is."""
    ink = gray < 255 - MIN_DARKNESS
    boxed, near = np.zeros(gray.shape, bool), np.zeros(gray.shape, bool)
    slack = round(SLACK * x_height)
    for line in label["lines"]:
        for _, _, x0, y0, x1, y1 in line.get("words") or [[None, None, *line["box"]]]:
            boxed[max(0, round(y0)) : round(y1), max(0, round(x0)) : round(x1)] = True
            near[max(0, round(y0) - slack) : round(y1) + slack, max(0, round(x0) - slack) : round(x1) + slack] = True
    pieces, n = ndimage.label(ink, np.ones((3, 3)))
    places = ndimage.find_objects(pieces)
    large = np.array([False] + [max(s.stop - s.start for s in place) > LARGE * x_height for place in places])
    inside = np.bincount(pieces.ravel(), near.ravel(), n + 1) / np.maximum(np.bincount(pieces.ravel(), minlength=n + 1), 1)
    whole = np.where(inside > 0.4, WRITING, DRAWING)
    # Of a word that was written in one go nearly everything lies in its boxes.
    by_place = np.where(boxed, WRITING, np.where(near, UNKNOWN, DRAWING))
    kinds = np.where(large[pieces] & (inside[pieces] < 0.85), by_place, whole[pieces])
    kinds = np.where(ink, kinds, PAPER).astype(np.uint8)
    # The fringe of a stroke is of its kind.
    fringe = ndimage.grey_dilation(kinds, (3, 3))
    return np.where((kinds == PAPER) & (gray < 255), fringe, kinds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--set", help="only pages of this set")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for path in sorted(given.prepared.glob("*.png")):
        label = json.loads((given.labels / path.name).with_suffix(".json").read_text())
        if given.set and label.get("set") != given.set:
            continue
        gray = Image.open(path)
        lines = lines_of(label)
        x_height = typical_x_height(lines)
        kinds = ink_kinds(np.asarray(gray), label, x_height)
        factor = min(1.0, 1.6 * X_HEIGHT / x_height)
        size = tuple(round(side * factor) for side in gray.size)
        gray.resize(size, Image.Resampling.BOX).save(given.out / path.name)
        small = ndimage.zoom(kinds, (size[1] / gray.height, size[0] / gray.width), order=0, grid_mode=True, mode="nearest")
        Image.fromarray(small[: size[1], : size[0]]).save(given.out / f"{path.stem}.ink.png")
        (given.out / f"{path.stem}.json").write_text(json.dumps({"lines": scaled(lines, factor)}))


if __name__ == "__main__":
    main()
