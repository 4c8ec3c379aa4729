"""Trains the ink labeller, the small fully convolutional network that tells writing from drawing and finds the cores
of text lines: `src/imaging/segment` makes lines of what it gives.
"""
