"""Tucker decomposition of a trained teacher's convolutions: 3×3 becomes 1×1, 3×3, 1×1 without anything between.

    python -m longhand_recipe.tucker teacher/best.safetensors v1 FOLDER     writes FOLDER/best.safetensors
"""

import argparse
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from . import checkpoint
from .decomposed import RANKS, chain_of, ranks_of_convolutions
from .network import LineReader


def _bases(weight: Tensor, inputs: int, outputs: int) -> tuple[Tensor, Tensor]:
    """Leading left singular vectors of the unfoldings by input and by output channel, in f64."""
    w = weight.double()
    by_input = w.transpose(0, 1).flatten(1)
    by_output = w.flatten(1)
    # Left singular vectors are the eigenvectors of A·Aᵀ, which is small; eigenvalues come in ascending order.
    left = [torch.linalg.eigh(unfolded @ unfolded.T)[1].flip(1) for unfolded in (by_input, by_output)]
    return left[0][:, :inputs], left[1][:, :outputs]


@torch.no_grad()
def decompose(convolution: nn.Conv2d, ranks: tuple[int, int]) -> nn.Sequential:
    """The chain by truncated higher-order SVD; exact where the ranks reach the channel counts."""
    chain = chain_of(convolution, ranks)
    first, core, last = chain
    u_in, u_out = _bases(convolution.weight, first.out_channels, core.out_channels)
    middle = torch.einsum("oikl,ir,os->srkl", convolution.weight.double(), u_in, u_out)
    first.weight.copy_(u_in.T[:, :, None, None])
    core.weight.copy_(middle)
    last.weight.copy_(u_out[:, :, None, None])
    return chain.to(convolution.weight.device)


def decompose_reader(teacher: LineReader, version: str) -> LineReader:
    """Decomposes all convolutions of `teacher` but the first, in place."""
    for stage, pair in zip(teacher.front.stages[1:], ranks_of_convolutions(RANKS[version])):
        stage.convolution = decompose(stage.convolution, pair)
    teacher.architecture = replace(teacher.architecture, front=f"vgg-tucker-{version}")
    return teacher


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("teacher", type=Path)
    parser.add_argument("version", choices=RANKS)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    network = decompose_reader(checkpoint.open_network(options.teacher, torch.device("cpu")), options.version)
    path = options.folder / "best.safetensors"
    checkpoint.save(path, network, {}, checkpoint.State(network.architecture))
    print(f"{path}: {network.n_parameters():,} parameters")


if __name__ == "__main__":
    main()
