//! Word recombination: new lines from pieces of several lines of one writer.
//!
//! A network that is trained on few real lines memorizes their sentences. Recombined, the same ink stands beside other
//! words. Lines are cut into words where a trained reader's most probable alignment has a space and no ink crosses the
//! widest gap there; words with ink in every gap stay together.
//!
//! No measurement of the constants is recorded.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::PathBuf,
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    line_cache::CachedLine,
    line_dataset::{is_legible, labelled_lines, open_set},
};
use crate::{
    imaging::{INPUT_ROWS, MAX_INPUT_WIDTH, WIDTH_MULTIPLE},
    page::CharacterSet,
    recognition::align,
    synthesis::LineRng,
    training::{
        criteria::ctc::n_frames_needed, error::TrainingError, network::cnn_dblstm::Network,
        package::import::load_trained_network, validation::plain_batches,
    },
};

/// The least value of an ink pixel, 0 paper to 255 ink.
const INK: u8 = 64;
/// The fewest columns without ink between two words; fewer may lie between two letters.
const NARROWEST_GAP: usize = 5;
/// The most words in a row from one line.
const MOST_WORDS_A_PIECE: usize = 4;
/// Share of the new lines with one to three words: notes and labels are short, copied prose is not.
const SHORT_LINES: f32 = 0.3;
/// Columns of paper before and behind a line, from the first to the second number.
const MARGIN: (usize, usize) = (2, 9);
/// Factor on the gaps between words, one for each line.
const GAP_SCALE: Range<f32> = 0.7..1.4;

/// Lines recombined from the words of a set, writer by writer. They are not cached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecombinedLines {
    /// A labelled set of any kind that `LineSet::open` opens.
    pub set: PathBuf,
    /// The reader whose alignment shows where words end: the folder of a model package, or a checkpoint.
    pub reader: PathBuf,
    /// The number of lines.
    pub count: u64,
    /// The same seed gives the same lines.
    pub seed: u64,
}

impl RecombinedLines {
    /// The lines, without words of the writers `held_out`. Fails if no words are found.
    pub(crate) fn load(&self, held_out: &BTreeSet<String>) -> Result<Vec<CachedLine>, TrainingError> {
        let mut labelled = open_set(&self.set)?.lines;
        labelled.retain(|line| is_legible(line) && !held_out.contains(&line.writer_or_page()));
        let lines = labelled_lines(&labelled)?;
        let mut reader = load_trained_network(&self.reader)?;
        let mut writers: BTreeMap<String, WriterWords<'_>> = BTreeMap::new();
        for (line, words) in labelled.iter().zip(words_of_lines(&mut reader, &lines)) {
            if !words.is_empty() {
                writers.entry(line.writer_or_page()).or_default().lines.push(words);
            }
        }
        let writers: Vec<WriterWords<'_>> = writers.into_values().collect();
        if writers.is_empty() {
            return Err(TrainingError::NoWords { path: self.set.clone() });
        }
        // Writers are drawn in proportion to their lines in the set.
        let shares: Vec<f32> = writers.iter().map(|writer| writer.lines.len() as f32).collect();
        let line = |index| {
            let mut rng = LineRng::new(self.seed, index);
            let writer = rng.weighted(&shares).unwrap_or_default();
            writers[writer].new_line(&mut rng)
        };
        Ok((0..self.count).into_par_iter().map(line).collect())
    }
}

/// The words of each line of one writer.
#[derive(Default)]
struct WriterWords<'a> {
    lines: Vec<Vec<Word<'a>>>,
}

/// A word on its line, or several with ink in the gaps between them.
struct Word<'a> {
    text: String,
    line: &'a CachedLine,
    /// From its first ink to its last.
    columns: Range<usize>,
    /// Columns of paper to the next word of its line; none behind the last one.
    gap: Option<usize>,
}

impl<'a> WriterWords<'a> {
    /// Pieces of several lines in a row.
    fn new_line(&self, rng: &mut LineRng) -> CachedLine {
        let n_words = if rng.chance(SHORT_LINES) { rng.count(1, 3) } else { rng.pick(&self.lines).map_or(0, Vec::len) };
        let mut words: Vec<&Word<'a>> = Vec::new();
        while let Some(line) = rng.pick(&self.lines).filter(|_| words.len() < n_words) {
            let n = rng.count(1, MOST_WORDS_A_PIECE).min(line.len()).min(n_words - words.len());
            let start = rng.count(0, line.len() - n);
            words.extend(&line[start..start + n]);
        }
        let (gap_scale, usual_gap) = (rng.uniform(GAP_SCALE), self.usual_gap());
        let mut margin = || rng.count(MARGIN.0, MARGIN.1);
        let (mut placed, mut end) = (Vec::new(), margin());
        for word in words {
            if end + word.columns.len() > MAX_INPUT_WIDTH - MARGIN.1 {
                break;
            }
            placed.push((word, end));
            let gap = (word.gap.unwrap_or(usual_gap) as f32 * gap_scale) as usize;
            end += word.columns.len() + gap.max(NARROWEST_GAP);
        }
        let ink_end = placed.last().map_or(0, |(word, left)| left + word.columns.len());
        draw(&placed, (ink_end + margin()).next_multiple_of(WIDTH_MULTIPLE))
    }

