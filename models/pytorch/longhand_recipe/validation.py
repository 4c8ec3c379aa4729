"""Greedy reading and error rates, as `src/training/validation.rs` and `src/page/error_rate.rs` have them."""

import unicodedata
from typing import NamedTuple

import numpy as np
import torch

from .lines import ROWS, WIDTH_MULTIPLE, Line, decode
from .network import LineReader

BATCH_COLUMNS = 12_000


class ReadLines(NamedTuple):
    """Error rates in percent, and what was read, in the order of the lines."""

    cer: float
    wer: float
    texts: list[str]


def edit_distance(a, b) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        diagonal, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            substituted = diagonal + (x != y)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
    return row[-1]


def error_rates(references: list[str], hypotheses: list[str]) -> tuple[float, float]:
    """Character and word error rate in percent: total edits over total reference length."""
    edits, lengths = [0, 0], [0, 0]
    for reference, hypothesis in zip(references, hypotheses):
        words = [unicodedata.normalize("NFC", text).split() for text in (reference, hypothesis)]
        for kind, (a, b) in enumerate([[" ".join(w) for w in words], words]):
            edits[kind] += edit_distance(a, b)
            lengths[kind] += len(a)
    return 100 * edits[0] / max(lengths[0], 1), 100 * edits[1] / max(lengths[1], 1)


def greedy_texts(best: np.ndarray, widths: list[int]) -> list[str]:
    """`best` are the best labels, `[time, batch]`: repeats merged, blanks dropped."""
    texts = []
    for column, width in enumerate(widths):
        path = best[: width // WIDTH_MULTIPLE, column]
        kept = path[np.insert(path[1:] != path[:-1], 0, True)] if len(path) else path
        texts.append(decode(kept.tolist()))
    return texts


def batches_of(lines: list[Line], columns: int):
    """Indices of lines of like width, and the width they are padded to."""
    order = sorted(range(len(lines)), key=lambda i: lines[i].pixels.shape[1])
    start = 0
    for end in range(1, len(order) + 1):
        is_last = end == len(order)
        if is_last or (end + 1 - start) * lines[order[end]].pixels.shape[1] > columns:
            batch = order[start:end]
            yield batch, lines[batch[-1]].pixels.shape[1]
            start = end


@torch.no_grad()
def read_lines(network: LineReader, lines: list[Line], device: torch.device) -> ReadLines:
    """Reads `lines` greedily, as they are, in f32."""
    was_training = network.training
    network.eval()
    texts = _texts_of(network, lines, device)
    network.train(was_training)
    return ReadLines(*error_rates([line.text for line in lines], texts), texts)


def images_of(lines: list[Line], width: int, device: torch.device) -> torch.Tensor:
    """Lines as they are, `[batch, 1, 64, width]`, 0 paper to 1 ink."""
    images = np.zeros((len(lines), 1, ROWS, width), np.uint8)
    for image, line in zip(images, lines):
        image[0, :, : line.pixels.shape[1]] = line.pixels
    return torch.from_numpy(images).to(device).float() / 255


def _texts_of(network: LineReader, lines: list[Line], device: torch.device) -> list[str]:
    texts = [""] * len(lines)
    for batch, width in batches_of(lines, BATCH_COLUMNS):
        widths = [lines[i].pixels.shape[1] for i in batch]
        logits = network(images_of([lines[i] for i in batch], width, device)).logits
        for i, text in zip(batch, greedy_texts(logits.argmax(-1).cpu().numpy(), widths)):
            texts[i] = text
    return texts
