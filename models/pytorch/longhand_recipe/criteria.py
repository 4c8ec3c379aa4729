"""What training minimizes: CTC, or one of the five criteria that set a student apart from its teacher.

Activations are `[time, batch, feature]`. Means are over all frames of the batch that are no padding (`mask`), as in
`src/training/criteria/`; CTC is a mean over the lines that fit into their frames.
"""

from typing import Callable, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .network import LineReader, Reading

NAMES = ("softmax-ce", "ip-l2", "lstm-l2", "cnn-mah", "cnn-l2")


def ctc(logits: Tensor, labels: Tensor, n_frames: Tensor, label_lengths: Tensor, n_possible: int) -> Tensor:
    """Nats a line, a mean over the `n_possible` lines that fit; the others give neither loss nor gradient.

    The lengths lie on the processor, so that nobody waits for the device."""
    log_probs = logits.float().log_softmax(-1)
    losses = F.ctc_loss(log_probs, labels, n_frames, label_lengths, reduction="none", zero_infinity=True)
    return losses.sum() / max(n_possible, 1)


def consistency(logits: Tensor, mask: Tensor) -> Tensor:
    """How far two views of each line are read differently, nats a line (Yao et al., "CR-CTC: Consistency regularization on
    CTC for improved speech recognition", ICLR 2025): 1/2 Σ KL(p_b ‖ p_a) + KL(p_a ‖ p_b) over the frames, each view
    learning from the other, which is taken as it is. The first half of the batch are the first views."""
    log_probs = logits.float().log_softmax(-1)
    one, other = log_probs.chunk(2, dim=1)
    kept = mask.chunk(2, dim=1)[0]
    differences = sum(
        (given.detach().exp() * (given.detach() - learning)).sum(-1) for given, learning in ((one, other), (other, one))
    )
    return 0.5 * (differences * kept).sum() / one.shape[1]


def n_frames_needed(labels: np.ndarray) -> int:
    """Frames that a line of `labels` takes at least: a blank parts equal neighbours."""
    return len(labels) + int((labels[1:] == labels[:-1]).sum())


def squared_distance(teacher: Tensor, student: Tensor, mask: Tensor) -> Tensor:
    """1/T Σ‖x − x̂‖²: CNN-L2, LSTM-L2 and IP-L2 by where it looks."""
    distances = (student.float() - teacher.float()).square().sum(-1)
    return (distances * mask).sum() / mask.sum().clamp(min=1)


def input_metric(reader: LineReader) -> Tensor:
    """R, upper triangular, with RᵀR = WᵀW of the first LSTM layer's input weights, all gates, both directions."""
    weight = torch.cat([reader.lstm.weight_ih_l0, reader.lstm.weight_ih_l0_reverse]).detach().double()
    return torch.linalg.cholesky((weight.T @ weight).cpu(), upper=True).float().to(weight.device)


def mahalanobis(teacher: Tensor, student: Tensor, metric: Tensor, mask: Tensor) -> Tensor:
    """1/T Σ‖R(x − x̂)‖²: CNN-MAH."""
    seen = (student.float() - teacher.float()) @ metric.T
    return (seen.square().sum(-1) * mask).sum() / mask.sum().clamp(min=1)


def softmax_cross_entropy(teacher: Tensor, student: Tensor, mask: Tensor, temperature: float) -> Tensor:
    """−1/T ΣΣ p(τ) log p̂(τ), p(τ) = softmax(z/τ)."""
    targets = (teacher.float() / temperature).softmax(-1)
    entropies = -(targets * (student.float() / temperature).log_softmax(-1)).sum(-1)
    return (entropies * mask).sum() / mask.sum().clamp(min=1)


class Criterion(NamedTuple):
    """A criterion by name, how far passes must go for it, and its loss of (teacher, student, mask)."""

    name: str
    place: str
    loss: Callable[[Reading, Reading, Tensor], Tensor]


def criterion(name: str, teacher: LineReader, temperature: float = 1.0) -> Criterion:
    """One of [`NAMES`]."""
    if name == "cnn-mah":
        metric = input_metric(teacher)
        return Criterion(name, "frames", lambda t, s, mask: mahalanobis(t.frames, s.frames, metric, mask))
    if name == "cnn-l2":
        return Criterion(name, "frames", lambda t, s, mask: squared_distance(t.frames, s.frames, mask))
    if name == "lstm-l2":
        return Criterion(name, "hidden", lambda t, s, mask: squared_distance(t.hidden, s.hidden, mask))
    if name == "ip-l2":
        return Criterion(name, "logits", lambda t, s, mask: squared_distance(t.logits, s.logits, mask))
    if name == "softmax-ce":
        return Criterion(
            name, "logits", lambda t, s, mask: softmax_cross_entropy(t.logits, s.logits, mask, temperature)
        )
    raise ValueError(f"there is no criterion {name!r}: it is one of {', '.join(NAMES)}")
