"""Command-line options that the training programs share, one for each field of the configurations."""

import argparse
from dataclasses import MISSING, fields
from pathlib import Path
from typing import get_args

import torch

from .augment import AugmentationConfig
from .batches import BatchConfig
from .loop import LoopConfig
from .optimizer import OptimizerConfig

CONFIGS = (LoopConfig, OptimizerConfig, BatchConfig, AugmentationConfig)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds `--learning-rate` and so on, with the fields' defaults."""
    parser.add_argument("--lines", type=Path, required=True, help="what pack.py wrote, or one line cache")
    parser.add_argument("--folder", type=Path, required=True, help="folder of the run; gone on with where it was begun")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0 for all cores")
    parser.add_argument("--lstm-in-bf16", action="store_true", help="on a GPU; in f32 otherwise")
    parser.add_argument("--compile", action="store_true", help="compile the convolutions: a slow start, faster steps")
    for config in CONFIGS:
        group = parser.add_argument_group(config.__name__)
        for field in fields(config):
            kinds = [kind for kind in get_args(field.type) or (field.type,) if kind is not type(None)]
            default = None if field.default is MISSING else field.default
            group.add_argument(f"--{field.name.replace('_', '-')}", type=kinds[0], default=default)


def config_of(kind: type, options: argparse.Namespace):
    """The configuration that the options say."""
    return kind(**{field.name: getattr(options, field.name) for field in fields(kind)})


def prepare(options: argparse.Namespace) -> None:
    """Settings of the whole process."""
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
