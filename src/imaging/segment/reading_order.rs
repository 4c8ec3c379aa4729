//! Reading order of lines.
//!
//! Two criteria order pairs of lines, then a topological sort orders all (Breuel, "High performance document layout
//! analysis", 2003): a line comes before another below it where both overlap horizontally; and before one wholly to its
//! right, unless a third line between their heights overlaps both.
//!
//! A table is one block of this order; within it, lines come row by row.

use crate::{
    imaging::tunable::tunable,
    page::{Entry, Rect, TextLine, tables},
};

tunable! {
    /// Numbers of the reading order.
    pub struct ReadingOrderTuning {
        /// Fraction of the narrower line's width from which two lines overlap horizontally. Raising it separates
        /// columns that touch; lowering it joins them.
        /// No measurement recorded (6ee3e87).
        min_overlap_fraction: f32 = 0.1,
    }
}

/// `lines` in reading order.
pub(super) fn reading_order(lines: Vec<TextLine>, tuning: &ReadingOrderTuning) -> Vec<TextLine> {
    let entries: Vec<Entry> = lines.iter().map(|line| line.entry(0)).collect();
    let mut blocks: Vec<Vec<usize>> = tables(&entries).iter().map(|table| table.lines().collect()).collect();
    let in_tables = blocks.concat();
    blocks.extend((0..lines.len()).filter(|index| !in_tables.contains(index)).map(|index| vec![index]));
    let bounds = |block: &Vec<usize>| block.iter().map(|&index| lines[index].bounds).reduce(Rect::union);
    let boxes: Vec<Rect> = blocks.iter().map(|block| bounds(block).unwrap_or_default()).collect();
    let order: Vec<usize> = order_of(&boxes, tuning).into_iter().flat_map(|block| blocks[block].clone()).collect();
    let mut slots: Vec<Option<TextLine>> = lines.into_iter().map(Some).collect();
    order.into_iter().filter_map(|i| slots[i].take()).collect()
}

/// The indices of `boxes` in reading order.
fn order_of(boxes: &[Rect], tuning: &ReadingOrderTuning) -> Vec<usize> {
    let mut by_height: Vec<usize> = (0..boxes.len()).collect();
    by_height.sort_by(|&a, &b| {
        (boxes[a].center().y).total_cmp(&boxes[b].center().y).then(boxes[a].x0.total_cmp(&boxes[b].x0))
    });
    let mut order = Vec::with_capacity(boxes.len());
    let mut state = vec![Visit::Waiting; boxes.len()];
    // Depth first without recursion: a page of noise must not exhaust the stack.
    for &first in &by_height {
        let mut stack = vec![first];
        while let Some(&current) = stack.last() {
            if state[current] == Visit::Done {
                stack.pop();
                continue;
            }
            let earlier = (state[current] == Visit::Waiting)
                .then(|| by_height.iter().copied().filter(|&i| state[i] == Visit::Waiting && i != current))
                .map(|waiting| waiting.filter(|&i| comes_before(i, current, boxes, tuning)).collect::<Vec<_>>())
                .unwrap_or_default();
            if earlier.is_empty() {
                state[current] = Visit::Done;
                order.push(current);
                stack.pop();
            } else {
                state[current] = Visit::Open;
                stack.extend(earlier.into_iter().rev());
            }
        }
    }
    order
}

/// State of a line in the topological sort.
#[derive(Clone, Copy, PartialEq)]
enum Visit {
    /// Not visited.
    Waiting,
    /// On the stack, below the lines that come before it.
    Open,
    /// In the order.
    Done,
}

fn comes_before(a: usize, b: usize, boxes: &[Rect], tuning: &ReadingOrderTuning) -> bool {
    let (first, second) = (boxes[a], boxes[b]);
    let overlap_across = |a, b| overlap_across(a, b, tuning.min_overlap_fraction);
    if overlap_across(first, second) {
        return first.center().y < second.center().y;
    }
    if first.x0 >= second.x0 {
        return false;
    }
    let (top, bottom) = (first.center().y.min(second.center().y), first.center().y.max(second.center().y));
    let is_between = |c: &Rect| {
        let y = c.center().y;
        y > top && y < bottom && overlap_across(*c, first) && overlap_across(*c, second)
    };
    !boxes.iter().enumerate().any(|(i, c)| i != a && i != b && is_between(c))
}

/// Whether more than this fraction of the narrower box lies above or below the other.
fn overlap_across(a: Rect, b: Rect, min_fraction: f32) -> bool {
    let shared = a.x1.min(b.x1) - a.x0.max(b.x0);
    shared > min_fraction * a.width().min(b.width())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_then_left_column_then_right() {
        let boxes = [
            Rect::new(300.0, 50.0, 400.0, 60.0),
            Rect::new(0.0, 52.0, 200.0, 62.0),
            Rect::new(0.0, 0.0, 400.0, 20.0),
            Rect::new(0.0, 80.0, 210.0, 90.0),
            Rect::new(300.0, 80.0, 400.0, 90.0),
        ];
        assert_eq!(order_of(&boxes, &ReadingOrderTuning::default()), [2, 1, 3, 0, 4]);
    }

    #[test]
    fn parts_of_one_row_run_from_left_to_right() {
        let row = |y: f32| [Rect::new(0.0, y, 50.0, y + 10.0), Rect::new(90.0, y - 2.0, 150.0, y + 8.0)];
        let wide = |y: f32| Rect::new(0.0, y, 150.0, y + 10.0);
        let boxes = [row(20.0)[1], row(20.0)[0], wide(40.0), wide(0.0)];
        assert_eq!(order_of(&boxes, &ReadingOrderTuning::default()), [3, 1, 0, 2]);
    }
}
