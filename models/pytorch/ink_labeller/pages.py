"""Pages with what the network shall say of each cell.

A set is a folder of three files a page, as `longhand compose-pages` writes them:

- `NAME.png`: grey, 255 paper, as line finding sees it;
- `NAME.ink.png`: of the same size; 0 paper, 1 writing, 2 drawing, 3 struck out, 255 unknown;
- `NAME.json`: `{"lines": [{"baseline": [[x, y], …], "x_height": h, "words": [[x0, x1], …]}]}` in its pixels.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

UNKNOWN = 255
X_HEIGHT = 10.5
"""The x-height that pages are brought to before they are varied, in pixels."""
MIN_DARKNESS = 0.25
"""What is lighter than this counts for nothing in the loss of ink kinds."""

PAPER, WRITING, DRAWING, STRUCK_OUT = range(4)
CORE_BIT, SEPARATOR_BIT = 1, 2

# Reach of the zone around a line's core in which the ground belongs to it: above and below, and beyond its ends.
REACH_ACROSS = 1.25
REACH_ALONG = 2.5
MAX_SLOPE = 0.7
"""Lines steeper than this have no core: the network finds lines across the page, and others in a turned copy."""


@dataclass
class LabelledPage:
    """A page at [`X_HEIGHT`]: `darkness` and `ink` `[row, column]` u8, `zones` a set of bits."""

    name: str
    darkness: np.ndarray
    ink: np.ndarray
    zones: np.ndarray


def is_across(baseline: np.ndarray) -> bool:
    run, rise = np.abs(baseline[-1] - baseline[0])
    return rise <= MAX_SLOPE * run


def zones(lines: list[dict], size: tuple[int, int]) -> np.ndarray:
    """Bits of cores and separators, `[row, column]`. A separator is ground in reach of two lines and in neither core."""
    width, height = size
    reached = np.zeros((height, width), np.uint8)
    cores = Image.new("1", size)
    for line in lines:
        baseline = np.array(line["baseline"], float)
        if len(baseline) < 2 or not is_across(baseline):
            continue
        baseline = baseline[np.argsort(baseline[:, 0], kind="stable")]
        x_height = line["x_height"]
        top = baseline - (0, x_height)
        ImageDraw.Draw(cores).polygon([*map(tuple, baseline), *map(tuple, top[::-1])], fill=1)
        directions = np.diff(baseline[[0, 1, -2, -1]], axis=0)[[0, 2]]
        directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-6)
        along = REACH_ALONG * x_height
        spread = np.concatenate([baseline[:1] - along * directions[0], baseline, baseline[-1:] + along * directions[1]])
        low, high = spread + (0, REACH_ACROSS * x_height), spread - (0, (1 + REACH_ACROSS) * x_height)
        zone = Image.new("1", size)
        ImageDraw.Draw(zone).polygon([*map(tuple, low), *map(tuple, high[::-1])], fill=1)
        reached += np.asarray(zone)
    core = np.asarray(cores)
    return (core * CORE_BIT | ((reached >= 2) & ~core) * SEPARATOR_BIT).astype(np.uint8)


def scaled(lines: list[dict], factor: float) -> list[dict]:
    return [
        {"baseline": [[x * factor, y * factor] for x, y in line["baseline"]], "x_height": line["x_height"] * factor}
        for line in lines
    ]


def typical_x_height(lines: list[dict]) -> float | None:
    return float(np.median([line["x_height"] for line in lines])) if lines else None


def open_page(path: Path, keep_scale: bool = False) -> LabelledPage:
    """The page whose picture is `path`, brought to [`X_HEIGHT`] unless its scale is to be kept."""
    gray, ink = Image.open(path).convert("L"), Image.open(path.with_suffix(".ink.png"))
    lines = json.loads(path.with_suffix(".json").read_text())["lines"]
    x_height = typical_x_height(lines)
    factor = 1.0 if keep_scale or x_height is None else X_HEIGHT / x_height
    if factor != 1.0:
        size = tuple(max(32, round(side * factor)) for side in gray.size)
        gray, ink = gray.resize(size, Image.Resampling.BOX if factor < 1 else Image.Resampling.BILINEAR), enlarged_ink(ink, size)
    return LabelledPage(path.stem, 255 - np.asarray(gray), np.asarray(ink), zones(scaled(lines, factor), gray.size))


def enlarged_ink(ink: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The kinds of ink in another size. A pixel takes the kind that covers most of it, paper only where it is alone."""
    kinds = np.asarray(ink)
    shares = [np.asarray(Image.fromarray((kinds == kind).astype(np.uint8) * 255).resize(size, Image.Resampling.BOX)) for kind in (WRITING, DRAWING, STRUCK_OUT, UNKNOWN)]
    most = np.argmax(shares, 0)
    return Image.fromarray(np.where(np.max(shares, 0) > 8, np.array([WRITING, DRAWING, STRUCK_OUT, UNKNOWN], np.uint8)[most], 0).astype(np.uint8))


def open_set(folder: Path, keep_scale: bool = False) -> list[LabelledPage]:
    names = sorted(path for path in folder.glob("*.png") if not path.name.endswith(".ink.png"))
    return [open_page(path, keep_scale) for path in names]
