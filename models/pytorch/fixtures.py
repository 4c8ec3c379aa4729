"""Writes what PyTorch says of small inputs to `tests/data/criteria/`, for `tests/training/pytorch_fixtures.rs` to compare.

    python fixtures.py ../../tests/data/criteria

Losses and gradients are computed in f64 from inputs that are f32, and kept as f32. Layouts are those of our engine:
images `[batch, row, column, channel]`, sequences `[time, batch, feature]`, gates input, forget, output, candidate.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from longhand_recipe import checkpoint, criteria
from longhand_recipe.network import LEAK, LineReader, Architecture, Reading


def leaf(*shape: int, scale: float = 1.0) -> Tensor:
    """Numbers that f32 holds exactly, as f64, with a gradient to come."""
    return (scale * torch.randn(*shape)).double().requires_grad_()


def ctc() -> dict[str, Tensor]:
    """Labels with repeats, none, one that just fits and one that does not; lines of different lengths."""
    logits = leaf(9, 5, 6, scale=2.0)
    labels = [[1, 2, 2, 3], [], [4, 4, 4, 4, 5], [5, 5, 1], [3, 3, 3]]
    n_frames = torch.tensor([9, 7, 9, 6, 4])
    padded = torch.zeros(5, 5, dtype=torch.long)
    for row, line in zip(padded, labels):
        row[: len(line)] = torch.tensor(line, dtype=torch.long)
    lengths = torch.tensor([len(line) for line in labels])
    log_probs = logits.log_softmax(-1)
    losses = F.ctc_loss(log_probs, padded, n_frames, lengths, reduction="none", zero_infinity=True)
    n_possible = 4  # three equal labels need five frames
    loss = losses.sum() / n_possible
    loss.backward()
    return {
        "logits": logits,
        "labels": padded,
        "label_lengths": lengths,
        "n_frames": n_frames,
        "n_impossible": torch.tensor([5 - n_possible]),
        "loss": loss.reshape(1),
        "gradient": logits.grad,
    }


def convolution_stage() -> dict[str, Tensor]:
    """Convolution 3×3, batch normalization with the batch's statistics, leaky ReLU, 2×2 pooling."""
    images, upstream = leaf(3, 6, 8, 4), leaf(3, 3, 4, 5).detach()
    convolution = nn.Conv2d(4, 5, 3, padding=1, bias=False).double()
    norm = nn.BatchNorm2d(5, eps=1e-5, momentum=0.02).double()
    with torch.no_grad():
        for parameter in (convolution.weight, norm.weight, norm.bias):
            parameter.copy_(torch.randn(parameter.shape).double() * 0.5 + (parameter is norm.weight))
    output = F.max_pool2d(F.leaky_relu(norm(convolution(images.permute(0, 3, 1, 2))), LEAK), (2, 2))
    output = output.permute(0, 2, 3, 1)
    (output * upstream).sum().backward()
    to_file = checkpoint._convolution_to_file
    return {
        "input": images,
        "weight": to_file(convolution.weight),
        "scale": norm.weight,
        "shift": norm.bias,
        "output": output,
        "running_mean": norm.running_mean,
        "upstream": upstream,
        "input_gradient": images.grad,
        "weight_gradient": to_file(convolution.weight.grad),
        "scale_gradient": norm.weight.grad,
        "shift_gradient": norm.bias.grad,
    }


def lstm() -> dict[str, Tensor]:
    """One bidirectional layer, 5 features to 2 × 6 cells, 7 steps of 3 lines."""
    layer = nn.LSTM(5, 6, bidirectional=True).double()
    with torch.no_grad():
        for name, parameter in layer.named_parameters():
            values = torch.zeros(parameter.shape) if "bias_hh" in name else 0.6 * torch.randn(parameter.shape)
            parameter.copy_(values.double())
    frames, upstream = leaf(7, 3, 5), leaf(7, 3, 12).detach()
    output = layer(frames)[0]
    (output * upstream).sum().backward()
    found = {"input": frames, "output": output, "upstream": upstream, "input_gradient": frames.grad}
    for direction, suffix in (("forward", ""), ("backward", "_reverse")):
        for theirs, ours in (("weight_ih", "input_weight"), ("weight_hh", "recurrent_weight"), ("bias_ih", "bias")):
            parameter = getattr(layer, f"{theirs}_l0{suffix}")
            found[f"{direction}.{ours}"] = checkpoint._gates_to_file(parameter)
            found[f"{direction}.{ours}_gradient"] = checkpoint._gates_to_file(parameter.grad)
    return found


def adamw() -> dict[str, Tensor]:
    """Five steps of AdamW with clipping, one parameter with decay and one without."""
    first, second = leaf(7), leaf(4)
    optimizer = torch.optim.AdamW(
        [{"params": [first], "weight_decay": 0.1}, {"params": [second], "weight_decay": 0.0}],
        lr=0.05,
        betas=(0.9, 0.99),
        eps=1e-8,
    )
    found = {"decaying": first.detach().clone(), "other": second.detach().clone()}
    gradients = [(torch.randn(7) * 3).double(), (torch.randn(4) * 3).double()]
    for step in range(5):
        # Large at first, so that they are clipped, then small.
        scale = 2.0 ** (2 - 2 * step)
        first.grad, second.grad = gradients[0] * scale, gradients[1] * scale
        found[f"gradient.decaying.{step}"], found[f"gradient.other.{step}"] = first.grad.clone(), second.grad.clone()
        nn.utils.clip_grad_norm_([first, second], 5.0)
        optimizer.step()
    return found | {"decaying.after": first, "other.after": second}


def distillation() -> dict[str, Tensor]:
    """The five criteria: teacher's and student's activations, losses, gradients with respect to the student's."""
    reader = LineReader(Architecture("darknet", lstm_cells=9, n_labels=7))
    n_frames = torch.tensor([6, 3, 5])
    mask = torch.arange(6)[:, None] < n_frames[None, :]
    there = Reading(*(leaf(6, 3, n).detach() for n in (64, 18, 7)))
    here = Reading(*(leaf(6, 3, n) for n in (64, 18, 7)))
    weights = (reader.lstm.weight_ih_l0, reader.lstm.weight_ih_l0_reverse)
    found = {"n_frames": n_frames}
    for direction, weight in zip(("forward", "backward"), weights):
        found[f"{direction}.input_weight"] = checkpoint._gates_to_file(weight)
    for place in ("frames", "hidden", "logits"):
        found |= {f"teacher.{place}": getattr(there, place), f"student.{place}": getattr(here, place)}
    for name in ("cnn-l2", "cnn-mah", "lstm-l2", "ip-l2", "softmax-ce@1", "softmax-ce@5"):
        kind, _, temperature = name.partition("@")
        one = criteria.criterion(kind, reader, float(temperature or 1))
        student = getattr(here, one.place)
        loss = one.loss(there, here, mask)
        (gradient,) = torch.autograd.grad(loss, student)
        found |= {f"{name}.loss": loss.reshape(1), f"{name}.gradient": gradient}
    return found


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for make in (ctc, convolution_stage, lstm, adamw, distillation):
        torch.manual_seed(7)
        tensors = {}
        for name, value in make().items():
            is_whole = not value.is_floating_point()
            value = value.detach().to(torch.int64 if is_whole else torch.float32)
            tensors[name] = value.clone(memory_format=torch.contiguous_format)
        save_file(tensors, folder / f"{make.__name__}.safetensors")


if __name__ == "__main__":
    main()
