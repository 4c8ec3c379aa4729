"""The network: a U-Net (Ronneberger et al., 2015) whose skips are added instead of concatenated."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

STRIDE = 2
"""Page pixels to a cell of the output, each way."""
MULTIPLE = 32
"""Height and width of an input are multiples of this."""
INK_KINDS = ("writing", "drawing", "struck-out")
N_KINDS = len(INK_KINDS)
CORE, SEPARATOR = N_KINDS, N_KINDS + 1
"""Outputs after the kinds of ink: the zone of small letters of a line, and the ground between neighbouring lines."""
N_OUTPUTS = N_KINDS + 2
CHANNELS = (16, 32, 48)


class Layer(nn.Sequential):
    """A 3×3 convolution with normalization and ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class InkLabeller(nn.Module):
    """From darkness `[page, 1, row, column]`, 0 paper to 1 ink, to logits `[page, N_OUTPUTS, row / 2, column / 2]`."""

    def __init__(self) -> None:
        super().__init__()
        half, quarter, deep = CHANNELS
        self.stem = Layer(1, half)
        self.down = nn.ModuleList(
            [
                nn.Sequential(Layer(half, half)),
                nn.Sequential(Layer(half, quarter), Layer(quarter, quarter)),
                nn.Sequential(Layer(quarter, deep), Layer(deep, deep)),
                nn.Sequential(Layer(deep, deep)),
                nn.Sequential(Layer(deep, deep)),
            ]
        )
        self.up = nn.ModuleList([Layer(half, half), Layer(quarter, half), Layer(deep, quarter), Layer(deep, deep)])
        self.head = nn.Conv2d(half, N_OUTPUTS, 1)

    def forward(self, page: Tensor) -> Tensor:
        x = F.max_pool2d(self.stem(page), 2)
        skips: list[Tensor] = []
        for level, down in enumerate(self.down):
            x = down(x if level == 0 else F.max_pool2d(x, 2))
            skips.append(x)
        for level in reversed(range(len(self.up))):
            x = self.up[level](skips[level] + F.interpolate(x, scale_factor=2, mode="nearest"))
        return self.head(x)


def n_parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def folded(layer: Layer) -> tuple[Tensor, Tensor]:
    """Weight and bias of a layer's convolution with its normalization folded in."""
    convolution, norm = layer[0], layer[1]
    factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return convolution.weight * factor[:, None, None, None], norm.bias - norm.running_mean * factor
