"""The training loop: batches in, events and checkpoints out, as `src/training/trainer.rs` has it.

Nothing in a step waits for the GPU: losses are summed there and read when they are reported.
"""

import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import torch
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel

from . import bmuf, checkpoint
from .batches import Batch, BatchSource
from .criteria import consistency, ctc
from .events import Events, Report
from .lines import Line
from .network import LineReader
from .optimizer import Optimizer, OptimizerConfig
from .validation import read_lines

LAST, BEST = "last.safetensors", "best.safetensors"


@dataclass(frozen=True)
class LoopConfig:
    """How long, how reported, and how several processes work together."""

    steps: int = 1_000_000
    minutes: float | None = None
    """Ends by the clock where given, loading and evaluation included; the learning rate follows the clock then."""
    report_every: int = 50
    valid_secs: float = 30.0
    """Seconds between two evaluations."""
    precision: str = "auto"
    """Of the convolutions and products: bf16, f32, or auto, which is bf16 on a GPU and f32 on a processor. Processors
    with instructions for bf16 train about 1.7 times faster with it."""
    block_steps: int = 0
    """Above 0, several processes train by BMUF with blocks of so many steps instead of averaging gradients."""
    block_momentum: float | None = None
    """η of BMUF; 1 − 1/n for n processes where not given."""

    def in_bf16(self, device: torch.device) -> bool:
        return self.precision == "bf16" or (self.precision == "auto" and device.type == "cuda")


Objective = Callable[[torch.nn.Module, Batch], Tensor]
"""The loss of a batch; the network is called through the module given, which may average gradients."""


def ctc_objective(auxiliary_weight: float, consistency_weight: float = 0.0) -> Objective:
    """CTC, and by their weights that of the auxiliary head and how far the two views of a line are read differently."""

    def loss(network: torch.nn.Module, batch: Batch) -> Tensor:
        reading = network(batch.images)
        target = (batch.labels, batch.n_frames, batch.label_lengths, batch.n_possible)
        main = ctc(reading.logits, *target)
        loss.told = main.detach()
        total = main
        if consistency_weight:
            total = total + consistency_weight * consistency(reading.logits, batch.mask)
        if reading.auxiliary is not None:
            total = total + auxiliary_weight * ctc(reading.auxiliary, *target)
        return total

    return loss


