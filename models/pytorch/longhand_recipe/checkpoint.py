"""Checkpoints in the layout of `src/training/checkpoint.rs`, read and written, and weights cut into small files.

Layouts differ in three places: our convolutions are `[row, column, input, output]` (PyTorch: output, input, row,
column), our products `[input, output]` (PyTorch: transposed), our gates input, forget, output, candidate (PyTorch:
input, forget, candidate, output).

    python -m longhand_recipe.checkpoint split best.safetensors FOLDER [--dtype f16]
    python -m longhand_recipe.checkpoint join FOLDER best.safetensors
"""

import argparse
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Callable, NamedTuple

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from .decomposed import reader_of
from .network import Architecture, LineReader

STATE_KEY = "longhand"
FIRST_MOMENT, SECOND_MOMENT, AVERAGED = "#first_moment", "#second_moment", "#averaged"


@dataclass
class State:
    """`CheckpointState`: what a checkpoint says beside the numbers."""

    architecture: Architecture
    step: int = 0
    position: dict = field(default_factory=lambda: {"group": 0, "group_step": 0, "used": 0})
    elapsed_secs: float = 0.0
    best_valid_cer: float | None = None
    n_lines: int = 0
    teacher: str | None = None
    phase_steps: list[int] = field(default_factory=list)

    def as_json(self) -> str:
        said = {key: value for key, value in asdict(self).items() if key not in ("teacher", "phase_steps") or value}
        return json.dumps(said | {"architecture": self.architecture.as_json()})


class Entry(NamedTuple):
    """A parameter under its name in weight files, and the way between the two layouts."""

    name: str
    parameter: nn.Parameter
    to_file: Callable[[Tensor], Tensor]
    from_file: Callable[[Tensor], Tensor]
    decays: bool


def _same(x: Tensor) -> Tensor:
    return x


def _convolution_to_file(x: Tensor) -> Tensor:
    return x.permute(2, 3, 1, 0)


def _convolution_from_file(x: Tensor) -> Tensor:
    return x.permute(3, 2, 0, 1)


def _swap_gates(x: Tensor) -> Tensor:
    """Candidate and output change places: its own inverse. Gates are the first axis."""
    first, second, third, fourth = x.chunk(4, 0)
    return torch.cat([first, second, fourth, third])


def _gates_to_file(x: Tensor) -> Tensor:
    return _swap_gates(x).T if x.dim() == 2 else _swap_gates(x)


def _gates_from_file(x: Tensor) -> Tensor:
    return _swap_gates(x.T) if x.dim() == 2 else _swap_gates(x)


def _transposed(x: Tensor) -> Tensor:
    return x.T


def _convolution(name: str, layer: nn.Conv2d) -> Entry:
    return Entry(name, layer.weight, _convolution_to_file, _convolution_from_file, True)


def entries(network: LineReader) -> list[Entry]:
    """All parameters, named as in weight files, in the order of `Network::parameters_mut`."""
    found = []
    for number, stage in enumerate(network.front.stages, 1):
        name = f"conv{number}"
        if isinstance(stage.convolution, nn.Conv2d):
            found.append(_convolution(f"{name}.weight", stage.convolution))
        else:
            parts = zip(("inputs", "core", "outputs"), stage.convolution)
            found.extend(_convolution(f"{name}.{part}.weight", layer) for part, layer in parts)
        found.append(Entry(f"{name}.norm.scale", stage.norm.weight, _same, _same, False))
        found.append(Entry(f"{name}.norm.shift", stage.norm.bias, _same, _same, False))
    found.append(_convolution("conv_frames.weight", network.front.last))
    found.append(Entry("conv_frames.bias", network.front.last.bias, _same, _same, False))
    for layer in range(2):
        for direction, suffix in (("forward", ""), ("backward", "_reverse")):
            parts = (("weight_ih", "input_weight", True), ("weight_hh", "recurrent_weight", True), ("bias_ih", "bias", False))
            for theirs, ours, decays in parts:
                parameter = getattr(network.lstm, f"{theirs}_l{layer}{suffix}")
                name = f"lstm{layer + 1}.{direction}.{ours}"
                found.append(Entry(name, parameter, _gates_to_file, _gates_from_file, decays))
    for name, layer in (("inner_product", network.inner_product), ("auxiliary", network.auxiliary)):
        if layer is not None:
            found.append(Entry(f"{name}.weight", layer.weight, _transposed, _transposed, True))
            found.append(Entry(f"{name}.bias", layer.bias, _same, _same, False))
    return found


def statistics(network: LineReader) -> list[tuple[str, Tensor]]:
    """Running means and variances, named as in weight files."""
    found = []
    for number, stage in enumerate(network.front.stages, 1):
        found.append((f"conv{number}.norm.running_mean", stage.norm.running_mean))
        found.append((f"conv{number}.norm.running_variance", stage.norm.running_var))
    return found


Kept = dict[nn.Parameter, dict[str, Tensor]]
"""For a parameter, its moments and average, by the suffix that they have in files."""


