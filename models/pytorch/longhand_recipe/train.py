"""Trains a teacher or a student with CTC.

    python -m longhand_recipe.train --network teacher --lines lines.pack --folder runs/teacher --minutes 9
"""

import time

STARTED = time.monotonic()

import argparse  # noqa: E402
import json  # noqa: E402
from dataclasses import replace  # noqa: E402
from pathlib import Path  # noqa: E402

from . import bmuf, checkpoint, options  # noqa: E402
from .augment import AugmentationConfig  # noqa: E402
from .batches import BatchConfig, BatchSource  # noqa: E402
from .decomposed import reader_of  # noqa: E402
from .loop import Loop, LoopConfig, ctc_objective  # noqa: E402
from .network import NETWORKS, LineReader  # noqa: E402
from .optimizer import OptimizerConfig  # noqa: E402
from .pack import read_pack, split_valid  # noqa: E402


def new_network(given: argparse.Namespace) -> LineReader:
    """With first weights, or those of `--init` as far as it has them."""
    has_auxiliary = given.auxiliary_weight > 0
    if given.init:
        # A head that the checkpoint lacks would begin untrained: it is left out.
        architecture = checkpoint.read_state(given.init).architecture
        network = reader_of(architecture, has_auxiliary and checkpoint.has_auxiliary(given.init), given.dropout)
        checkpoint.load(given.init, network, averaged=True)
        return network
    return LineReader(replace(NETWORKS[given.network], lstm_cells=given.lstm_cells), has_auxiliary, given.dropout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", choices=NETWORKS, default="student")
    parser.add_argument("--init", type=Path, help="a checkpoint to begin from, with its averaged weights")
    parser.add_argument("--auxiliary-weight", type=float, default=0.3, help="0 trains without the auxiliary head")
    parser.add_argument("--consistency", type=float, default=0.0, help="weight of consistency, which needs --views 2")
    parser.add_argument("--dropout", type=float, default=0.0, help="between and after the LSTM layers")
    parser.add_argument("--lstm-cells", type=int, default=128)
    options.add_options(parser)
    given = parser.parse_args()
    if given.consistency and given.views != 2:
        parser.error("--consistency compares two views of a line: add --views 2")
    options.prepare(given)
    rank, world, device = bmuf.start()
    network = new_network(given).to(device)
    network.lstm_in_f32 = not given.lstm_in_bf16
    if given.compile:
        network.front.compile(dynamic=True)
    sources, valid = split_valid(read_pack(given.lines))
    augmentation = options.config_of(AugmentationConfig, given)
    batches, n_labels = options.config_of(BatchConfig, given), network.architecture.n_labels
    source = BatchSource(sources, batches, augmentation, device, given.seed, rank, n_labels)
    del sources  # `source` has all pixels once more.
    objective = ctc_objective(given.auxiliary_weight, given.consistency)
    config, optimizer = options.config_of(LoopConfig, given), options.config_of(OptimizerConfig, given)
    loop = Loop(network, objective, optimizer, config, given.folder, device, rank, world, STARTED)
    if rank == 0:
        (given.folder / "config.json").write_text(json.dumps(vars(given), default=str, indent=1) + "\n")
    loop.run(source, valid)
    bmuf.stop()


if __name__ == "__main__":
    main()
