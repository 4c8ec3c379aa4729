"""Trains students after a teacher: its LSTM and inner-product layers are copied and kept fixed while the student's
convolutions learn by a criterion; then all of the student is fine-tuned with CTC. With `--network teacher` it goes the
other way about: the large convolutions learn to stand before the layers of a small network that reads already.

    python -m longhand_recipe.distill --teacher teacher/best.safetensors --criteria cnn-mah cnn-l2 \\
        --lines lines.pack --folder runs/students --minutes 2 --tune-minutes 1

writes FOLDER/CRITERION/distilled and FOLDER/CRITERION/tuned, each with its checkpoints, and FOLDER/losses.md.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Callable

import torch

from . import bmuf, checkpoint, criteria, losses, options
from .augment import AugmentationConfig
from .batches import Batch, BatchConfig, BatchSource
from .loop import BEST, Loop, LoopConfig, Objective, ctc_objective
from .network import NETWORKS, STUDENT, LineReader, Reading
from .optimizer import OptimizerConfig
from .pack import read_pack, split_valid
from .recorded import RecordedSource


def student_of(teacher: LineReader, front: str = STUDENT.front, start: Path | None = None) -> LineReader:
    """A network of convolutions `front`, of the checkpoint `start` where given, with the teacher's LSTM and
    inner-product layers, fixed."""
    student = LineReader(replace(teacher.architecture, front=front))
    if start:
        checkpoint.load(start, student, averaged=True)
    for theirs, own in ((teacher.lstm, student.lstm), (teacher.inner_product, student.inner_product)):
        own.load_state_dict(theirs.state_dict())
        own.requires_grad_(False)
    return student


def release(student: LineReader) -> None:
    """Lets all layers learn again, but for PyTorch's second biases."""
    for name, parameter in student.named_parameters():
        parameter.requires_grad_("bias_hh" not in name)


def teacher_objective(read: Callable[[Batch, str], Reading], one: criteria.Criterion) -> Objective:
    """Teacher and student see the same distorted pixels; `read` is the teacher's reading of a batch up to a place."""

    def loss(student: torch.nn.Module, batch: Batch) -> torch.Tensor:
        return one.loss(read(batch, one.place), student(batch.images, one.place), batch.mask)

    return loss


class Distillation:
    """The runs of several criteria with the same lines and the same budget."""

    def __init__(self, given: argparse.Namespace):
        self.given = given
        self.rank, self.world, self.device = bmuf.start()
        teacher = checkpoint.open_network(given.teacher, self.device, has_head=False, may_be_folded=True)
        self.teacher = teacher.eval().requires_grad_(False)
        self.teacher.lstm_in_f32 = not given.lstm_in_bf16
        sources, self.valid = split_valid(read_pack(given.lines))
        augmentation = options.config_of(AugmentationConfig, given)
        batches = replace(options.config_of(BatchConfig, given), short_first_steps=0)
        n_labels = self.teacher.architecture.n_labels
        self.source = BatchSource(sources, batches, augmentation, self.device, given.seed, self.rank, n_labels)
        self.optimizer = options.config_of(OptimizerConfig, given)
        self.config = options.config_of(LoopConfig, given)
        self.recorded = None
        if given.record:
            in_bf16 = self.config.in_bf16(self.device)
            self.recorded = RecordedSource(self.source, given.record, self.teacher, in_bf16)

    def _read(self, batch: Batch, place: str) -> Reading:
        if self.recorded:
            return self.recorded.reading_of(batch)
        with torch.no_grad():
            return self.teacher(batch.images, place)

    def _loop(self, student: LineReader, objective: Objective, stage: str, **changes) -> Loop:
        folder, rate = self.given.folder / stage, changes.pop("learning_rate", self.optimizer.learning_rate)
        optimizer, config = replace(self.optimizer, learning_rate=rate), replace(self.config, **changes)
        return Loop(student, objective, optimizer, config, folder, self.device, self.rank, self.world, time.monotonic())

    def run(self, name: str) -> LineReader:
        """Distils by the criterion `name` (softmax-ce@2: with temperature 2) and fine-tunes."""
        kind, _, temperature = name.partition("@")
        torch.manual_seed(self.given.seed)
        student = student_of(self.teacher, NETWORKS[self.given.network].front, self.given.init).to(self.device)
        student.lstm_in_f32 = not self.given.lstm_in_bf16
        one = criteria.criterion(kind, self.teacher, float(temperature or 1))
        folder = name.replace("@", "-")
        distilled = self._loop(student, teacher_objective(self._read, one), f"{folder}/distilled")
        distilled.run(self.recorded or self.source, self.valid)
        if self.given.tune_minutes or self.given.tune_steps:
            checkpoint.load(self.given.folder / folder / "distilled" / BEST, student, averaged=True)
            release(student)
            minutes = self.given.tune_minutes or None
            changes = {"minutes": minutes, "learning_rate": self.given.tune_learning_rate}
            if self.given.tune_steps:
                changes["steps"] = self.given.tune_steps
            self._loop(student, ctc_objective(0.0), f"{folder}/tuned", **changes).run(self.source, self.valid)
        return student


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--network", choices=NETWORKS, default="student", help="what learns")
    parser.add_argument("--init", type=Path, help="a checkpoint of the same network, whose convolutions begin")
    parser.add_argument("--criteria", nargs="+", default=["cnn-mah"], help="of " + ", ".join(criteria.NAMES))
    parser.add_argument("--record", type=int, default=0, metavar="BATCHES",
                        help="ask the teacher once about so many batches and go over them again and again")
    parser.add_argument("--tune-minutes", type=float, default=0.0, help="CTC fine-tuning after distillation")
    parser.add_argument("--tune-steps", type=int, default=0)
    parser.add_argument("--tune-learning-rate", type=float, default=5e-4)
    options.add_options(parser)
    given = parser.parse_args()
    options.prepare(given)
    distillation = Distillation(given)
    for name in given.criteria:
        distillation.run(name)
    if distillation.rank == 0 and distillation.valid:
        folders = sorted(path.parent for path in given.folder.glob(f"*/*/{BEST}"))
        valid = losses.ValidReadings(distillation.teacher, distillation.valid, distillation.device)
        text = losses.table({str(path.relative_to(given.folder)): valid.row(path / BEST) for path in folders})
        (given.folder / "losses.md").write_text(text + "\n")
        print(text)
    bmuf.stop()


if __name__ == "__main__":
    main()
