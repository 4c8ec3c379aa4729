"""Gives weights that began as a package's their normalization back, so that they are trained on here.

A package has its batch normalization folded into the convolutions. Its networks give the same before and after this: every
convolution's filters get the length of first weights, its normalization the means and variances that lines give it, and
scale and shift what undoes both.

    python -m longhand_recipe.unfold start.safetensors unfolded.safetensors --lines lines.json
"""

import argparse
import math
from pathlib import Path

import torch
from torch import Tensor, nn

from . import checkpoint
from .augment import AugmentationConfig
from .batches import BatchConfig, BatchSource
from .decomposed import reader_of
from .network import LineReader
from .pack import read_pack, split_valid


@torch.no_grad()
def even_lengths(network: LineReader) -> None:
    """Scales every filter to the root mean square of first weights, and its running statistics with it."""
    for stage in network.front.stages:
        weight, norm = stage.convolution.weight, stage.norm
        first = math.sqrt(2 / weight[0].numel())
        scale = first / weight.square().mean((1, 2, 3)).sqrt().clamp_min(1e-8)
        weight.mul_(scale[:, None, None, None])
        _replace_statistics(norm, norm.running_mean * scale, norm.running_var * scale.square(), scale)


def _replace_statistics(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor, factor: Tensor | float = 1.0) -> None:
    """New running statistics, with scale and shift such that inputs `factor` times as large as before give what they gave."""
    slope = norm.weight / (norm.running_var + norm.eps).sqrt()
    norm.bias.add_(slope * (mean / factor - norm.running_mean))
    norm.weight.copy_(slope / factor * (variance + norm.eps).sqrt())
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)


@torch.no_grad()
def unfold(network: LineReader, source: BatchSource, n_batches: int) -> None:
    """Normalizes with what `n_batches` of `source` give, in place."""
    even_lengths(network)
    stages = list(network.front.stages)
    sums = [torch.zeros(2, stage.norm.num_features) for stage in stages]

    def listen(stage: nn.Module, total: Tensor) -> torch.utils.hooks.RemovableHandle:
        def add(_module: nn.Module, given: tuple[Tensor]) -> None:
            x = given[0].float()
            total.add_(torch.stack([x.mean((0, 2, 3)), x.square().mean((0, 2, 3))]))

        return stage.norm.register_forward_pre_hook(add)

    listening = [listen(stage, total) for stage, total in zip(stages, sums)]
    network.eval()
    batches = source.batches(0)
    for _ in range(n_batches):
        network.front(next(batches).images)
    batches.close()
    for stage, total, handle in zip(stages, sums, listening):
        handle.remove()
        mean, square = total / n_batches
        _replace_statistics(stage.norm, mean, (square - mean.square()).clamp_min(1e-6))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path, help="a checkpoint of `longhand train` or the example `line_caches`")
    parser.add_argument("unfolded", type=Path)
    parser.add_argument("--lines", type=Path, required=True)
    parser.add_argument("--batches", type=int, default=40)
    given = parser.parse_args()
    architecture = checkpoint.read_state(given.start, may_be_folded=True).architecture
    network = reader_of(architecture, checkpoint.has_auxiliary(given.start))
    checkpoint.load(given.start, network, averaged=True)
    sources, _ = split_valid(read_pack(given.lines))
    source = BatchSource(sources, BatchConfig(columns=9216, short_first_steps=0), AugmentationConfig(), torch.device("cpu"), 1)
    unfold(network, source, given.batches)
    checkpoint.save(given.unfolded, network, {}, checkpoint.State(architecture))


if __name__ == "__main__":
    main()