    /// The median of the gaps between words.
    fn usual_gap(&self) -> usize {
        let mut gaps: Vec<usize> = self.lines.iter().flatten().filter_map(|word| word.gap).collect();
        gaps.sort_unstable();
        gaps.get(gaps.len() / 2).copied().unwrap_or(3 * NARROWEST_GAP)
    }
}

/// A line of words that begin at the given columns.
fn draw(placed: &[(&Word<'_>, usize)], width: usize) -> CachedLine {
    let mut pixels = vec![0; INPUT_ROWS * width];
    for (row, to) in pixels.chunks_exact_mut(width).enumerate() {
        for (word, left) in placed {
            let from = &word.line.pixels[row * word.line.width..][word.columns.clone()];
            to[*left..][..from.len()].copy_from_slice(from);
        }
    }
    let texts: Vec<&str> = placed.iter().map(|(word, _)| word.text.as_str()).collect();
    CachedLine { width, pixels, text: texts.join(" ") }
}

/// The words of each line by the alignment of `reader`.
fn words_of_lines<'a>(reader: &mut Network, lines: &'a [CachedLine]) -> Vec<Vec<Word<'a>>> {
    let mut words: Vec<Vec<Word<'a>>> = lines.iter().map(|_| Vec::new()).collect();
    for batch in plain_batches(lines) {
        let (n_lines, n_labels) = (batch.indices.len(), reader.architecture.n_labels);
        let logits = reader.forward(&batch.input).main;
        let found: Vec<(usize, Vec<Word<'a>>)> = (0..n_lines)
            .into_par_iter()
            .map(|line| {
                // Logits serve as well as log-probabilities: a frame's normalizer is the same for all labels.
                let frame = |time| &logits[(time * n_lines + line) * n_labels..][..n_labels];
                let frames: Vec<&[f32]> = (0..batch.n_frames[line]).map(frame).collect();
                (batch.indices[line], words_of(&lines[batch.indices[line]], &frames))
            })
            .collect();
        for (index, found) in found {
            words[index] = found;
        }
    }
    words
}

/// The words of a line from left to right by a reader's logits `[time, label]`; none where the text does not fit into
/// the frames.
fn words_of<'a>(line: &'a CachedLine, frames: &[&[f32]]) -> Vec<Word<'a>> {
    let character_set = CharacterSet::ascii();
    let labels = character_set.encode(&line.text);
    // One byte a label: the text without characters that the network has no label for.
    let text = character_set.decode(&labels);
    let inked = inked_columns(line);
    let (Some(first), Some(last)) = (inked.iter().position(|&ink| ink), inked.iter().rposition(|&ink| ink)) else {
        return Vec::new();
    };
    if labels.is_empty() || n_frames_needed(&labels) > frames.len() {
        return Vec::new();
    }
    let spans = align(frames, &labels);
    let (mut words, mut text_start, mut left) = (Vec::new(), 0, first);
    for (space, _) in text.match_indices(' ') {
        let (Some(before), Some(behind)) = (space.checked_sub(1).map(|label| &spans[label]), spans.get(space + 1))
        else {
            continue;
        };
        let gap = widest_gap(&inked, before.start * WIDTH_MULTIPLE..behind.start * WIDTH_MULTIPLE);
        if gap.len() < NARROWEST_GAP || gap.start <= left || gap.end > last {
            continue;
        }
        let (text, columns) = (text[text_start..space].to_owned(), left..gap.start);
        words.push(Word { text, line, columns, gap: Some(gap.len()) });
        (text_start, left) = (space + 1, gap.end);
    }
    words.push(Word { text: text[text_start..].to_owned(), line, columns: left..last + 1, gap: None });
    words
}

/// Whether each column has ink.
fn inked_columns(line: &CachedLine) -> Vec<bool> {
    let mut inked = vec![false; line.width];
    for row in line.pixels.chunks_exact(line.width) {
        inked.iter_mut().zip(row).for_each(|(inked, &ink)| *inked |= ink >= INK);
    }
    inked
}

