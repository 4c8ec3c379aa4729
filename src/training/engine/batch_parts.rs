//! The parts that sums over a batch are taken in, so that results do not depend on the number of threads.

use std::ops::Range;

/// Parts of a batch, whatever the number of threads.
pub(super) const N_PARTS: usize = 8;

/// The items of part `part`, of `n_items` in all.
pub(super) fn part_range(part: usize, n_items: usize) -> Range<usize> {
    part * n_items / N_PARTS..(part + 1) * n_items / N_PARTS
}
