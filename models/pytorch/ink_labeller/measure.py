"""How well the network labels pages that it has not seen."""

import numpy as np
import torch
from scipy import ndimage
from torch.nn import functional as F

from .network import CORE, MULTIPLE, N_KINDS, SEPARATOR, InkLabeller
from .pages import CORE_BIT, MIN_DARKNESS, SEPARATOR_BIT, UNKNOWN, WRITING, LabelledPage

MIN_AREA = 12
"""Pixels of the smallest piece of ink that is counted."""


def labelled(network: InkLabeller, darkness: np.ndarray) -> np.ndarray:
    """Probabilities `[N_OUTPUTS, row, column]` at the page's own size."""
    rows, columns = darkness.shape
    page = torch.from_numpy(darkness)[None, None].float() / 255
    page = F.pad(page, (0, -columns % MULTIPLE, 0, -rows % MULTIPLE))
    with torch.no_grad():
        logits = network(page.contiguous(memory_format=torch.channels_last))[0]
    said = torch.cat([logits[:N_KINDS].softmax(0), logits[N_KINDS:].sigmoid()])
    return said.repeat_interleave(2, 1).repeat_interleave(2, 2)[:, :rows, :columns].numpy()


def measure(network: InkLabeller, pages: list[LabelledPage]) -> dict[str, float]:
    """Percentages over all pages: pieces of writing found, precision of what is called writing, overlaps of zones."""
    pieces_right = np.zeros((2, 2))
    overlap = {CORE: np.zeros(2), SEPARATOR: np.zeros(2)}
    for page in pages:
        said = labelled(network, page.darkness)
        ink = (page.darkness > 255 * MIN_DARKNESS) & (page.ink > 0) & (page.ink != UNKNOWN)
        piece, n = ndimage.label(ink, np.ones((3, 3)))
        area = np.bincount(piece.ravel(), minlength=n + 1)
        true = np.bincount(piece.ravel(), (page.ink == WRITING).ravel(), n + 1) * 2 > area
        found = np.bincount(piece.ravel(), said[0].ravel(), n + 1) * 2 > area
        counted = area >= MIN_AREA
        counted[0] = False
        for t in (0, 1):
            for f in (0, 1):
                pieces_right[t, f] += (counted & (true == bool(t)) & (found == bool(f))).sum()
        for output, bit in ((CORE, CORE_BIT), (SEPARATOR, SEPARATOR_BIT)):
            truth, guess = (page.zones & bit) > 0, said[output] > 0.5
            overlap[output] += (truth & guess).sum(), (truth | guess).sum()

    def percent(part: float, whole: float) -> float:
        return round(100 * part / max(whole, 1), 2)

    return {
        "writing found": percent(pieces_right[1, 1], pieces_right[1].sum()),
        "writing right": percent(pieces_right[1, 1], pieces_right[:, 1].sum()),
        "core overlap": percent(*overlap[CORE]),
        "separator overlap": percent(*overlap[SEPARATOR]),
    }
