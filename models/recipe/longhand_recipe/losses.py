"""Every loss of students against their teacher on the validation lines: the slides' analysis table.

    python -m longhand_recipe.losses --teacher teacher/best.safetensors --lines lines.pack a/best.safetensors b/…
"""

import argparse
from pathlib import Path

import torch

from . import bmuf, checkpoint
from .criteria import NAMES, criterion, ctc, n_frames_needed
from .lines import WIDTH_MULTIPLE, Line, encode
from .network import LineReader
from .pack import read_pack, split_valid
from .validation import BATCH_COLUMNS, batches_of, images_of, read_lines

COLUMNS = (*NAMES, "ctc")


@torch.no_grad()
def losses_of(student: LineReader, teacher: LineReader, lines: list[Line], device: torch.device) -> dict[str, float]:
    """Means over all frames of `lines` (CTC: over lines), Softmax-CE with τ = 1. Both networks in evaluation mode."""
    student.eval(), teacher.eval()
    criteria = [criterion(name, teacher) for name in NAMES]
    totals, n_frames_seen, n_lines = dict.fromkeys(COLUMNS, 0.0), 0, 0
    for batch, width in batches_of(lines, BATCH_COLUMNS):
        images = images_of([lines[i] for i in batch], width, device)
        n_frames = torch.tensor([lines[i].pixels.shape[1] // WIDTH_MULTIPLE for i in batch])
        mask = torch.arange(width // WIDTH_MULTIPLE)[:, None] < n_frames[None, :]
        there, here = teacher(images), student(images)
        for one in criteria:
            totals[one.name] += one.loss(there, here, mask.to(device)).item() * int(n_frames.sum())
        n_frames_seen += int(n_frames.sum())
        labels = [encode(lines[i].text) for i in batch]
        n_possible = sum(n_frames_needed(line) <= n for line, n in zip(labels, n_frames.tolist()))
        lengths = torch.tensor([len(line) for line in labels])
        flat = torch.cat([torch.from_numpy(line) for line in labels]).to(device)
        totals["ctc"] += ctc(here.logits, flat, n_frames, lengths, n_possible).item() * n_possible
        n_lines += n_possible
    return {name: total / (n_lines if name == "ctc" else n_frames_seen) for name, total in totals.items()}


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
    teacher = checkpoint.open_network(given.teacher, device)
    _, valid = split_valid(read_pack(given.lines))
    rows = {}
    for path in given.students:
        student = checkpoint.open_network(path, device)
        read = read_lines(student, valid, device)
        rows[str(path.parent)] = losses_of(student, teacher, valid, device) | {"CER %": read.cer, "WER %": read.wer}
    print(table(rows))


if __name__ == "__main__":
    main()