def save(path: Path, network: LineReader, kept: Kept, state: State) -> None:
    """Writes what `longhand train` resumes and exports, whole or not at all. What `kept` lacks is written as zero
    moments and the weights themselves as the average."""
    tensors = {name: value.detach().cpu().float().clone() for name, value in statistics(network)}
    for entry in entries(network):
        known = kept.get(entry.parameter, {})
        zeros = torch.zeros_like(entry.parameter)
        defaults = {FIRST_MOMENT: zeros, SECOND_MOMENT: zeros, AVERAGED: entry.parameter}
        for suffix, default in {"": entry.parameter, **defaults}.items():
            value = entry.to_file(known.get(suffix, default).detach())
            tensors[entry.name + suffix] = value.float().cpu().clone(memory_format=torch.contiguous_format)
    partial = Path(path).with_suffix(".partial")
    save_file(tensors, partial, metadata={STATE_KEY: state.as_json()})
    os.replace(partial, path)


def read_state(path: Path, may_be_folded: bool = False) -> State:
    """What the checkpoint at `path` says beside the numbers."""
    with safe_open(path, "pt") as file:
        state = json.loads(file.metadata()[STATE_KEY])
    if state.pop("frozen_normalization", False) and not may_be_folded:
        raise ValueError(f"{path} began with a package's weights and has no normalization left: see unfold.py")
    state["architecture"] = Architecture(**state["architecture"])
    return State(**state)


@torch.no_grad()
def load(path: Path, network: LineReader, averaged: bool) -> Kept:
    """Fills `network`, with the averaged weights or those last trained, and returns what the optimizer kept."""
    kept: Kept = {}
    with safe_open(path, "pt") as file:
        for name, value in statistics(network):
            value.copy_(file.get_tensor(name))
        for entry in entries(network):
            parts = {s: entry.from_file(file.get_tensor(entry.name + s)).contiguous() for s in (FIRST_MOMENT, SECOND_MOMENT, AVERAGED)}
            value = parts[AVERAGED] if averaged else entry.from_file(file.get_tensor(entry.name))
            entry.parameter.copy_(value)
            kept[entry.parameter] = {s: part.to(entry.parameter.device) for s, part in parts.items()}
    return kept


def has_auxiliary(path: Path) -> bool:
    with safe_open(path, "pt") as file:
        return "auxiliary.bias" in file.keys()


def open_network(path: Path, device: torch.device, has_head: bool | None = None, may_be_folded: bool = False) -> LineReader:
    """The network of a checkpoint with its averaged weights. One that will not learn may be a package's, folded."""
    head = has_auxiliary(path) if has_head is None else has_head
    network = reader_of(read_state(path, may_be_folded).architecture, has_auxiliary=head)
    load(path, network, averaged=True)
    return network.to(device)


def split(path: Path, folder: Path, dtype: torch.dtype, max_bytes: int) -> list[Path]:
    """Writes averaged weights and running statistics in files below `max_bytes`; arrays of one axis stay f32."""
    folder.mkdir(parents=True, exist_ok=True)
    with safe_open(path, "pt") as file:
        metadata, parts, size = file.metadata(), [{}], 0
        for name in sorted(file.keys()):
            is_weight = name + AVERAGED in file.keys()
            if "#" in name:
                continue
            value = file.get_tensor(name + AVERAGED if is_weight else name)
            value = value.to(dtype) if value.dim() > 1 else value
            n_bytes = value.numel() * value.element_size()
            if size + n_bytes > max_bytes and parts[-1]:
                parts.append({})
                size = 0
            parts[-1][name] = value.contiguous()
            size += n_bytes
    paths = [folder / f"weights-{i + 1}-of-{len(parts)}.safetensors" for i in range(len(parts))]
    for part, part_path in zip(parts, paths):
        save_file(part, part_path, metadata=metadata)
    return paths


def join(folder: Path, path: Path) -> None:
    """Makes one checkpoint of what [`split`] wrote: moments zero, average and weights the same."""
    files = sorted(folder.glob("weights-*-of-*.safetensors"))
    if not files or len(files) != int(files[0].stem.rsplit("-", 1)[1]):
        raise ValueError(f"{folder} does not hold all parts")
    tensors, metadata = {}, {}
    for part in files:
        with safe_open(part, "pt") as file:
            metadata = file.metadata()
            for name in file.keys():
                value = file.get_tensor(name).float()
                tensors[name] = value
                if ".running_" not in name:
                    tensors[name + AVERAGED] = value.clone()
                    tensors[name + FIRST_MOMENT] = torch.zeros_like(value)
                    tensors[name + SECOND_MOMENT] = torch.zeros_like(value)
    save_file(tensors, path, metadata=metadata)


def main() -> None:
    parser = argparse.ArgumentParser(description="Cuts weights into small files, or joins them to a checkpoint.")
    commands = parser.add_subparsers(dest="command", required=True)
    cut = commands.add_parser("split")
    cut.add_argument("checkpoint", type=Path)
    cut.add_argument("folder", type=Path)
    cut.add_argument("--dtype", choices=["f16", "f32"], default="f16")
    cut.add_argument("--max-mib", type=float, default=15.5)
    glue = commands.add_parser("join")
    glue.add_argument("folder", type=Path)
    glue.add_argument("checkpoint", type=Path)
    options = parser.parse_args()
    if options.command == "split":
        dtype = {"f16": torch.float16, "f32": torch.float32}[options.dtype]
        for path in split(options.checkpoint, options.folder, dtype, int(options.max_mib * 2**20)):
            print(path)
    else:
        join(options.folder, options.checkpoint)


if __name__ == "__main__":
    main()
