"""Every loss of students against their teacher on the validation lines: the slides' analysis table.

    python -m longhand_recipe.losses --teacher teacher/best.safetensors --lines lines.pack a/best.safetensors b/…
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from . import bmuf, checkpoint
from .criteria import NAMES, criterion, ctc, n_frames_needed
from .lines import WIDTH_MULTIPLE, Line, encode
from .network import LineReader, Reading
from .pack import read_pack, split_valid
from .validation import BATCH_COLUMNS, batches_of, images_of, read_lines

COLUMNS = (*NAMES, "ctc")


class _Seen(NamedTuple):
    """A batch of validation lines as the teacher reads it."""

    indices: list[int]
    images: Tensor
    n_frames: Tensor
    mask: Tensor
    reading: Reading


class ValidReadings:
    """What the teacher reads in the validation lines, to hold any number of students against."""

    @torch.no_grad()
    def __init__(self, teacher: LineReader, lines: list[Line], device: torch.device):
        teacher.eval()
        self.lines, self.device = lines, device
        self.criteria = [criterion(name, teacher) for name in NAMES]
        self.batches = []
        for indices, width in batches_of(lines, BATCH_COLUMNS):
            images = images_of([lines[i] for i in indices], width, device)
            n_frames = torch.tensor([lines[i].pixels.shape[1] // WIDTH_MULTIPLE for i in indices])
            mask = (torch.arange(width // WIDTH_MULTIPLE)[:, None] < n_frames[None, :]).to(device)
            self.batches.append(_Seen(indices, images, n_frames, mask, teacher(images)))

    @torch.no_grad()
    def losses_of(self, student: LineReader) -> dict[str, float]:
        """Means over all frames (CTC: over lines), Softmax-CE with τ = 1. Both networks in evaluation mode."""
        student.eval()
        totals, n_frames_seen, n_lines = dict.fromkeys(COLUMNS, 0.0), 0, 0
        for seen in self.batches:
            here, n_frames = student(seen.images), int(seen.n_frames.sum())
            for one in self.criteria:
                totals[one.name] += one.loss(seen.reading, here, seen.mask).item() * n_frames
            n_frames_seen += n_frames
            labels = [encode(self.lines[i].text, here.logits.shape[-1]) for i in seen.indices]
            n_possible = sum(n_frames_needed(line) <= n for line, n in zip(labels, seen.n_frames.tolist()))
            lengths = torch.tensor([len(line) for line in labels])
            flat = torch.cat([torch.from_numpy(line) for line in labels]).to(self.device)
            totals["ctc"] += ctc(here.logits, flat, seen.n_frames, lengths, n_possible).item() * n_possible
            n_lines += n_possible
        return {name: total / (n_lines if name == "ctc" else n_frames_seen) for name, total in totals.items()}

    def row(self, path: Path) -> dict[str, float]:
        """Losses and error rates of the checkpoint at `path`."""
        student = checkpoint.open_network(path, self.device, may_be_folded=True)
        read = read_lines(student, self.lines, self.device)
        return self.losses_of(student) | {"CER %": read.cer, "WER %": read.wer}


def table(rows: dict[str, dict[str, float]]) -> str:
    """One row a student, a column each loss, in Markdown."""
    columns = list(next(iter(rows.values())))
    text = ["| student | " + " | ".join(columns) + " |", "| - |" + " - |" * len(columns)]
    text += [f"| {name} | " + " | ".join(f"{row[c]:.4g}" for c in columns) + " |" for name, row in rows.items()]
    return "\n".join(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--lines", type=Path, required=True, help="a pack with validation lines")
    parser.add_argument("students", nargs="+", type=Path)
    given = parser.parse_args()
    _, _, device = bmuf.start()
    teacher = checkpoint.open_network(given.teacher, device, may_be_folded=True)
    valid = ValidReadings(teacher, split_valid(read_pack(given.lines))[1], device)
    print(table({str(path.parent): valid.row(path) for path in given.students}))


if __name__ == "__main__":
    main()
