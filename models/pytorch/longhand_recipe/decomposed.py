"""Networks whose convolutions are Tucker-decomposed: their ranks, and a reader of any architecture with first weights."""

from dataclasses import replace

from torch import nn

from .network import Architecture, LineReader

# Ranks of the four stages of the VGG front; its first convolution stays whole.
RANKS = {"v1": (12, 16, 48, 56), "v2": (16, 28, 64, 64), "v3": (28, 52, 104, 120)}
_STAGE_OF_CONVOLUTION = (0, 0, 1, 1, 2, 2, 2, 3, 3, 3)


def ranks_of(front: str) -> tuple[int, ...] | None:
    """Ranks a front's name stands for: `vgg-tucker-v1` and so on."""
    return RANKS.get(front.removeprefix("vgg-tucker-"))


def ranks_of_convolutions(ranks: tuple[int, ...]) -> list[tuple[int, int]]:
    """Ranks over inputs and outputs of every convolution but the first; inputs have the rank of their own stage."""
    stages = _STAGE_OF_CONVOLUTION
    return [(ranks[before], ranks[own]) for before, own in zip(stages[:-1], stages[1:])]


def chain_of(convolution: nn.Conv2d, ranks: tuple[int, int]) -> nn.Sequential:
    """1×1, 3×3 and 1×1 in place of `convolution`, with first weights."""
    inputs, outputs = convolution.in_channels, convolution.out_channels
    core_inputs, core_outputs = min(ranks[0], inputs), min(ranks[1], outputs)
    return nn.Sequential(
        nn.Conv2d(inputs, core_inputs, 1, bias=False),
        nn.Conv2d(core_inputs, core_outputs, 3, padding=1, bias=False),
        nn.Conv2d(core_outputs, outputs, 1, bias=False),
    )


def reader_of(architecture: Architecture, has_auxiliary: bool = False, dropout: float = 0.0) -> LineReader:
    """A network with first weights, decomposed where its front's name says so."""
    ranks = ranks_of(architecture.front)
    if ranks is None:
        return LineReader(architecture, has_auxiliary, dropout)
    network = LineReader(replace(architecture, front="vgg"), has_auxiliary, dropout)
    for stage, pair in zip(network.front.stages[1:], ranks_of_convolutions(ranks)):
        stage.convolution = chain_of(stage.convolution, pair)
    network.architecture = architecture
    return network
