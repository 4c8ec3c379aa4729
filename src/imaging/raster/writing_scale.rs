//! How large the writing is: the unit of every other measure of line finding.

use super::components::Component;

/// Components smaller than this each way are specks, in working pixels.
const MIN_SIZE: f32 = 5.0;

/// Strokes of writing are thinner than this part of its height, fill so much of its place, and it is so wide for its height.
const MAX_STROKE: f32 = 0.35;
const MIN_FILL: f32 = 0.07;
const MIN_ASPECT: f32 = 0.12;
/// What encloses letters of at least this part of its own ink, fills no more than this part of its place, and has rows that
/// cross no more strokes than this, is a ring or a frame.
const MIN_ENCLOSED: f32 = 0.15;
const MAX_FRAME_FILL: f32 = 0.2;
const MAX_FRAME_CROSSINGS: f32 = 4.5;
/// Rings and frames are told from letters only where they count for this part of all: elsewhere they hardly matter, and a wide
/// loop of a joined hand may look like one.
const MIN_FRAMES: f32 = 0.2;

/// Sizes of the writing on a page, in working pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WritingScale {
    /// The height of an ordinary letter or word, about one and a half x-heights.
    pub(crate) letter: f32,
    /// The width of a pen stroke.
    pub(crate) stroke: f32,
}

impl WritingScale {
    /// Measures `components` on a page of `page_size`, width and height; `None` where nothing is as large as a letter.
    ///
    /// What is higher than a quarter of the page is a drawing or a shadow, unless most of the writing is: on a picture of
    /// one line or of one word.
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

/// How wide a component's letters are: a word counts for its letters, a rule for no more than a word.
pub(crate) fn letters_width(c: &Component) -> f32 {
    c.width().min(4.0 * c.height())
}

fn is_letter(c: &Component) -> bool {
    c.height() >= MIN_SIZE && c.width() >= 2.0 && c.width() < 20.0 * c.height() && c.area >= 12
}

/// The letters without what is drawn around others of them.
fn without_frames(letters: Vec<&Component>) -> Vec<&Component> {
    let (frames, others): (Vec<&Component>, Vec<&Component>) =
        letters.iter().partition(|c| is_around_letters(c, &letters));
    let width = |all: &[&Component]| all.iter().map(|c| letters_width(c)).sum::<f32>();
    if width(&frames) < MIN_FRAMES * width(&letters) { letters } else { others }
}

/// Whether a component is drawn around letters.
fn is_around_letters(frame: &Component, letters: &[&Component]) -> bool {
    let encloses =
        |c: &&&Component| frame.left < c.left && c.right < frame.right && frame.top < c.top && c.bottom < frame.bottom;
    let enclosed = || letters.iter().filter(encloses).map(|c| c.area).sum::<u32>();
    let is_hollow =
        frame.density() <= MAX_FRAME_FILL && frame.runs.len() as f32 <= MAX_FRAME_CROSSINGS * frame.height();
    is_hollow && enclosed() as f32 >= MIN_ENCLOSED * frame.area as f32
}

/// Whether a component is thin strokes that fill its place as letters do: neither a shadow nor a frame nor an edge.
fn is_of_strokes(c: &Component) -> bool {
    let run = c.area as f32 / c.runs.len().max(1) as f32;
    let fill = c.area as f32 / (c.width() * c.height());
    run < MAX_STROKE * c.height() && fill > MIN_FILL && c.width() > MIN_ASPECT * c.height()
}

/// The height of the zone that at least half as many strokes cross as cross the component's busiest row.
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

/// The value at which half of the weight is reached; `None` for no values.
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
