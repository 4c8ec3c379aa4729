//! Space insertion: makes a space certain in gaps so wide that nothing else is meant, as in an alphabet or a row of
//! marks. A network trained on running text reads such letters as one word.

use crate::{
    imaging::{INPUT_ROWS, ModelInput, WIDTH_MULTIPLE},
    page::BLANK,
    recognition::engine::line_model::LabelPosteriors,
};

/// Width of a gap that is a space, in input columns: nearly two x-heights of ordinary writing. Introduced for alphabets
/// and rows of marks; no measurement recorded.
const MIN_GAP_COLUMNS: usize = 28;
/// Input value from which a pixel is ink, 0 paper to 255 ink. No measurement recorded.
const MIN_INK: u8 = 96;
/// Posterior of the space, 0 to 1, from which its frame is taken for the space's place. No measurement recorded.
const LOCATED: f32 = 0.2;
/// Posterior that an inserted space gets, 0 to 1; blank and other labels share the rest. No measurement recorded.
const INSERTED: f32 = 0.99;

/// Raises the posterior of the label `space` in every wide gap of the line, `posteriors` being those of `input`.
pub(crate) fn insert_spaces(posteriors: &mut LabelPosteriors, input: &ModelInput, space: usize) {
    let n_labels = posteriors.n_labels;
    for gap in wide_gaps(input) {
        let frames = gap.start.div_ceil(WIDTH_MULTIPLE)..gap.end / WIDTH_MULTIPLE;
        let mut rows: Vec<&mut [f32]> =
            posteriors.log_probs.chunks_exact_mut(n_labels).skip(frames.start).take(frames.len()).collect();
        let likeliest = (0..rows.len()).max_by(|&a, &b| rows[a][space].total_cmp(&rows[b][space]));
        // Without a space in the posteriors, the middle of the gap is farthest from the letters' frames.
        let place = likeliest.filter(|&frame| rows[frame][space] >= LOCATED.ln()).unwrap_or(rows.len() / 2);
        if let Some(row) = rows.get_mut(place)
            && row[space] < INSERTED.ln()
        {
            row.fill(((1.0 - INSERTED) / 2.0 / (n_labels - 2).max(1) as f32).ln());
            row[BLANK] = ((1.0 - INSERTED) / 2.0).ln();
            row[space] = INSERTED.ln();
        }
    }
}

/// The wide gaps between strokes, in input columns.
fn wide_gaps(input: &ModelInput) -> Vec<std::ops::Range<usize>> {
    let is_ink = |x: usize| (0..INPUT_ROWS).any(|y| input.pixels[y * input.width + x] >= MIN_INK);
    let inked: Vec<usize> = (0..input.width).filter(|&x| is_ink(x)).collect();
    let gaps = inked.windows(2).map(|pair| pair[0] + 1..pair[1]);
    gaps.filter(|gap| gap.len() >= MIN_GAP_COLUMNS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strokes four columns wide at these places of a line 160 columns wide.
    fn input(strokes: &[usize]) -> ModelInput {
        let width = 160;
        let mut pixels = vec![0; INPUT_ROWS * width];
        for &x in strokes {
            (20..40).for_each(|y| pixels[y * width + x..y * width + x + 4].fill(255));
        }
        ModelInput { width, pixels, span: (0.0, 1.0), is_blank: false }
    }

    /// Blanks everywhere, with this probability of a space in every frame.
    fn posteriors(n_frames: usize, space: f32) -> LabelPosteriors {
        let row = [1.0 - space - 0.001, space, 0.001].map(f32::ln);
        LabelPosteriors { log_probs: row.repeat(n_frames), n_labels: 3 }
    }

    fn spaces(posteriors: &LabelPosteriors) -> Vec<usize> {
        posteriors.frames().enumerate().filter(|(_, row)| row[1] > 0.5_f32.ln()).map(|(frame, _)| frame).collect()
    }

    #[test]
    fn letters_far_apart_get_a_space_between_them() {
        let input = input(&[20, 60, 72, 120]);
        let mut found = posteriors(input.n_frames(), 0.01);
        insert_spaces(&mut found, &input, 1);
        let spaces = spaces(&found);
        assert_eq!(spaces.len(), 2, "{spaces:?}");
        assert!((24..60).contains(&(4 * spaces[0])) && (76..120).contains(&(4 * spaces[1])), "{spaces:?}");
        for row in found.frames() {
            assert!((row.iter().map(|log_prob| log_prob.exp()).sum::<f32>() - 1.0).abs() < 1e-4);
        }
    }

    #[test]
    fn where_the_network_sees_a_space_it_gets_sure_of_it() {
        let input = input(&[20, 60]);
        let mut found = posteriors(input.n_frames(), 0.01);
        let seen = 12;
        found.log_probs[3 * seen..3 * (seen + 1)].copy_from_slice(&[0.6_f32, 0.399, 0.001].map(f32::ln));
        insert_spaces(&mut found, &input, 1);
        assert_eq!(spaces(&found), [seen]);
    }
}
