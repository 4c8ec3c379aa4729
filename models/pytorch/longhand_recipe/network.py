"""The networks of Ding et al. (ICFHR 2018), layer for layer those of `src/training/network/architecture.rs`."""

import math
from dataclasses import asdict, dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LEAK = 0.1
FRAME_CHANNELS, FRAME_ROWS = 16, 4
FRAME_FEATURES = FRAME_CHANNELS * FRAME_ROWS

_NONE, _ROWS, _BOTH = (1, 1), (2, 1), (2, 2)
# (kernel, output channels, max pooling height × width) of every convolution but the last, which is 1×1 to 16, linear.
FRONTS = {
    "vgg": [
        *((3, 64, _NONE), (3, 64, _BOTH)),
        *((3, 128, _NONE), (3, 128, _BOTH)),
        *((3, 256, _NONE), (3, 256, _NONE), (3, 256, _ROWS)),
        *((3, 512, _NONE), (3, 512, _NONE), (3, 512, _ROWS)),
    ],
    "darknet": [
        *((3, 16, _BOTH), (3, 32, _BOTH)),
        *((1, 16, _NONE), (3, 128, _NONE), (1, 16, _NONE), (3, 128, _ROWS)),
        *((1, 32, _NONE), (3, 256, _NONE), (1, 32, _NONE), (3, 256, _ROWS)),
        *((1, 64, _NONE), (3, 512, _NONE), (1, 64, _NONE), (3, 512, _NONE)),
    ],
}


@dataclass(frozen=True)
class Architecture:
    """What a checkpoint says of its network; the same fields as in Rust."""

    front: str
    lstm_cells: int = 128
    n_labels: int = 96

    def as_json(self) -> dict:
        return asdict(self)


TEACHER, STUDENT = Architecture("vgg"), Architecture("darknet")
NETWORKS = {"teacher": TEACHER, "student": STUDENT}


class Reading(NamedTuple):
    """What a pass gives as far as it went, time first."""

    frames: Tensor
    """Inputs of the first LSTM layer, `[time, batch, 64]`."""
    hidden: Tensor | None = None
    """Outputs of the last LSTM layer, `[time, batch, 2 · cells]`."""
    logits: Tensor | None = None
    """`[time, batch, label]`."""
    auxiliary: Tensor | None = None
    """Logits of the auxiliary head while training."""


class Stage(nn.Module):
    """Convolution, batch normalization, max pooling, leaky ReLU.

    The leaky ReLU rises everywhere, so pooling before it gives the same numbers and touches less memory.
    """

    def __init__(self, kernel: int, inputs: int, outputs: int, pooling: tuple[int, int]):
        super().__init__()
        self.convolution: nn.Module = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
        bound = math.sqrt(6 / (kernel * kernel * inputs))
        nn.init.uniform_(self.convolution.weight, -bound, bound)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-5, momentum=0.02)
        self.pooling = pooling

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.convolution(x))
        if self.pooling != _NONE:
            x = F.max_pool2d(x, self.pooling)
        return F.leaky_relu(x, LEAK)


class Front(nn.Module):
    """Images `[batch, 1, 64, width]` to frames `[width / 4, batch, 64]`."""

    def __init__(self, name: str):
        super().__init__()
        inputs, stages = 1, []
        for kernel, outputs, pooling in FRONTS[name]:
            stages.append(Stage(kernel, inputs, outputs, pooling))
            inputs = outputs
        self.stages = nn.ModuleList(stages)
        self.last = nn.Conv2d(inputs, FRAME_CHANNELS, 1)
        bound = math.sqrt(6 / inputs)
        nn.init.uniform_(self.last.weight, -bound, bound)
        nn.init.zeros_(self.last.bias)

    def forward(self, images: Tensor) -> Tensor:
        # One channel counts as channels-last only by its strides; without this all layers would run channels-first.
        x = images.squeeze(1).unsqueeze(-1).permute(0, 3, 1, 2)
        for stage in self.stages:
            x = stage(x)
        x = self.last(x)
        # A frame's features are its rows' channels, top row first.
        return x.permute(3, 0, 2, 1).reshape(x.shape[3], x.shape[0], FRAME_FEATURES)


class LineReader(nn.Module):
    """A CNN-DBLSTM. The LSTM has one bias a gate: PyTorch's second one stays zero and is no parameter of ours."""

    def __init__(self, architecture: Architecture, has_auxiliary: bool = False, dropout: float = 0.0):
        super().__init__()
        self.architecture = architecture
        cells = architecture.lstm_cells
        self.front = Front(architecture.front)
        self.lstm = nn.LSTM(FRAME_FEATURES, cells, num_layers=2, bidirectional=True, dropout=dropout)
        self.dropout = nn.Dropout(dropout)
        self.inner_product = _linear(2 * cells, architecture.n_labels)
        self.auxiliary = _linear(FRAME_FEATURES, architecture.n_labels) if has_auxiliary else None
        self.lstm_in_f32 = True
        self._initialize_lstm(cells)

    def _initialize_lstm(self, cells: int) -> None:
        for name, weight in self.lstm.named_parameters():
            if name.startswith("weight"):
                nn.init.uniform_(weight, -1 / math.sqrt(cells), 1 / math.sqrt(cells))
                continue
            nn.init.zeros_(weight)
            if name.startswith("bias_hh"):
                weight.requires_grad_(False)
            else:
                nn.init.ones_(weight[cells : 2 * cells])

    def read_frames(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """The part behind the convolutions: last LSTM layer's outputs, logits."""
        if self.lstm_in_f32:
            with torch.autocast(frames.device.type, enabled=False):
                hidden = self.lstm(frames.float())[0]
        else:
            hidden = self.lstm(frames)[0]
        return hidden, self.inner_product(self.dropout(hidden)).float()

    def forward(self, images: Tensor, place: str = "logits") -> Reading:
        """Goes no further than `place`: frames, hidden or logits."""
        frames = self.front(images)
        if place == "frames":
            return Reading(frames)
        hidden, logits = self.read_frames(frames)
        has_auxiliary = self.training and self.auxiliary is not None
        auxiliary = self.auxiliary(frames).float() if has_auxiliary else None
        return Reading(frames, hidden, logits, auxiliary)

    def trained_parameters(self) -> list[nn.Parameter]:
        return [p for p in self.parameters() if p.requires_grad]

    def n_parameters(self) -> int:
        """As the paper counts: one bias a gate, no auxiliary head."""
        names = ((name, p) for name, p in self.named_parameters() if "bias_hh" not in name)
        return sum(p.numel() for name, p in names if not name.startswith("auxiliary"))


def _linear(inputs: int, outputs: int) -> nn.Linear:
    layer = nn.Linear(inputs, outputs)
    bound = 1 / math.sqrt(inputs)
    nn.init.uniform_(layer.weight, -bound, bound)
    nn.init.zeros_(layer.bias)
    return layer
