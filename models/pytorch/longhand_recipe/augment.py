"""Distorts normalized lines on the device, a batch at a time, with the ranges of `src/training/data/augmentation.rs`.

Drawing and distorting are apart: what each line gets is drawn on the processor for many lines at once, because the
widths that come out decide which lines share a batch; the pixels are made on the device without waiting for it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .lines import MAX_WIDTH, ROWS, WIDTH_MULTIPLE


@dataclass(frozen=True)
class AugmentationConfig:
    """How strongly lines are distorted; angles are tangents. The same fields and values as in Rust."""

    probability: float = 0.8
    stretch: float = 0.2
    zoom: float = 0.12
    shear: float = 0.35
    rotation: float = 0.02
    shift_rows: float = 3.0
    wave: float = 1.6
    pull: float = 0.0
    """Pixels that letters are pulled about by, each otherwise than its neighbours: the standard deviation of a grid's
    knots at most."""
    stroke_probability: float = 0.4
    marker: float = 0.0
    """Part of the lines whose strokes grow by one to three pixels to all sides, as of a marker on a small board."""
    contrast: float = 0.5
    noise: float = 0.06
    blur_probability: float = 0.15
    hidden: float = 0.0
    """Up to this part of a line is hidden behind grey bars about as wide as a letter."""

    @classmethod
    def none(cls) -> "AugmentationConfig":
        return cls(probability=0, stroke_probability=0, contrast=0, noise=0, blur_probability=0)


# Columns of the array that `draw` returns: where pixels come from, and what they look like (from STROKE to HIDDEN).
(X_SCALE, Y_SCALE, SHEAR, ROTATION, SHIFT, X_WAVE, Y_WAVE, STROKE, BLUR, GAMMA, GAIN, NOISE, HIDDEN, PULL) = (
    *range(5), slice(5, 8), slice(8, 11), *range(11, 18),
)  # fmt: skip
N_DRAWN = 18
MARKER_CHANGE = (1.0, 3.0)
"""Pixels by which a marker's strokes grow to each side."""
PULL_KNOTS = (16, 20)
"""Rows and columns between the knots of the grid that letters are pulled by."""
BAR_WIDTHS = (6, 26)
"""Columns of a bar, at least and below."""


