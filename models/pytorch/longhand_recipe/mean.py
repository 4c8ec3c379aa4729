"""Averages the weights of several checkpoints of one network, such as two of one run.

    python -m longhand_recipe.mean mean.safetensors runs/student/step-11250.safetensors runs/student/last.safetensors
"""

import argparse
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save_file


def mean(paths: list[Path], out: Path) -> None:
    """Writes the mean of all numbers of `paths` to `out`, with all else as in the last of them."""
    files = [safe_open(path, "pt") for path in paths]
    last = files[-1]
    tensors = {name: last.get_tensor(name) for name in last.keys()}
    for name, tensor in tensors.items():
        if tensor.is_floating_point():
            total = sum(file.get_tensor(name).double() for file in files)
            tensors[name] = (total / len(files)).to(tensor.dtype)
    save_file(tensors, out, last.metadata())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    given = parser.parse_args()
    mean(given.checkpoints, given.out)


if __name__ == "__main__":
    main()
