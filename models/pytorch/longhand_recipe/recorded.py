"""A teacher's outputs for a fixed number of batches, computed once and gone over again and again.

A VGG teacher is slow to ask: where several criteria are compared on a processor, much of the time would go into asking it
the same thing.
"""

from typing import Iterator

import numpy as np
import torch

from .batches import Batch, BatchSource
from .network import LineReader, Reading


class RecordedSource:
    """Stands for a `BatchSource`: its first `n_batches` batches, in another order every time round."""

    def __init__(self, source: BatchSource, n_batches: int, teacher: LineReader, in_bf16: bool):
        batches = source.batches(0)
        self.batches_kept = [next(batches) for _ in range(n_batches)]
        batches.close()
        self.seed = source.seed
        self.readings = {}
        for batch in self.batches_kept:
            with torch.no_grad(), torch.autocast(batch.images.device.type, torch.bfloat16, enabled=in_bf16):
                self.readings[id(batch.images)] = Reading(*(part.to(torch.bfloat16) for part in teacher(batch.images)[:3]))

    def resume(self, position: dict) -> None:
        """The order follows from the step alone."""

    def batches(self, step: int) -> Iterator[Batch]:
        """Batches from `step` on."""
        n = len(self.batches_kept)
        while True:
            order = np.random.default_rng([self.seed, step // n]).permutation(n)
            yield self.batches_kept[order[step % n]]
            step += 1

    def reading_of(self, batch: Batch) -> Reading:
        """What the teacher gives for a batch of this source."""
        return self.readings[id(batch.images)]