/// The widest run of columns without ink that begins `within`; empty if there is none.
fn widest_gap(inked: &[bool], within: Range<usize>) -> Range<usize> {
    let mut widest = within.start..within.start;
    let mut column = within.start;
    while column < within.end {
        let end = inked[column..].iter().position(|&ink| ink).map_or(inked.len(), |n| column + n);
        if end - column > widest.len() {
            widest = column..end;
        }
        column = end + 1;
    }
    widest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line with ink in these columns, on all rows but the first.
    fn line(text: &str, width: usize, ink: &[(usize, usize)]) -> CachedLine {
        let mut pixels = vec![0; INPUT_ROWS * width];
        for row in pixels.chunks_exact_mut(width).skip(1) {
            for &(start, end) in ink {
                row[start..end].fill(200);
            }
        }
        CachedLine { width, pixels, text: text.to_owned() }
    }

    /// Frames with the labels of `text` at these frames, and blanks elsewhere.
    fn frames(text: &str, places: &[usize], n_frames: usize) -> Vec<Vec<f32>> {
        let labels = CharacterSet::ascii().encode(text);
        let blank = [&[-1.0][..], &[-9.0; 95]].concat();
        let mut frames = vec![blank; n_frames];
        for (&label, &place) in labels.iter().zip(places) {
            frames[place][label] = 0.0;
        }
        frames
    }

    fn words<'a>(line: &'a CachedLine, places: &[usize]) -> Vec<Word<'a>> {
        let frames = frames(&line.text, places, line.width / WIDTH_MULTIPLE);
        words_of(line, &frames.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    fn described(words: &[Word<'_>]) -> Vec<(String, Range<usize>, Option<usize>)> {
        words.iter().map(|word| (word.text.clone(), word.columns.clone(), word.gap)).collect()
    }

    #[test]
    fn words_are_told_apart_where_paper_lies_between_them() {
        let ab_c = line("ab c", 80, &[(8, 20), (23, 30), (50, 60)]);
        let found = described(&words(&ab_c, &[3, 6, 9, 13]));
        assert_eq!(found, [("ab".to_owned(), 8..30, Some(20)), ("c".to_owned(), 50..60, None)]);
        let joined = line("ab c", 80, &[(8, 60)]);
        assert_eq!(described(&words(&joined, &[3, 6, 9, 13])), [("ab c".to_owned(), 8..60, None)]);
    }

    #[test]
    fn lines_without_ink_or_room_have_no_words() {
        assert!(words(&line("a b", 40, &[]), &[2, 4, 6]).is_empty());
        assert!(words(&line("aaa", 16, &[(4, 12)]), &[0, 1, 2]).is_empty(), "three equal letters need five frames");
        assert!(words(&line("", 40, &[(4, 12)]), &[]).is_empty());
    }

    #[test]
    fn new_lines_are_made_of_whole_words_of_the_hand() {
        let (first, second) = (line("ab c", 80, &[(8, 20), (23, 30), (50, 60)]), line("de", 60, &[(5, 45)]));
        let writer = WriterWords { lines: vec![words(&first, &[3, 6, 9, 13]), words(&second, &[3, 8])] };
        let n_inked = |word: &str| match word {
            "ab" => 19,
            "c" => 10,
            "de" => 40,
            other => panic!("{other} is no word of this hand"),
        };
        let made = |seed| writer.new_line(&mut LineRng::new(seed, 0));
        let mut n_texts = BTreeSet::new();
        for seed in 0..50 {
            let new = made(seed);
            assert_eq!(new, made(seed));
            assert_eq!((new.width % WIDTH_MULTIPLE, new.pixels.len()), (0, new.width * INPUT_ROWS));
            let ink = inked_columns(&new).into_iter().filter(|&ink| ink).count();
            assert_eq!(ink, new.text.split(' ').map(n_inked).sum::<usize>(), "{}", new.text);
            n_texts.insert(new.text);
        }
        assert!(n_texts.len() > 8, "{n_texts:?}");
    }

    #[test]
    fn new_lines_end_where_the_network_stops_reading() {
        let broad = line("word", 2000, &[(5, 1990)]);
        let writer = WriterWords { lines: vec![words(&broad, &[9, 19, 29, 39])] };
        for seed in 0..20 {
            assert!(writer.new_line(&mut LineRng::new(seed, 0)).width <= MAX_INPUT_WIDTH);
        }
    }

    #[test]
    fn the_widest_gap_may_reach_beyond_what_is_searched() {
        let inked: Vec<bool> = "..#...#.....#".chars().map(|c| c == '#').collect();
        assert_eq!(widest_gap(&inked, 0..8), 7..12);
        assert_eq!(widest_gap(&inked, 0..6), 3..6);
        assert_eq!(widest_gap(&inked, 2..2), 2..2);
    }
}
