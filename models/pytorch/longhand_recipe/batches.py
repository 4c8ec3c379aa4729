"""Draws lines from several sources and makes batches of lines of like width, as `src/training/data/batches.rs` does.

A batch's shape is one of few: its width a multiple of 64, its lines a number that follows from the width. cuDNN plans
every convolution once a shape; were every batch another shape, it would plan more than it works.
"""

import queue
import threading
from dataclasses import dataclass
from typing import Iterator, NamedTuple

import numpy as np
import torch
from torch import Tensor

from .augment import AugmentationConfig, distort, draw, draw_look
from .criteria import n_frames_needed
from .lines import ASCII_LABELS, WIDTH_MULTIPLE, encode
from .pack import Source

GROUP_BATCHES = 12
FIRST_WIDTH_LIMIT = 240
WIDTH_STEP = 64


@dataclass(frozen=True)
class BatchConfig:
    """How batches are made."""

    columns: int = 49_152
    """Input columns a batch, padding included."""
    max_lines: int = 256
    short_first_steps: int = 600
    """Over this many first steps short lines are drawn, longer ones little by little."""
    views: int = 1
    """How often a line is in its batch, distorted alike and looking otherwise: 2 for consistency. The first views of all
    lines come first, then the second ones."""


class Batch(NamedTuple):
    """A batch as a network reads it. Lengths lie on the processor, where CTC wants them."""

    images: Tensor
    """`[batch, 1, 64, width]`, 0 paper to 1 ink."""
    labels: Tensor
    """`[batch, most labels]`, padded with blanks."""
    label_lengths: Tensor
    n_frames: Tensor
    """Frames a line, without padding."""
    mask: Tensor
    """`[time, batch]`: which frames are no padding; on the device."""
    n_possible: int
    """Lines whose labels fit into their frames."""
    position: dict
    """Where the drawing stood after this batch, for checkpoints."""


class _Plan(NamedTuple):
    """A batch before its pixels."""

    lines: np.ndarray
    drawn: np.ndarray
    shown: np.ndarray
    width: int