class Loop:
    """A run of one network in a folder; begun, or gone on with where the folder holds its last checkpoint."""

    def __init__(
        self,
        network: LineReader,
        objective: Objective,
        optimizer: OptimizerConfig,
        config: LoopConfig,
        folder: Path,
        device: torch.device,
        rank: int = 0,
        world: int = 1,
        started: float | None = None,
    ):
        folder.mkdir(parents=True, exist_ok=True)
        self.network, self.objective, self.config = network, objective, config
        self.folder, self.device, self.rank, self.world = folder, device, rank, world
        self.optimizer = Optimizer(optimizer, network)
        self.state = checkpoint.State(network.architecture)
        if (folder / LAST).exists():
            self.state = checkpoint.read_state(folder / LAST)
            kept = checkpoint.load(folder / LAST, network, averaged=False)
            self.optimizer.resume(kept, self.state.step)
        self.is_stopping = False
        self.started = (started or time.monotonic()) - self.state.elapsed_secs
        self.events = Events(folder, rank == 0)
        self.module: torch.nn.Module = network
        self.filter = None
        if world > 1 and config.block_steps:
            momentum = 1 - 1 / world if config.block_momentum is None else config.block_momentum
            self.filter = bmuf.BlockFilter(self.optimizer.parameters, momentum, 1.0)
        elif world > 1:
            self.module = DistributedDataParallel(network, device_ids=[device] if device.type == "cuda" else None)

    def elapsed(self) -> float:
        return time.monotonic() - self.started

    def done(self) -> float:
        """Part of the run that is over, the same for all processes."""
        done = self.state.step / self.config.steps
        if self.config.minutes is not None:
            done = max(done, self.elapsed() / (60 * self.config.minutes))
        return bmuf.same_for_all(1.0 if self.is_stopping else done, self.device)

    def _stop(self, *_signal) -> None:
        self.is_stopping = True

    def run(self, source: BatchSource, valid: list[Line]) -> float | None:
        """Trains to the end; returns the best character error rate, in percent."""
        self.events.tell(
            "started", step=self.state.step, steps=self.config.steps, n_parameters=self.network.n_parameters()
        )
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, self._stop)
        source.resume(self.state.position)
        self.network.train()
        report, done, last_valid = Report(), self.done(), time.monotonic()
        batches = source.batches(self.state.step)
        while done < 1:
            batch = next(batches)
            rate = self.optimizer.config.rate_at(self.state.step, done)
            loss, norm = self._step(batch, rate)
            report.add(loss, len(batch.label_lengths) * self.world)
            self._count(batch)
            done = max(done, self.state.step / self.config.steps)
            # The clock is read now and then: all processes must agree on it.
            if self.state.step % 10 == 0:
                done = self.done()
            if self.state.step % self.config.report_every == 0:
                self._tell_progress(report, rate, done, norm)
                report = Report()
                is_due = time.monotonic() - last_valid > self.config.valid_secs
                if bmuf.same_for_all(float(is_due), self.device) > 0:
                    self._validate_and_save(valid)
                    report, last_valid = Report(), time.monotonic()
        batches.close()
        self._end_block()
        self._validate_and_save(valid)
        best = self.state.best_valid_cer
        self.events.tell("finished", step=self.state.step, was_stopped=self.is_stopping, best_valid_cer=best)
        return best

    def _step(self, batch: Batch, rate: float) -> tuple[Tensor, Tensor]:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.in_bf16(self.device)):
            loss = self.objective(self.module, batch)
        loss.backward()
        norm = self.optimizer.step(rate)
        # An objective of several parts says which one is told.
        return getattr(self.objective, "told", loss.detach()), norm

    def _count(self, batch: Batch) -> None:
        self.state.step += 1
        self.state.n_lines += len(batch.label_lengths) * self.world
        self.state.position = batch.position
        if self.filter and self.state.step % self.config.block_steps == 0:
            self._end_block()

    def _end_block(self) -> None:
        if self.filter:
            self.filter.end_block()
            bmuf.average_in_place(self.optimizer.averaged)

    def _tell_progress(self, report: Report, rate: float, done: float, norm: Tensor) -> None:
        loss = report.mean_loss()
        if not (loss < float("inf") and norm.isfinite().item()):
            raise SystemExit(f"Training diverged at step {self.state.step}: lower the learning rate.")
        elapsed = self.elapsed()
        self.events.tell(
            "progress",
            step=self.state.step,
            loss=round(loss, 4),
            learning_rate=rate,
            lines_per_sec=round(report.lines_per_sec(), 1),
            elapsed_secs=round(elapsed, 2),
            remaining_secs=round(elapsed / max(done, 1e-6) * (1 - done), 1),
        )

    def _validate_and_save(self, valid: list[Line]) -> None:
        bmuf.average_in_place([value for _, value in checkpoint.statistics(self.network)])
        self.state.elapsed_secs = self.elapsed()
        if self.rank == 0:
            self._validate(valid)
            self._save(LAST)

    def _validate(self, valid: list[Line]) -> None:
        if not valid:
            return
        self.optimizer.swap_averaged()
        read = read_lines(self.network, valid, self.device)
        self.optimizer.swap_averaged()
        best = self.state.best_valid_cer
        is_best = best is None or read.cer < best
        samples = [(valid[i].text, read.texts[i]) for i in range(0, len(valid), -(-len(valid) // 4))]
        self.events.tell(
            "validated",
            step=self.state.step,
            n_lines=self.state.n_lines,
            cer=read.cer,
            wer=read.wer,
            is_best=is_best,
            samples=samples,
        )
        if is_best:
            self.state.best_valid_cer = read.cer
            self._save(BEST)

    def _save(self, name: str) -> None:
        path = self.folder / name
        checkpoint.save(path, self.network, self.optimizer.kept(), self.state)
        self.events.tell("checkpoint", step=self.state.step, path=str(path))
