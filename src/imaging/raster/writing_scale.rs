//! The writing scale of a page: the size of its letters and strokes, the unit of every other length of line finding.

use super::components::Component;

/// The height of a letter, at least, in working pixels: smaller components are specks. No measurement recorded (commit
/// 6ee3e87).
const MIN_SIZE: f32 = 5.0;

/// The mean length of a large letter's runs, at most, as a fraction of its height. Chosen with the next two on lines of
/// `valid` opened as pictures: CER 2.5 % instead of 30.8 % (commit ed005ca).
const MAX_STROKE: f32 = 0.35;
/// The fraction of its box that a large letter fills, at least. Chosen with [`MAX_STROKE`].
const MIN_FILL: f32 = 0.07;
/// The width of a large letter over its height, at least. Chosen with [`MAX_STROKE`].
const MIN_ASPECT: f32 = 0.12;
/// The ink inside a frame or an enclosure over its own ink, at least. Chosen with the next three on drawn pages with
/// twelve boxes: 92.5 % of the words are found instead of 72.5 % (commit 6371449).
const MIN_ENCLOSED: f32 = 0.15;
/// The fraction of its box that a frame's ink fills, at most. Chosen with [`MIN_ENCLOSED`].
const MAX_FRAME_FILL: f32 = 0.2;
/// Runs of ink in a row of a frame, on average, at most. Chosen with [`MIN_ENCLOSED`].
const MAX_FRAME_CROSSINGS: f32 = 4.5;
/// The weight of frames as a fraction of that of all letters, at least, for them to be left out: fewer hardly matter,
/// and a wide loop of a joined hand may look like one. Chosen with [`MIN_ENCLOSED`].
const MIN_FRAMES: f32 = 0.2;

/// The size of the writing on a page, in working pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WritingScale {
    /// The height of an ordinary letter or word, about one and a half x-heights.
    pub(crate) letter: f32,
    /// The width of a pen stroke.
    pub(crate) stroke: f32,
}

impl WritingScale {
    /// Measures the `components` of a page of `page_size`, width and height; `None` where nothing is as large as a
    /// letter.
    ///
    /// Components higher than a quarter of the page are drawings or shadows, unless most of the ink that looks like
    /// writing is in such components, as on a picture of one line or of one word.
    pub(crate) fn measure(components: &[Component], page_size: (u32, u32)) -> Option<Self> {
        let (page_width, page_height) = (page_size.0 as f32, page_size.1 as f32);
        let highest = page_height.max(page_width / 2.0) / 4.0;
        let candidates = without_frames(components.iter().filter(|c| is_letter(c)).collect());
        let (small, large): (Vec<&Component>, Vec<&Component>) =
            candidates.into_iter().partition(|c| c.height() < highest);
        let large: Vec<&Component> = large.into_iter().filter(|c| is_of_strokes(c)).collect();
        let ink = |letters: &[&Component]| letters.iter().map(|c| c.area).sum::<u32>();
        let letters = if ink(&large) > ink(&small) { [small, large].concat() } else { small };
        let heights = letters.iter().map(|c| (c.height(), letters_width(c)));
        let cores = letters.iter().map(|c| (core_height(c), letters_width(c)));
        // Joined words with long loops are much taller than letters; capitals fill their core.
        let letter = weighted_median(heights.collect())?.min(1.9 * weighted_median(cores.collect())?).max(MIN_SIZE);
        let strokes = letters.iter().flat_map(|c| &c.runs).map(|run| (run.len() as f32, 1.0));
        let stroke = weighted_median(strokes.collect())?.max(1.0);
        Some(Self { letter, stroke })
    }
}

/// A component's weight by its width, in pixels: a word counts for its letters, a rule for no more than a word.
pub(crate) fn letters_width(c: &Component) -> f32 {
    c.width().min(4.0 * c.height())
}

fn is_letter(c: &Component) -> bool {
    c.height() >= MIN_SIZE && c.width() >= 2.0 && c.width() < 20.0 * c.height() && c.area >= 12
}

/// The letters without frames and enclosures, which are drawn around others of them.
fn without_frames(letters: Vec<&Component>) -> Vec<&Component> {
    let (frames, others): (Vec<&Component>, Vec<&Component>) =
        letters.iter().partition(|c| is_around_letters(c, &letters));
    let width = |all: &[&Component]| all.iter().map(|c| letters_width(c)).sum::<f32>();
    if width(&frames) < MIN_FRAMES * width(&letters) { letters } else { others }
}

/// Whether a component is a frame or an enclosure of letters.
fn is_around_letters(frame: &Component, letters: &[&Component]) -> bool {
    let encloses =
        |c: &&&Component| frame.left < c.left && c.right < frame.right && frame.top < c.top && c.bottom < frame.bottom;
    let enclosed = || letters.iter().filter(encloses).map(|c| c.area).sum::<u32>();
    let is_hollow =
        frame.density() <= MAX_FRAME_FILL && frame.runs.len() as f32 <= MAX_FRAME_CROSSINGS * frame.height();
    is_hollow && enclosed() as f32 >= MIN_ENCLOSED * frame.area as f32
}

/// Whether a component consists of thin strokes that fill its box as letters do: no shadow, no frame and no edge.
fn is_of_strokes(c: &Component) -> bool {
    let run = c.area as f32 / c.runs.len().max(1) as f32;
    let fill = c.area as f32 / (c.width() * c.height());
    run < MAX_STROKE * c.height() && fill > MIN_FILL && c.width() > MIN_ASPECT * c.height()
}

/// The height of a component's core, in pixels: the rows around its busiest one that cross at least half as many
/// strokes.
fn core_height(component: &Component) -> f32 {
    let mut crossings = vec![0u32; component.height() as usize];
    for run in &component.runs {
        crossings[(run.y - component.top) as usize] += 1;
    }
    let reach = crossings.len() / 16;
    let smooth: Vec<f32> = (0..crossings.len())
        .map(|i| {
            let near = &crossings[i.saturating_sub(reach)..(i + reach + 1).min(crossings.len())];
            near.iter().sum::<u32>() as f32 / near.len() as f32
        })
        .collect();
    let peak = (0..smooth.len()).max_by(|&a, &b| smooth[a].total_cmp(&smooth[b])).unwrap_or(0);
    let is_core = |i: &usize| smooth[*i] >= 0.5 * smooth[peak];
    let above = (0..peak).rev().take_while(is_core).count();
    let below = (peak..smooth.len()).take_while(is_core).count();
    (above + below) as f32
}

/// The weighted median of pairs of value and weight: the value at which half of the weight is reached; `None` for no
/// values.
pub(crate) fn weighted_median(mut values: Vec<(f32, f32)>) -> Option<f32> {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = values.iter().map(|value| value.1).sum::<f32>() / 2.0;
    let mut seen = 0.0;
    values
        .iter()
        .find(|value| {
            seen += value.1;
            seen >= half
        })
        .map(|value| value.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_follows_the_weights() {
        assert_eq!(weighted_median(vec![(1.0, 1.0), (9.0, 5.0), (2.0, 1.0)]), Some(9.0));
        assert_eq!(weighted_median(Vec::new()), None);
    }
}