class BatchSource:
    """All lines on the device; batches one after the other, for ever. The same seed gives the same batches."""

    def __init__(
        self,
        sources: list[Source],
        config: BatchConfig,
        augmentation: AugmentationConfig,
        device: torch.device,
        seed: int,
        rank: int = 0,
        n_labels: int = ASCII_LABELS,
    ):
        sources = [source for source in sources if source.weight > 0 and source.lines]
        if not sources:
            raise ValueError("every source is empty or has weight zero")
        self.config, self.augmentation, self.device = config, augmentation, device
        self.seed, self.rank = seed, rank
        lines = [line for source in sources for line in source.lines]
        self.widths = np.array([line.pixels.shape[1] for line in lines])
        self.labels = [encode(line.text, n_labels) for line in lines]
        self.n_needed = np.array([n_frames_needed(labels) for labels in self.labels])
        ends = np.cumsum(self.widths * lines[0].pixels.shape[0])
        self.offsets = np.concatenate([[0], ends[:-1]])
        flat = np.concatenate([line.pixels.reshape(-1) for line in lines])
        self.pixels = torch.from_numpy(flat).to(device)
        self.weights = [source.weight for source in sources]
        starts = np.cumsum([0] + [len(source.lines) for source in sources])
        # For each source, its lines by width, to draw short ones quickly.
        self.by_width = [
            start + np.argsort(self.widths[start:end], kind="stable") for start, end in zip(starts[:-1], starts[1:])
        ]
        self.position = {"group": 0, "group_step": 0, "used": 0}
        self.group: list[_Plan] = []

    def resume(self, position: dict) -> None:
        """Goes on from `position` as if it had come there by itself."""
        self.position = dict(position)
        if position["group"] > 0:
            self.group = self._draw_group(position["group"], position["group_step"])

    def batches(self, step: int) -> Iterator[Batch]:
        """Batches from `step` on. A thread of its own draws and sends ahead; pixels are made where the caller is."""
        ahead: queue.Queue = queue.Queue(maxsize=6)
        over = threading.Event()

        def work() -> None:
            at = step
            while not over.is_set():
                item = self._next(at)
                at += 1
                while not over.is_set():
                    try:
                        ahead.put(item, timeout=0.2)
                        break
                    except queue.Full:
                        continue

        thread = threading.Thread(target=work, name="batches", daemon=True)
        thread.start()
        try:
            while True:
                yield self._assemble(*ahead.get())
        finally:
            over.set()
            thread.join()

    def _next(self, step: int) -> tuple[_Plan, dict]:
        if self.position["used"] >= len(self.group):
            self.position = {"group": self.position["group"] + 1, "group_step": step, "used": 0}
            self.group = self._draw_group(self.position["group"], step)
        plan = self.group[self.position["used"]]
        self.position = self.position | {"used": self.position["used"] + 1}
        return plan, self.position

    def _width_limit(self, step: int) -> float:
        steps = self.config.short_first_steps
        if step >= steps:
            return float("inf")
        # A limit under which nothing lies would leave nothing to draw.
        shortest = min(self.widths[order[len(order) // 50]] for order in self.by_width)
        return max(FIRST_WIDTH_LIMIT, shortest) + 1000 * step // steps

    def _draw_group(self, group: int, step: int) -> list[_Plan]:
        random = np.random.default_rng([self.seed, self.rank, group])
        limit = self._width_limit(step)
        allowed = [order[: np.searchsorted(self.widths[order], limit, side="right")] for order in self.by_width]
        # Under a limit, a source counts for as much of it as may be drawn: a few short lines are not drawn over and over.
        weights = np.array([w * len(a) / len(o) for w, a, o in zip(self.weights, allowed, self.by_width)])
        wanted = GROUP_BATCHES * self.config.columns * weights / weights.sum()
        lines = np.concatenate([self._draw_columns(a, n, random) for a, n in zip(allowed, wanted) if len(a)])
        drawn, shown = draw(self.augmentation, self.widths[lines], random)
        order = np.argsort(-shown, kind="stable")
        plans = []
        while len(order):
            width = -(-shown[order[0]] // WIDTH_STEP) * WIDTH_STEP
            n_views = self.config.views
            n_lines = max(int(np.clip(self.config.columns // width, 1, self.config.max_lines)) // n_views, 1)
            # The narrowest batch is filled by going round.
            chosen = np.tile(np.resize(order[:n_lines], n_lines), n_views)
            looks = drawn[chosen]
            if n_views > 1:
                draw_look(self.augmentation, looks[n_lines:], random)
            plans.append(_Plan(lines[chosen], looks, shown[chosen], int(width)))
            order = order[n_lines:]
        return [plans[i] for i in random.permutation(len(plans))]

    def _draw_columns(self, allowed: np.ndarray, columns: float, random: np.random.Generator) -> np.ndarray:
        """Lines of about `columns` together."""
        n = int(columns / self.widths[allowed].mean() + random.random())
        return allowed[random.integers(0, len(allowed), n)]

    def _to_device(self, array: np.ndarray) -> Tensor:
        tensor = torch.from_numpy(array)
        return tensor.pin_memory().to(self.device, non_blocking=True) if self.device.type == "cuda" else tensor

    def _assemble(self, plan: _Plan, position: dict) -> Batch:
        labels = [self.labels[i] for i in plan.lines]
        lengths = np.array([len(line) for line in labels])
        padded = np.zeros((len(labels), max(1, lengths.max())), np.int64)
        for row, line in zip(padded, labels):
            row[: len(line)] = line
        n_frames = plan.shown // WIDTH_MULTIPLE
        # One transfer for all the whole numbers.
        places = np.stack([self.offsets[plan.lines], self.widths[plan.lines], plan.shown, n_frames])
        offsets, widths, shown, frames = self._to_device(places).unbind(0)
        random = torch.Generator(self.device)
        random.manual_seed(hash((self.seed, self.rank, position["group"], position["used"])) & 0x7FFF_FFFF)
        drawn = self._to_device(plan.drawn)
        images = distort(self.pixels, offsets, widths, shown, drawn, plan.width, random, self.config.views)
        time = torch.arange(plan.width // WIDTH_MULTIPLE, device=self.device)
        return Batch(
            images=images,
            labels=self._to_device(padded),
            label_lengths=torch.from_numpy(lengths),
            n_frames=torch.from_numpy(n_frames),
            mask=time[:, None] < frames[None, :],
            n_possible=int((np.maximum(self.n_needed[plan.lines], 1) <= n_frames).sum()),
            position=position,
        )
