"""Tests of the recipe, without a test runner: `python test_recipe.py`, about a minute on one core.

With `--checkpoint best.safetensors --valid valid.bin`, both written by `longhand train`, also reads the validation lines
with these weights and compares the error rate with the one that the checkpoint records.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from longhand_recipe import checkpoint, criteria, decomposed, language, lines, tucker, unfold, validation
from longhand_recipe.mean import mean
from longhand_recipe.augment import AugmentationConfig, change_strokes
from longhand_recipe.batches import BatchConfig, BatchSource
from longhand_recipe.distill import student_of
from longhand_recipe.loop import LAST, Loop, LoopConfig, ctc_objective
from longhand_recipe.network import STUDENT, TEACHER, LineReader
from longhand_recipe.optimizer import OptimizerConfig
from longhand_recipe.pack import Source, read_pack, write_pack
from longhand_recipe.recorded import RecordedSource

CPU = torch.device("cpu")


def bars(n: int) -> list[lines.Line]:
    """Lines whose letters are bars of one to three strokes."""
    made = []
    for index in range(n):
        letters = [(index * 7 + i * 5 + index * index * i) % 3 for i in range(3)]
        pixels = np.zeros((lines.ROWS, 88), np.uint8)
        for place, letter in enumerate(letters):
            for stroke in range(letter + 1):
                x = 10 + place * 24 + stroke * 6
                pixels[20:44, x : x + 3] = 255
        made.append(lines.Line("".join("ium"[letter] for letter in letters), pixels))
    return made


def source(seed: int = 3, augmentation: AugmentationConfig | None = None) -> BatchSource:
    augmentation = augmentation or AugmentationConfig(shear=0.05, stretch=0.05)
    config = BatchConfig(columns=1024, short_first_steps=0)
    return BatchSource([Source("bars", 1.0, bars(40))], config, augmentation, CPU, seed)


def loop(folder: Path, steps: int) -> Loop:
    torch.manual_seed(1)
    network = LineReader(replace(STUDENT), has_auxiliary=True)
    optimizer = OptimizerConfig(learning_rate=2e-3, warmup_steps=4, average_decay=0.9)
    config = LoopConfig(steps=steps, report_every=5, valid_secs=1e9)
    return Loop(network, ctc_objective(0.3), optimizer, config, folder, CPU)


def test_parameters_are_those_of_the_paper(_: Path) -> None:
    assert LineReader(TEACHER, has_auxiliary=True).n_parameters() == 8_261_552
    assert LineReader(STUDENT, has_auxiliary=True).n_parameters() == 1_471_776
    sizes = {v: decomposed.reader_of(replace(TEACHER, front=f"vgg-tucker-{v}")).n_parameters() for v in decomposed.RANKS}
    millions = {version: round(size / 1e6, 2) for version, size in sizes.items()}
    assert millions == {"v1": 0.99, "v2": 1.12, "v3": 1.79}, millions


def test_activations_lie_channels_last(_: Path) -> None:
    seen = []
    reader = LineReader(STUDENT)
    reader.front.stages[0].register_forward_hook(lambda _module, _given, out: seen.append(out))
    reader(torch.rand(2, 1, 64, 16))
    assert seen[0].is_contiguous(memory_format=torch.channels_last)


def test_checkpoints_are_read_as_written(folder: Path) -> None:
    network = LineReader(STUDENT, has_auxiliary=True)
    path, again = folder / "a.safetensors", folder / "b.safetensors"
    checkpoint.save(path, network, {}, checkpoint.State(STUDENT, step=7))
    other = checkpoint.open_network(path, CPU)
    assert checkpoint.read_state(path).step == 7
    for (name, a), (_, b) in zip(network.state_dict().items(), other.state_dict().items()):
        assert torch.equal(a, b), name
    names = {entry.name: tuple(entry.to_file(entry.parameter).shape) for entry in checkpoint.entries(network)}
    assert names["conv4.weight"] == (3, 3, 16, 128) and names["lstm1.backward.input_weight"] == (64, 512)
    for dtype, bound in ((torch.float32, 0.0), (torch.float16, 1e-3)):
        parts = checkpoint.split(path, folder / str(dtype), dtype, 2**20)
        assert len(parts) > 1
        checkpoint.join(folder / str(dtype), again)
        joined = checkpoint.open_network(again, CPU)
        furthest = max((a - b).abs().max() for a, b in zip(network.parameters(), joined.parameters()))
        assert furthest <= bound, (dtype, furthest)


def test_a_package_teaches_but_does_not_learn(folder: Path) -> None:
    network, path = LineReader(STUDENT), folder / "folded.safetensors"
    checkpoint.save(path, network, {}, checkpoint.State(STUDENT))
    state = json.loads(checkpoint.State(STUDENT).as_json()) | {"frozen_normalization": True}
    save_file(load_file(path), path, metadata={checkpoint.STATE_KEY: json.dumps(state)})
    teacher = checkpoint.open_network(path, CPU, may_be_folded=True)
    assert torch.equal(teacher.inner_product.weight, network.inner_product.weight)
    try:
        checkpoint.open_network(path, CPU)
    except ValueError as error:
        assert "unfold" in str(error)
    else:
        raise AssertionError("a folded package may learn")


def test_students_begin_with_given_convolutions_and_the_layers_of_their_teacher(folder: Path) -> None:
    teacher, earlier, path = LineReader(STUDENT), LineReader(STUDENT), folder / "earlier.safetensors"
    checkpoint.save(path, earlier, {}, checkpoint.State(STUDENT))
    student = student_of(teacher, start=path)
    assert torch.equal(student.front.last.weight, earlier.front.last.weight)
    assert torch.equal(student.lstm.weight_hh_l0, teacher.lstm.weight_hh_l0)
    assert not student.lstm.weight_hh_l0.requires_grad and student.front.last.weight.requires_grad


def test_the_mean_of_checkpoints_is_the_mean_of_their_weights(folder: Path) -> None:
    readers = [LineReader(STUDENT) for _ in range(2)]
    paths = [folder / "first.safetensors", folder / "second.safetensors"]
    for reader, path in zip(readers, paths):
        checkpoint.save(path, reader, {}, checkpoint.State(STUDENT, step=7))
    mean(paths, folder / "mean.safetensors")
    between = checkpoint.open_network(folder / "mean.safetensors", torch.device("cpu"))
    first, second, got = (dict(reader.named_parameters())["inner_product.weight"] for reader in (*readers, between))
    assert torch.allclose(got, (first + second) / 2, atol=1e-6) and not torch.allclose(got, first, atol=1e-3)


def test_packs_keep_lines_and_texts(folder: Path) -> None:
    kept = bars(300) + [lines.Line("grey", np.arange(64 * 8, dtype=np.uint16).reshape(64, 8).astype(np.uint8))]
    write_pack(folder / "lines.pack", [(Source("bars", 0.7, kept), 4)])
    (read,) = read_pack(folder / "lines.pack")
    assert (read.name, read.weight, len(read.lines)) == ("bars", 0.7, 301)
    for a, b in zip(kept, read.lines):
        furthest = np.abs(a.pixels.astype(int) - b.pixels).max()
        assert a.text == b.text and furthest <= 9, furthest
    lines.write_cache(folder / "lines.bin", kept)
    assert all(a.text == b.text and (a.pixels == b.pixels).all() for a, b in zip(kept, lines.read_cache(folder / "lines.bin")))


def test_undistorted_lines_stay_and_distorted_ones_keep_their_ink(_: Path) -> None:
    batch = next(source(augmentation=AugmentationConfig.none()).batches(0))
    kept = {line.text: torch.from_numpy(line.pixels).float() / 255 for line in bars(40)}
    for image, labels, length in zip(batch.images, batch.labels, batch.label_lengths):
        expected = kept[lines.decode(labels[:length].tolist())]
        assert torch.allclose(image[0, :, : expected.shape[1]], expected, atol=1e-5)
        assert image[0, :, expected.shape[1] :].abs().max() == 0
    ink = batch.images.sum((1, 2, 3)).mean()
    shown = next(source(augmentation=AugmentationConfig()).batches(0))
    assert 0.5 * ink < shown.images.sum((1, 2, 3)).mean() < 2.5 * ink
    assert shown.images.min() >= 0 and shown.images.max() <= 1


def test_strokes_get_thicker_and_thinner_by_parts_of_pixels_a_side(_: Path) -> None:
    expected = {0.0: 4.0, 0.5: 5.0, 1.0: 6.0, -0.5: 3.0, 2.5: 9.0}
    bar = torch.zeros(len(expected), 1, 64, 80)
    bar[..., 20:44, 38:42] = 1
    shown = change_strokes(bar, torch.tensor(list(expected)))
    assert torch.allclose(shown[:, 0, 32].sum(-1), torch.tensor(list(expected.values())), atol=1e-4)


def test_two_views_lie_alike_and_look_otherwise(_: Path) -> None:
    config = BatchConfig(columns=1024, short_first_steps=0, views=2)
    augmentation = AugmentationConfig(probability=1, contrast=0, noise=0, blur_probability=0, stroke_probability=0, pull=1.5)
    batch = next(BatchSource([Source("bars", 1.0, bars(40))], config, augmentation, CPU, 3).batches(0))
    one, other = batch.images.chunk(2)
    assert torch.equal(one, other) and torch.equal(*batch.labels.chunk(2))
    hidden = replace(augmentation, hidden=1.0)
    one, other = next(BatchSource([Source("bars", 1.0, bars(40))], config, hidden, CPU, 3).batches(0)).images.chunk(2)
    is_grey = ((one - one[:, :, :1]).abs().amax(2) == 0) & (one[:, :, 0] > 0.2)
    assert 0.05 < is_grey.float().mean() < 0.7 and not torch.equal(one, other)


def test_consistency_is_nothing_where_views_are_read_alike(_: Path) -> None:
    logits, mask = torch.randn(6, 2, 5), torch.ones(6, 4, dtype=torch.bool)
    mask[4:] = False
    assert criteria.consistency(torch.cat([logits, logits], 1), mask).abs() < 1e-6
    other = torch.randn(6, 2, 5)
    p, q = logits.softmax(-1)[:4], other.softmax(-1)[:4]
    expected = 0.5 * ((p - q) * (p.log() - q.log())).sum() / 2
    assert torch.allclose(criteria.consistency(torch.cat([logits, other], 1), mask), expected, atol=1e-5)


def test_a_language_model_comes_back_from_its_file(folder: Path) -> None:
    model = language.CharacterModel(8)
    save_file(model.tensors(), folder / "small.lstm")
    again = language.CharacterModel(8)
    again.load_tensors(load_file(folder / "small.lstm"))
    symbols = torch.from_numpy(language.symbols_of(" it is 1961"))[:, None]
    assert symbols[-1] == symbols[-4] == language.symbols_of("0")[0]
    assert torch.allclose(model(symbols), again(symbols), atol=1e-2)


def test_the_triangular_metric_equals_the_direct_one(_: Path) -> None:
    reader = LineReader(STUDENT)
    x, x_hat = torch.randn(2, 5, 3, 64)
    mask = torch.ones(5, 3, dtype=torch.bool)
    weight = torch.cat([reader.lstm.weight_ih_l0, reader.lstm.weight_ih_l0_reverse])
    direct = ((x - x_hat) @ weight.T).square().sum(-1).mean()
    assert torch.isclose(criteria.mahalanobis(x, x_hat, criteria.input_metric(reader), mask), direct, rtol=1e-5)


def test_tucker_is_exact_at_full_rank(_: Path) -> None:
    convolution = torch.nn.Conv2d(6, 9, 3, padding=1, bias=False)
    x = torch.randn(2, 6, 8, 8)
    assert torch.allclose(tucker.decompose(convolution, (6, 9))(x), convolution(x), atol=1e-5)
    coarse = tucker.decompose(convolution, (3, 3))(x)
    assert coarse.shape == (2, 9, 8, 8) and not torch.allclose(coarse, convolution(x), atol=1e-2)


def test_the_loss_falls_and_a_stopped_run_ends_as_an_uninterrupted_one(folder: Path) -> None:
    losses = []
    whole = loop(folder / "whole", 40)
    whole.events.tell = lambda event, **facts: losses.append(facts["loss"]) if event == "progress" else None
    whole.run(source(), bars(6))
    assert losses[-1] < 0.5 * losses[0], losses
    first = loop(folder / "parts", 40)
    first.events.tell = lambda event, **facts: first._stop() if facts.get("step") == 15 else None
    first.run(source(), bars(6))
    assert 15 <= first.state.step < 40
    second = loop(folder / "parts", 40)
    assert second.state.step == first.state.step
    second.run(source(), bars(6))
    a, b = (checkpoint.open_network(folder / name / LAST, CPU) for name in ("whole", "parts"))
    assert all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values()))


def test_recorded_batches_come_in_other_orders_with_what_the_teacher_reads(_: Path) -> None:
    teacher = LineReader(STUDENT).eval()
    recorded = RecordedSource(source(), 5, teacher, in_bf16=False)
    batches = recorded.batches(0)
    rounds = [[next(batches) for _ in range(5)] for _ in range(3)]
    orders = {tuple(id(batch.images) for batch in one) for one in rounds}
    assert len(orders) > 1 and len({frozenset(order) for order in orders}) == 1
    again = next(recorded.batches(6))
    assert again.images is rounds[1][1].images, "a resumed run goes on where it was"
    with torch.no_grad():
        assert torch.allclose(recorded.reading_of(again).frames.float(), teacher(again.images).frames, atol=0.05, rtol=0.02)


def test_unfolded_weights_read_the_same_and_train_on(_: Path) -> None:
    torch.manual_seed(4)
    reader = LineReader(STUDENT).eval()
    with torch.no_grad():
        # As a package leaves them: nothing to normalize with, filters of any length.
        for stage in reader.front.stages:
            stage.convolution.weight.mul_(torch.rand(stage.convolution.out_channels, 1, 1, 1) + 0.5)
            stage.norm.bias.uniform_(-0.2, 0.2)
        batch = next(source().batches(0))
        before = reader(batch.images).frames
        unfold.unfold(reader, source(), 20)
        after, trained = reader(batch.images).frames, reader.train()(batch.images).frames
    spread = before.std()
    assert (after - before).abs().max() < 1e-3 * spread, "the network changed"
    assert (trained - before).abs().mean() < 0.2 * spread, "the statistics are not those of lines"


def test_two_workers_train_by_gradients_and_by_blocks(folder: Path) -> None:
    write_pack(folder / "bars.pack", [(Source("bars", 1.0, bars(60)), 4), (Source("valid", 0.0, bars(6)), 4)])
    start = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    options = "--steps 8 --report-every 4 --columns 512 --threads 1 --short-first-steps 0 --warmup-steps 2".split()
    for name, more in (("gradients", []), ("blocks", ["--block-steps", "4"])):
        command = [*start, "-m", "longhand_recipe.train", "--lines", folder / "bars.pack", "--folder", folder / name]
        done = subprocess.run([*command, *options, *more], capture_output=True, text=True, cwd=Path(__file__).parent)
        assert done.returncode == 0, done.stderr[-2000:]
        state = checkpoint.read_state(folder / name / LAST)
        assert state.step == 8 and state.n_lines > 8 * 2, state


def check_rust_checkpoint(path: Path, valid: Path) -> None:
    """The error rate that Rust measured with these weights, within 0.1."""
    recorded = checkpoint.read_state(path).best_valid_cer
    read = validation.read_lines(checkpoint.open_network(path, CPU), lines.read_cache(valid), CPU)
    print(f"  CER {read.cer:.3f} %, WER {read.wer:.2f} %; Rust recorded CER {recorded:.3f} %")
    assert abs(read.cer - recorded) < 0.1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--valid", type=Path)
    given = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    torch.set_num_threads(1)
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            print(name.removeprefix("test_").replace("_", " "), flush=True)
            with tempfile.TemporaryDirectory() as folder:
                test(Path(folder))
    if given.checkpoint and given.valid:
        print("a checkpoint of the Rust trainer reads as well here", flush=True)
        check_rust_checkpoint(given.checkpoint, given.valid)
    print("all passed")


if __name__ == "__main__":
    main()
