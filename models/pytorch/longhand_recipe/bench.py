"""Measures steps, to choose batch size and precision before minutes of a GPU are spent.

    python -m longhand_recipe.bench --lines lines.pack
    python -m longhand_recipe.bench --made-up 8192        as `longhand bench-training`, in fp32 and bf16
"""

import argparse
import time
from pathlib import Path

import torch

from . import bmuf
from .augment import AugmentationConfig
from .batches import Batch, BatchConfig, BatchSource
from .loop import ctc_objective
from .network import STUDENT, TEACHER, LineReader
from .optimizer import Optimizer, OptimizerConfig
from .pack import read_pack, split_valid


class Clock:
    """Sums of seconds by part; waits for the device at every mark, so that parts are told apart."""

    def __init__(self, device: torch.device):
        self.device, self.parts = device, {}
        self.last = time.monotonic()

    def mark(self, part: str) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()
        now = time.monotonic()
        self.parts[part] = self.parts.get(part, 0.0) + now - self.last
        self.last = now


def measure(network: LineReader, source: BatchSource, device: torch.device, n_steps: int) -> str:
    """Lines a second with all parts in flight, and milliseconds a step of each part alone."""
    optimizer, objective = Optimizer(OptimizerConfig(), network), ctc_objective(0.3)
    batches, in_bf16 = source.batches(0), device.type == "cuda"

    def step(clock: Clock | None) -> int:
        batch = next(batches)
        if clock:
            clock.mark("batch")
        with torch.autocast(device.type, torch.bfloat16, enabled=in_bf16):
            loss = objective(network, batch)
        if clock:
            clock.mark("forward")
        loss.backward()
        if clock:
            clock.mark("backward")
        optimizer.step(1e-4)
        if clock:
            clock.mark("optimizer")
        return len(batch.label_lengths)

    for _ in range(n_steps):
        step(None)
    whole = Clock(device)
    whole.mark("before")
    n_lines = sum(step(None) for _ in range(n_steps))
    whole.mark("steps")
    parts = Clock(device)
    for _ in range(n_steps):
        step(parts)
    batches.close()
    seconds = whole.parts["steps"]
    alone = ", ".join(f"{name} {1000 * s / n_steps:.1f}" for name, s in parts.parts.items())
    return f"{n_lines / seconds:.0f} lines/s, {1000 * seconds / n_steps:.1f} ms a step; alone: {alone}"


def made_up_batch(columns: int, device: torch.device) -> Batch:
    """Lines of 656 columns, the mean of those of `longhand bench-training`."""
    width, n_labels = 656, 35
    n = max(1, columns // width)
    n_frames = torch.full((n,), width // 4)
    labels = torch.randint(1, 96, (n, n_labels))
    mask = torch.ones(width // 4, n, dtype=torch.bool, device=device)
    images = torch.rand(n, 1, 64, width, device=device)
    return Batch(images, labels.to(device), torch.full((n,), n_labels), n_frames, mask, n, {})


def measure_made_up(network: LineReader, batch: Batch, in_bf16: bool, min_secs: float) -> str:
    """Whole steps: forward, backward, optimizer."""
    optimizer, objective = Optimizer(OptimizerConfig(), network), ctc_objective(0.0)
    network.lstm_in_f32 = not in_bf16

    def step() -> None:
        with torch.autocast(batch.images.device.type, torch.bfloat16, enabled=in_bf16):
            loss = objective(network, batch)
        loss.backward()
        optimizer.step(1e-4)

    for _ in range(3):
        step()
    start, n_steps = time.monotonic(), 0
    while time.monotonic() - start < min_secs or n_steps < 4:
        step()
        n_steps += 1
    seconds = time.monotonic() - start
    return f"{n_steps / seconds:.3f}\t{n_steps * len(batch.label_lengths) / seconds:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=Path)
    parser.add_argument("--made-up", type=int, metavar="COLUMNS")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--columns", type=int, nargs="+", default=[24_576, 49_152, 98_304])
    parser.add_argument("--n-steps", type=int, default=24)
    given = parser.parse_args()
    _, _, device = bmuf.start()
    if given.made_up:
        print("what\tsteps/s\tlines/s")
        batch = made_up_batch(given.made_up, device)
        for name, architecture in (("student", STUDENT), ("teacher", TEACHER)):
            for in_bf16 in (False, True):
                network = LineReader(architecture).to(device).train()
                told = measure_made_up(network, batch, in_bf16, given.seconds)
                print(f"{name}, ctc, {'bf16' if in_bf16 else 'fp32'}\t{told}", flush=True)
        return
    if given.lines is None:
        parser.error("give --lines or --made-up")
    sources, _ = split_valid(read_pack(given.lines))
    for columns in given.columns:
        config = BatchConfig(columns=columns, short_first_steps=0)
        source = BatchSource(sources, config, AugmentationConfig(), device, 1)
        for name, architecture in (("teacher", TEACHER), ("student", STUDENT)):
            for lstm_in_f32 in (True, False) if device.type == "cuda" else (True,):
                network = LineReader(architecture, has_auxiliary=True).to(device).train()
                network.lstm_in_f32 = lstm_in_f32
                told = measure(network, source, device, given.n_steps)
                print(f"{name}, {columns} columns, LSTM in {'f32' if lstm_in_f32 else 'bf16'}: {told}", flush=True)


if __name__ == "__main__":
    main()
