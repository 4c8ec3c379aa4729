"""Trains Longhand's line readers with PyTorch, where a CUDA machine is at hand. See ../README.md."""