def draw(config: AugmentationConfig, widths: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What each line gets, `[line, N_DRAWN]` f32, and the widths that come out, multiples of four."""
    n = len(widths)

    def within(bound: float) -> np.ndarray:
        return random.uniform(-bound, bound, n)

    def wave() -> np.ndarray:
        frequency = 2 * np.pi / (120 + 80 * within(1))
        return np.stack([within(config.wave), frequency, within(np.pi)], 1)

    drawn = np.zeros((n, N_DRAWN), np.float32)
    zoom = 1 + within(config.zoom)
    drawn[:, Y_SCALE], drawn[:, X_SCALE] = zoom, zoom * (1 + within(config.stretch))
    # Upright and slanted hands are both common: half of the lines get little shear.
    drawn[:, SHEAR] = within(config.shear) * np.abs(within(1))
    drawn[:, SHIFT] = within(config.shift_rows)
    drawn[:, X_WAVE], drawn[:, Y_WAVE] = wave(), wave()
    drawn[:, PULL] = config.pull * random.random(n)
    slant_room = np.ceil(np.abs(drawn[:, SHEAR]) * ROWS * 0.5)
    shown = np.clip(np.trunc(widths * drawn[:, X_SCALE] + slant_room), 8, MAX_WIDTH).astype(np.int64)
    shown = -(-shown // WIDTH_MULTIPLE) * WIDTH_MULTIPLE
    # Half a line's rotation moves its ends: long lines are turned less, so that they stay inside.
    drawn[:, ROTATION] = within(config.rotation) * np.minimum(300 / shown, 1)
    kept = random.random(n) >= config.probability
    drawn[kept] = 0
    drawn[kept, X_SCALE] = drawn[kept, Y_SCALE] = 1
    shown[kept] = widths[kept]
    draw_look(config, drawn, random)
    return drawn, shown


def draw_look(config: AugmentationConfig, drawn: np.ndarray, random: np.random.Generator) -> None:
    """Draws anew what lines look like, and leaves where their pixels come from."""
    n = len(drawn)
    drawn[:, STROKE] = np.where(random.random(n) < config.stroke_probability, random.uniform(-0.7, 0.9, n), 0)
    if config.marker > 0:
        is_marker = random.random(n) < config.marker
        drawn[:, STROKE] = np.where(is_marker, random.uniform(*MARKER_CHANGE, n), drawn[:, STROKE])
    drawn[:, BLUR] = random.random(n) < config.blur_probability
    drawn[:, GAMMA] = np.exp2(random.uniform(-config.contrast, config.contrast, n))
    drawn[:, GAIN] = np.exp2(random.uniform(-0.6 * config.contrast, 0.6 * config.contrast, n))
    drawn[:, NOISE] = config.noise * random.random(n) ** 2
    drawn[:, HIDDEN] = config.hidden * random.random(n)


def distort(
    pixels: Tensor,
    offsets: Tensor,
    widths: Tensor,
    shown: Tensor,
    drawn: Tensor,
    width: int,
    random: torch.Generator,
    n_views: int = 1,
) -> Tensor:
    """Images `[batch, 1, 64, width]`, 0 paper to 1 ink, of lines that lie in the flat `pixels` at `offsets`.

    `widths` are theirs, `shown` those that come out; right of these there is paper. All on one device. The batch holds
    `n_views` of all lines, one after the other, which are pulled about alike.
    """
    column = torch.arange(width, device=pixels.device, dtype=torch.float32)
    pulls = _pulls(drawn[:, PULL], width, random, n_views)
    images = _warp(pixels, offsets, widths, shown, drawn, column, pulls)
    images = change_strokes(images, drawn[:, STROKE])
    blurred = F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    images = torch.lerp(images, blurred, _per_line(drawn[:, BLUR]))
    grain = torch.randn(images.shape, device=images.device, generator=random) * _per_line(drawn[:, NOISE])
    images = images.clamp(0, 1).pow(_per_line(drawn[:, GAMMA])) * _per_line(drawn[:, GAIN]) + grain
    hide(images, drawn[:, HIDDEN], shown, random)
    return images.clamp(0, 1) * (column < shown[:, None])[:, None, None, :]


def _per_line(values: Tensor) -> Tensor:
    return values[:, None, None, None]


def _pulls(strengths: Tensor, width: int, random: torch.Generator, n_views: int) -> Tensor | None:
    """How far each pixel is taken from elsewhere, `[batch, x and y, 64, width]`; `None` where none is."""
    if not bool(strengths.any()):
        return None
    rows, columns = PULL_KNOTS
    shape = (len(strengths) // n_views, 2, ROWS // rows + 1, width // columns + 2)
    knots = torch.randn(shape, device=strengths.device, generator=random).repeat(n_views, 1, 1, 1)
    return F.interpolate(knots * _per_line(strengths), size=(ROWS, width), mode="bicubic", align_corners=True)


def _warp(
    pixels: Tensor,
    offsets: Tensor,
    widths: Tensor,
    shown: Tensor,
    drawn: Tensor,
    column: Tensor,
    pulls: Tensor | None,
) -> Tensor:
    """Where each shown pixel is taken from, linear between pixels, paper outside."""
    d = drawn[:, :, None, None]
    row = torch.arange(ROWS, device=pixels.device, dtype=torch.float32)
    y = (row + 0.5 - ROWS / 2)[None, :, None] - d[:, SHIFT]
    x = (column + 0.5)[None, None, :] - shown[:, None, None] / 2

    def wave(at: slice) -> Tensor:
        amplitude, frequency, phase = d[:, at].unbind(1)
        return amplitude * torch.sin(frequency * x + 0.03 * y + phase)

    from_x = (x + d[:, SHEAR] * y) / d[:, X_SCALE] + wave(X_WAVE) + (widths / 2 - 0.5)[:, None, None]
    from_y = (y + d[:, ROTATION] * x) / d[:, Y_SCALE] + wave(Y_WAVE) + (ROWS / 2 - 0.5)
    if pulls is not None:
        from_x, from_y = from_x + pulls[:, 0], from_y + pulls[:, 1]
    left, top = from_x.floor(), from_y.floor()
    x_part, y_part = from_x - left, from_y - top
    left, top = left.long(), top.long()
    line_width, offset = widths[:, None, None], offsets[:, None, None]

    def at(column: Tensor, row: Tensor) -> Tensor:
        inside = (column >= 0) & (column < line_width) & (row >= 0) & (row < ROWS)
        place = offset + row * line_width + column
        return pixels[torch.where(inside, place, 0)] * inside

    upper = torch.lerp(at(left, top).float(), at(left + 1, top).float(), x_part)
    lower = torch.lerp(at(left, top + 1).float(), at(left + 1, top + 1).float(), x_part)
    return (torch.lerp(upper, lower, y_part) / 255)[:, None]


def change_strokes(images: Tensor, amount: Tensor) -> Tensor:
    """Mixes lines with their 3×3 dilation (`amount` above 0, once a pixel) or erosion (below)."""
    amount = _per_line(amount)
    first = amount.clamp(-1, 1)
    thicker, thinner = _over_neighbours(images, torch.maximum), _over_neighbours(images, torch.minimum)
    images = torch.lerp(images, torch.where(first > 0, thicker, thinner), first.abs())
    rest = amount - 1
    while bool((rest > 0).any()):
        images = torch.lerp(images, _over_neighbours(images, torch.maximum), rest.clamp(0, 1))
        rest = rest - 1
    return images


def hide(images: Tensor, parts: Tensor, shown: Tensor, random: torch.Generator) -> None:
    """Lays grey bars over about `parts` of lines, which are `shown` columns wide.

    Grey, because what is hidden behind white would teach to read letters where there are none.
    """
    narrowest, widest = BAR_WIDTHS
    n_bars = (parts * shown * 2 / (narrowest + widest)).round().long().tolist()

    def within(bound: float) -> float:
        return float(torch.rand((), generator=random, device=images.device)) * bound

    for image, n, width in zip(images, n_bars, shown.tolist()):
        for _ in range(n):
            left, columns = int(within(width)), int(narrowest + within(widest - narrowest))
            image[..., left : left + columns] = 0.3 + within(0.4)


def _over_neighbours(images: Tensor, choose: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """Chooses among each pixel and its eight neighbours; on a processor many times as fast as pooling."""
    across = images.clone()
    across[..., 1:] = choose(across[..., 1:], images[..., :-1])
    across[..., :-1] = choose(across[..., :-1], images[..., 1:])
    chosen = across.clone()
    chosen[..., 1:, :] = choose(chosen[..., 1:, :], across[..., :-1, :])
    chosen[..., :-1, :] = choose(chosen[..., :-1, :], across[..., 1:, :])
    return chosen
