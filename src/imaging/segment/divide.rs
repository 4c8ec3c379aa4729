//! The page's ink divided into writing and drawings by its labels.

use super::ink_labels::LabelMap;
use crate::imaging::{
    raster::{
        components::{Component, Run, connect},
        writing_scale::WritingScale,
    },
    tunable::tunable,
};

tunable! {
    /// Numbers of dividing ink.
    pub struct DivideTuning {
        /// Mean probability of writing from which a component is writing as a whole.
        /// No measurement recorded.
        whole_writing_fraction: f32 = 0.9,
        /// Mean probability of writing up to which a component is a drawing as a whole. Raising it loses short labels
        /// that are joined to large frames.
        /// No measurement recorded.
        whole_drawing_fraction: f32 = 0.01,
        /// Size from which a component of both kinds is divided, in letter heights; a smaller one is what most is.
        /// No measurement recorded.
        min_divided_letters: f32 = 1.2,
        /// Size of the smallest part of writing that a division leaves, in letter heights.
        /// No measurement recorded.
        min_writing_part_letters: f32 = 0.4,
        /// Size of the smallest part of drawing that a division leaves, in letter heights.
        /// No measurement recorded.
        min_drawing_part_letters: f32 = 0.7,
    }
}

/// A page's ink.
#[derive(Default)]
pub(in crate::imaging) struct DividedInk {
    pub(in crate::imaging) writing: Vec<Component>,
    /// Frames, arrows, icons, scribbles.
    pub(in crate::imaging) drawings: Vec<Component>,
}

/// Divides `components`. What is of both kinds, such as a word that touches a frame, is cut where the labels change.
/// Without labels all is writing.
pub(super) fn divide(
    components: Vec<Component>,
    labels: Option<&LabelMap>,
    scale: WritingScale,
    tuning: &DivideTuning,
) -> DividedInk {
    let Some(labels) = labels else { return DividedInk { writing: components, drawings: Vec::new() } };
    let mut divided = DividedInk::default();
    for component in components {
        let share = labels.writing_of(&component);
        let is_small = size(&component) < tuning.min_divided_letters * scale.letter;
        if share >= tuning.whole_writing_fraction || is_small && share > 0.5 {
            divided.writing.push(component);
        } else if share <= tuning.whole_drawing_fraction || is_small {
            divided.drawings.push(component);
        } else {
            cut(&component, labels, scale, tuning, &mut divided);
        }
    }
    divided
}

fn size(component: &Component) -> f32 {
    component.width().max(component.height())
}

/// Cuts a component where its labels change. Parts that are too small to be what they are labelled as go with the rest.
fn cut(component: &Component, labels: &LabelMap, scale: WritingScale, tuning: &DivideTuning, divided: &mut DividedInk) {
    let (writing, drawn) = runs_by_kind(&component.runs, labels);
    let min_drawing = tuning.min_drawing_part_letters * scale.letter;
    let (drawings, stray): (Vec<Component>, Vec<Component>) =
        connect(&drawn).into_iter().partition(|part| size(part) >= min_drawing);
    let mut runs: Vec<Run> = writing.into_iter().chain(stray.into_iter().flat_map(|part| part.runs)).collect();
    runs.sort_by_key(|run| (run.y, run.start));
    let min_writing = tuning.min_writing_part_letters * scale.letter;
    let (words, specks): (Vec<Component>, Vec<Component>) =
        connect(&merged(&runs)).into_iter().partition(|part| size(part) >= min_writing);
    divided.writing.extend(words);
    divided.drawings.extend(drawings.into_iter().chain(specks));
}

/// The parts of runs that are writing, then those that are drawn.
fn runs_by_kind(runs: &[Run], labels: &LabelMap) -> (Vec<Run>, Vec<Run>) {
    let (mut writing, mut drawn) = (Vec::new(), Vec::new());
    for &run in runs {
        let is_writing = |x: u32| labels.writing_at(x as f32 + 0.5, run.y as f32 + 0.5) > 0.5;
        let mut start = run.start;
        while start < run.end {
            let kind = is_writing(start);
            let end = (start + 1..run.end).find(|&x| is_writing(x) != kind).unwrap_or(run.end);
            if kind { &mut writing } else { &mut drawn }.push(Run { y: run.y, start, end });
            start = end;
        }
    }
    (writing, drawn)
}

/// Sorted runs with those joined that follow one another without a gap.
fn merged(runs: &[Run]) -> Vec<Run> {
    let mut merged: Vec<Run> = Vec::with_capacity(runs.len());
    for &run in runs {
        match merged.last_mut() {
            Some(last) if last.y == run.y && last.end >= run.start => last.end = last.end.max(run.end),
            _ => merged.push(run),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::raster::components::components;
    use image::{GrayImage, Luma};

    const SIZE: (u32, u32) = (200, 60);
    const SCALE: WritingScale = WritingScale { letter: 15.0, stroke: 2.0 };

    /// A bar across the page.
    fn bar() -> Vec<Component> {
        components(&GrayImage::from_fn(SIZE.0, SIZE.1, |_, y| Luma([if (28..32).contains(&y) { 255 } else { 0 }])))
    }

    fn divided(is_writing: impl Fn(u32, u32) -> bool) -> DividedInk {
        let labels = LabelMap::of_places(SIZE, is_writing, |_, _| false, |_, _| false);
        divide(bar(), Some(&labels), SCALE, &DivideTuning::default())
    }

    #[test]
    fn a_word_that_touches_a_frame_is_cut_from_it() {
        let found = divided(|x, _| x >= 120);
        assert_eq!((found.writing.len(), found.drawings.len()), (1, 1));
        assert_eq!((found.drawings[0].right, found.writing[0].left), (120, 120));
    }

    #[test]
    fn a_short_stretch_of_the_other_kind_goes_with_the_rest() {
        let found = divided(|x, _| !(100..104).contains(&x));
        assert_eq!((found.writing.len(), found.drawings.len()), (1, 0));
        let found = divided(|x, _| (100..104).contains(&x));
        assert_eq!(found.writing.len(), 0);
        assert_eq!(found.drawings.iter().map(|part| part.area).sum::<u32>(), 4 * SIZE.0);
    }

    #[test]
    fn without_labels_all_is_writing() {
        let found = divide(bar(), None, SCALE, &DivideTuning::default());
        assert_eq!((found.writing.len(), found.drawings.len()), (1, 0));
    }
}
