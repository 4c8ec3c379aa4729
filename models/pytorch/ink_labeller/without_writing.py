"""Turns pictures without any writing into a set of pages: all their ink is drawing, and no line runs anywhere.

    python -m ink_labeller.without_writing OUT PREPARED

PREPARED holds the pictures as `cargo run --example prepared_pages` writes them.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from .pages import DRAWING, PAPER
from .photographed import MIN_DARKNESS

MAX_SIDE = 1400
"""Longer side of a page, in pixels: about as large as line finding sees a page of a sheet."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("prepared", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for path in sorted(given.prepared.glob("*.png")):
        gray = Image.open(path).convert("L")
        factor = min(1.0, MAX_SIDE / max(gray.size))
        gray = gray.resize([max(32, round(side * factor)) for side in gray.size], Image.Resampling.BOX)
        gray.save(given.out / path.name)
        kinds = np.where(np.asarray(gray) < 255 - MIN_DARKNESS, DRAWING, PAPER).astype(np.uint8)
        Image.fromarray(kinds).save(given.out / f"{path.stem}.ink.png")
        (given.out / f"{path.stem}.json").write_text(json.dumps({"lines": []}))


if __name__ == "__main__":
    main()
