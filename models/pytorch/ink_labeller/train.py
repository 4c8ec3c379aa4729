"""Trains the ink labeller.

    python -m ink_labeller.train OUT --minutes 40 --set composed 3 --set diagrams 1 --valid diagrams-valid

Writes `last.safetensors` at intervals and goes on from it when it is there; `events.jsonl` has the curve.
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from .measure import measure
from .network import CORE, N_KINDS, SEPARATOR, InkLabeller, n_parameters
from .pages import CORE_BIT, MIN_DARKNESS, SEPARATOR_BIT, UNKNOWN, LabelledPage, open_set

SIDE = 256
"""Rows and columns of a crop."""


def smooth_field(random: np.random.Generator, n: int, knots: int, size: float) -> Tensor:
    """Displacements `[crop, SIDE, SIDE, 2]` that vary smoothly, in pixels."""
    field = torch.from_numpy(random.normal(0, 1, (n, 2, knots, knots)).astype(np.float32))
    field *= torch.from_numpy(random.uniform(0, size, (n, 1, 1, 1)).astype(np.float32))
    return F.interpolate(field, size=(SIDE, SIDE), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)


class Crops:
    """Draws crops of pages, turned, scaled, bent, and of other pens and light."""

    def __init__(self, sets: list[tuple[list[LabelledPage], float]], seed: int) -> None:
        self.sets = [pages for pages, _ in sets]
        weights = np.array([weight for _, weight in sets])
        self.shares = weights / weights.sum()
        self.random = np.random.default_rng(seed)

    def crop(self) -> np.ndarray:
        """`[3, SIDE × 2, SIDE × 2]` u8 around the place that a crop shows: darkness, ink, zones."""
        pages = self.sets[self.random.choice(len(self.sets), p=self.shares)]
        page = pages[self.random.integers(len(pages))]
        rows, columns = page.darkness.shape
        for _ in range(5):
            y, x = self.random.integers(rows), self.random.integers(columns)
            top, left = y - SIDE, x - SIDE
            near = page.ink[max(0, y - SIDE // 3) : y + SIDE // 3, max(0, x - SIDE // 3) : x + SIDE // 3]
            if (near > 0).mean() > 0.01 or self.random.random() < 0.05:
                break
        out = np.zeros((3, 2 * SIDE, 2 * SIDE), np.uint8)
        y0, x0, y1, x1 = max(0, top), max(0, left), min(rows, top + 2 * SIDE), min(columns, left + 2 * SIDE)
        for plane, source in zip(out, (page.darkness, page.ink, page.zones), strict=True):
            plane[y0 - top : y1 - top, x0 - left : x1 - left] = source[y0:y1, x0:x1]
        return out

    def batch(self, n: int) -> tuple[Tensor, Tensor, Tensor]:
        """Darkness `[n, 1, SIDE, SIDE]`, then ink and zones `[n, SIDE, SIDE]`."""
        random = self.random
        planes = torch.from_numpy(np.stack([self.crop() for _ in range(n)]))
        angle = np.radians(np.where(random.random(n) < 0.15, random.uniform(-20, 20, n), random.normal(0, 3, n)))
        quarter = np.where(random.random(n) < 0.06, random.integers(1, 4, n), 0)
        turn = angle + quarter * np.pi / 2
        scale = np.exp(random.normal(0, 0.3, n).clip(-0.6, 0.6))
        stretch, shear = np.exp(random.normal(0, 0.08, n)), random.normal(0, 0.12, n)
        cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
        # From a crop's pixels to those of its source, both from the middle.
        matrix = np.stack([np.stack([cos * stretch, cos * shear - sin], 1), np.stack([sin * stretch, sin * shear + cos], 1)], 1)
        axis = torch.arange(SIDE) - (SIDE - 1) / 2
        grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).float()
        places = torch.einsum("nij,yxj->nyxi", torch.from_numpy(matrix).float(), grid)
        places = (places + smooth_field(random, n, 6, 2.5)) / SIDE
        darkness = F.grid_sample(planes[:, :1].float() / 255, places, align_corners=False)
        labels = F.grid_sample(planes[:, 1:].float(), places, mode="nearest", align_corners=False).byte()
        ink, zones = labels.unbind(1)
        # Lines of a crop that lies on its side have no core.
        zones[torch.from_numpy(quarter % 2 == 1)] = 0
        return self.varied(darkness), ink, zones

    def varied(self, darkness: Tensor) -> Tensor:
        random, n = self.random, len(darkness)

        def each(values: np.ndarray) -> Tensor:
            return torch.from_numpy(values.astype(np.float32))[:, None, None, None]

        kind = random.random(n)
        thicker = F.max_pool2d(darkness, 3, 1, 1)
        thinner = -F.max_pool2d(-darkness, 3, 1, 1)
        mix = each(random.uniform(0.3, 1.0, n))
        darkness = torch.where(each(kind < 0.15) > 0, mix * thicker + (1 - mix) * darkness, darkness)
        darkness = torch.where(each(kind > 0.9) > 0, 0.6 * mix * thinner + (1 - 0.6 * mix) * darkness, darkness)
        blurred = F.avg_pool2d(F.pad(darkness, (1, 1, 1, 1), mode="replicate"), 3, 1)
        darkness = torch.where(each(random.random(n) < 0.25) > 0, blurred, darkness)
        darkness = darkness.clamp_min(1e-4) ** each(np.exp(random.normal(0, 0.25, n)))
        darkness = darkness * each(np.where(random.random(n) < 0.3, random.uniform(0.45, 1.0, n), 1.0))
        noise = torch.from_numpy(random.normal(0, 1, darkness.shape).astype(np.float32))
        return (darkness + noise * each(random.exponential(0.02, n).clip(0, 0.1))).clamp(0, 1)


def cells(darkness: Tensor, ink: Tensor, zones: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Per cell: the kind of ink (`-100` where there is none), core and separator, 0 to 1."""
    pairs = ink.view(len(ink), SIDE // 2, 2, SIDE // 2, 2).permute(0, 1, 3, 2, 4).flatten(3)
    dark = darkness.view(len(ink), SIDE // 2, 2, SIDE // 2, 2).permute(0, 1, 3, 2, 4).flatten(3)
    # The darkest pixel of the cell that is ink.
    place = torch.where(pairs > 0, dark, torch.full_like(dark, -1)).argmax(-1, keepdim=True)
    kind = pairs.gather(-1, place).squeeze(-1).long()
    seen = dark.gather(-1, place).squeeze(-1) > 0.5 * MIN_DARKNESS
    kind = torch.where((kind > 0) & (kind != UNKNOWN) & seen, kind - 1, -100)

    def share(bit: int) -> Tensor:
        return F.avg_pool2d(((zones & bit) > 0).float()[:, None], 2).squeeze(1)

    return kind, share(CORE_BIT), share(SEPARATOR_BIT)


def loss_of(logits: Tensor, kind: Tensor, core: Tensor, separator: Tensor) -> dict[str, Tensor]:
    core_loss = F.binary_cross_entropy_with_logits(logits[:, CORE], core)
    separator_loss = F.binary_cross_entropy_with_logits(logits[:, SEPARATOR], separator)
    return {
        "ink": F.cross_entropy(logits[:, :N_KINDS], kind, ignore_index=-100),
        "core": core_loss + dice(logits[:, CORE], core) / 2,
        "separator": separator_loss + dice(logits[:, SEPARATOR], separator) / 4,
    }


def dice(logits: Tensor, truth: Tensor) -> Tensor:
    """One minus the overlap of what is said and what is (Milletari et al., 2016)."""
    said = logits.sigmoid()
    return 1 - (2 * (said * truth).sum() + 1) / (said.sum() + truth.sum() + 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--set", nargs=2, action="append", default=[], metavar=("FOLDER", "WEIGHT"))
    parser.add_argument("--valid", type=Path, action="append", default=[])
    parser.add_argument("--init", type=Path, help="weights to start from")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--measure-minutes", type=float, default=5)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    sets = [(open_set(Path(folder)), float(weight)) for folder, weight in given.set]
    valid = {path.name: open_set(path) for path in given.valid}
    print({Path(folder).name: len(pages) for (folder, _), (pages, _) in zip(given.set, sets, strict=True)}, flush=True)
    network = InkLabeller().to(memory_format=torch.channels_last)
    print(n_parameters(network), "parameters", flush=True)
    if given.init:
        network.load_state_dict(load_file(given.init))
    crops = Crops(sets, given.seed)
    optimizer = torch.optim.AdamW(network.parameters(), given.learning_rate, weight_decay=1e-3)
    log = (given.out / "events.jsonl").open("a")
    started, total = time.monotonic(), given.minutes * 60
    next_measure, step, sums = given.measure_minutes * 60, 0, {}
    while True:
        elapsed = time.monotonic() - started
        if elapsed >= next_measure or elapsed >= total:
            next_measure += given.measure_minutes * 60
            network.eval()
            row = {"seconds": round(elapsed), "step": step, **{k: round(v / max(1, sums["n"]), 4) for k, v in sums.items() if k != "n"}}
            row |= {name: measure(network, pages) for name, pages in valid.items()}
            network.train()
            sums = {}
            print(json.dumps(row), flush=True)
            log.write(json.dumps(row) + "\n")
            log.flush()
            save_file({name: value.contiguous() for name, value in network.state_dict().items()}, given.out / "last.safetensors")
        if elapsed >= total:
            return
        rate = given.learning_rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * (1 + math.cos(math.pi * elapsed / total)) / 2)
        optimizer.param_groups[0]["lr"] = rate
        darkness, ink, zones = crops.batch(given.batch)
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(darkness.contiguous(memory_format=torch.channels_last))
        losses = loss_of(logits.float(), *cells(darkness, ink, zones))
        optimizer.zero_grad()
        torch.stack(list(losses.values())).nansum().backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        step += 1
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach().nan_to_num())
        sums["n"] = sums.get("n", 0) + 1


if __name__ == "__main__":
    main()
