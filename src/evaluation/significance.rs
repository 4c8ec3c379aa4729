//! How far error rates would vary over other lines of the same kind, and whether two models differ by more than that.
//!
//! Intervals are percentiles of a bootstrap (Bisani and Ney, ICASSP 2004); the test exchanges the errors of two models
//! at random (Noreen 1989). Lines of one page depend on one another, so whole pages are drawn where there are enough.
//! Equal lines give equal numbers: the generator has a fixed seed.

use std::{collections::BTreeMap, fmt, path::Path};

use serde::Serialize;

use super::{
    comparison::{ComparedLine, ComparisonLine, LinePicture},
    reading::Evaluation,
};
use crate::page::{CharErrorRate, ErrorRate, WordErrorRate};

/// Sets drawn for an interval.
const N_DRAWN: usize = 2000;
/// Exchanges of a test.
const N_EXCHANGES: usize = 10_000;
/// Fewest lines or pages that are drawn from: percentiles of fewer say little.
const MIN_UNITS: usize = 10;
/// Share of drawn sets below an interval, and above it.
const TAIL: f64 = 0.025;
/// The most that chance may explain of a difference that is called one.
const MAX_CHANCE: f64 = 0.05;

/// What is drawn at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ResampledUnit {
    /// Single lines.
    Lines,
    /// All lines of a page together.
    Pages,
}

impl fmt::Display for ResampledUnit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Lines => "lines",
            Self::Pages => "pages",
        })
    }
}

/// A 95 % interval, in percent or points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RateInterval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl fmt::Display for RateInterval {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.2} to {:.2}", self.low, self.high)
    }
}

/// The intervals of a model's error rates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ErrorIntervals {
    /// What was drawn.
    pub unit: ResampledUnit,
    /// How many of them there are.
    pub n_units: usize,
    /// Of the character error rate.
    pub cer: RateInterval,
    /// Of the word error rate.
    pub wer: RateInterval,
}

/// Whether two models differ on the same lines.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairedTest {
    /// The second model's character error rate less the first one's, in points.
    pub cer_difference: f64,
    /// Its interval.
    pub interval: RateInterval,
    /// The probability of so large a difference between models that are equally good.
    pub p: f64,
}

impl PairedTest {
    /// Whether chance hardly explains the difference (p below 0.05).
    pub fn is_significant(&self) -> bool {
        self.p < MAX_CHANCE
    }
}

impl fmt::Display for PairedTest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cer_difference, interval, p } = self;
        let verdict = if self.is_significant() { "more than chance" } else { "may be chance" };
        write!(formatter, "B's CER less A's: {cer_difference:+.2} points ({interval}), p = {p:.3}: {verdict}")
    }
}

/// The intervals of two models on the same lines, and the test of their difference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ComparisonSignificance {
    /// The first model's intervals.
    pub a: ErrorIntervals,
    /// The second model's intervals.
    pub b: ErrorIntervals,
    /// The test of their difference.
    pub test: PairedTest,
}

/// Errors of one line or page.
#[derive(Clone, Copy, Debug, Default)]
struct Errors {
    characters: ErrorRate,
    words: ErrorRate,
}

impl Errors {
    fn of(truth: &str, text: &str) -> Self {
        let (mut characters, mut words) = (CharErrorRate::default(), WordErrorRate::default());
        characters.add(truth, text);
        words.add(truth, text);
        Self { characters: characters.0, words: words.0 }
    }

    fn add(&mut self, other: &Self) {
        for (own, others) in [(&mut self.characters, other.characters), (&mut self.words, other.words)] {
            own.edits += others.edits;
            own.reference_len += others.reference_len;
        }
    }

    fn sum<'a>(errors: impl Iterator<Item = &'a Self>) -> Self {
        errors.fold(Self::default(), |mut sum, errors| {
            sum.add(errors);
            sum
        })
    }
}

/// The errors of `N` models on the same lines, by what is drawn.
struct Units<const N: usize> {
    unit: ResampledUnit,
    errors: Vec<[Errors; N]>,
}

impl<const N: usize> Units<N> {
    /// Of lines with the images that they are on; `None` of too few.
    fn of<'a>(lines: impl Iterator<Item = (Option<&'a Path>, [Errors; N])>) -> Option<Self> {
        let (mut of_lines, mut places, mut of_images) = (Vec::new(), BTreeMap::new(), Vec::new());
        for (image, errors) in lines {
            of_lines.push(errors);
            let place = image.map_or(of_images.len(), |image| *places.entry(image).or_insert(of_images.len()));
            match of_images.get_mut(place) {
                None => of_images.push(errors),
                Some(sums) => (0..N).for_each(|model| sums[model].add(&errors[model])),
            }
        }
        let (unit, errors) = match of_images.len() {
            MIN_UNITS.. if of_images.len() < of_lines.len() => (ResampledUnit::Pages, of_images),
            _ => (ResampledUnit::Lines, of_lines),
        };
        (errors.len() >= MIN_UNITS).then_some(Self { unit, errors })
    }

    /// Sums of every model over sets as large as this one, drawn from it with replacement.
    fn drawn(&self) -> Vec<[Errors; N]> {
        let mut random = Random(1);
        let mut one_set = || {
            let mut sums = [Errors::default(); N];
            for _ in 0..self.errors.len() {
                let unit = &self.errors[random.below(self.errors.len())];
                sums.iter_mut().zip(unit).for_each(|(sum, errors)| sum.add(errors));
            }
            sums
        };
        (0..N_DRAWN).map(|_| one_set()).collect()
    }

    fn intervals(&self, drawn: &[[Errors; N]], model: usize) -> ErrorIntervals {
        let rate = |pick: fn(&Errors) -> ErrorRate| interval(drawn.iter().map(|sums| pick(&sums[model]).percent()));
        ErrorIntervals {
            unit: self.unit,
            n_units: self.errors.len(),
            cer: rate(|errors| errors.characters),
            wer: rate(|errors| errors.words),
        }
    }
}

impl Units<2> {
    fn test(&self, drawn: &[[Errors; 2]]) -> PairedTest {
        let difference = |[a, b]: &[Errors; 2]| b.characters.percent() - a.characters.percent();
        let whole = [0, 1].map(|model| Errors::sum(self.errors.iter().map(|errors| &errors[model])));
        let differences: Vec<i64> =
            (self.errors.iter()).map(|[a, b]| b.characters.edits as i64 - a.characters.edits as i64).collect();
        let found = differences.iter().sum::<i64>().abs();
        let mut random = Random(2);
        let mut is_as_large = || {
            let signed = differences.iter().map(|edits| if random.next() >> 63 == 0 { *edits } else { -edits });
            signed.sum::<i64>().abs() >= found
        };
        let n_as_large = (0..N_EXCHANGES).filter(|_| is_as_large()).count();
        PairedTest {
            cer_difference: difference(&whole),
            interval: interval(drawn.iter().map(difference)),
            p: (n_as_large + 1) as f64 / (N_EXCHANGES + 1) as f64,
        }
    }
}

/// The middle 95 % of `values`.
fn interval(values: impl Iterator<Item = f64>) -> RateInterval {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values.get((share * values.len() as f64) as usize).copied().unwrap_or_default();
    RateInterval { low: at(TAIL), high: at(1.0 - TAIL) }
}

/// The generator `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is far below 2³².
    fn below(&mut self, end: usize) -> usize {
        (((self.next() >> 32) * end as u64) >> 32) as usize
    }
}

impl Evaluation {
    /// The 95 % intervals of the error rates; `None` of fewer than ten lines.
    pub fn error_intervals(&self) -> Option<ErrorIntervals> {
        let lines = self.lines.iter();
        let lines = lines.map(|line| (Some(line.image.as_path()), [Errors::of(&line.reference, &line.hypothesis)]));
        let units = Units::of(lines)?;
        Some(units.intervals(&units.drawn(), 0))
    }
}

impl ComparisonSignificance {
    /// Of the lines whose text is known; `None` of fewer than ten.
    pub fn of_lines<'a>(lines: impl Iterator<Item = (&'a ComparisonLine, &'a ComparedLine)>) -> Option<Self> {
        let known = lines.filter_map(|(line, read)| {
            let truth = read.truth.as_deref()?;
            let image = match &line.picture {
                LinePicture::Labelled(labelled) => Some(labelled.path.as_path()),
                LinePicture::Cut(_) => None,
            };
            Some((image, [Errors::of(truth, &read.a.text), Errors::of(truth, &read.b.text)]))
        });
        let units = Units::of(known)?;
        let drawn = units.drawn();
        let [a, b] = [0, 1].map(|model| units.intervals(&drawn, model));
        Some(Self { a, b, test: units.test(&drawn) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n_lines` lines of ten letters, of which every model has so many wrong.
    fn units<const N: usize>(n_lines: usize, wrong: impl Fn(usize) -> [usize; N]) -> Units<N> {
        let errors = |edits| Errors {
            characters: ErrorRate { edits, reference_len: 10 },
            words: ErrorRate { edits: edits.min(2), reference_len: 2 },
        };
        Units::of((0..n_lines).map(|line| (None, wrong(line).map(errors)))).expect("enough lines")
    }

    #[test]
    fn an_interval_holds_the_rate_and_narrows_with_more_lines() {
        let width = |n_lines| {
            let units = units(n_lines, |line| [line % 3]);
            let ErrorIntervals { cer, .. } = units.intervals(&units.drawn(), 0);
            assert!(cer.low < 10.0 && 10.0 < cer.high, "{cer}");
            cer.high - cer.low
        };
        let (few, many) = (width(30), width(3000));
        assert!(6.0 * many < few && few < 7.0, "{few} {many}");
        // The standard error of the mean of 0, 1 and 2 errors a line of ten letters, times 1.96 on both sides.
        let expected = 2.0 * 1.96 * 100.0 * (2.0_f64 / 3.0).sqrt() / 10.0 / 3000_f64.sqrt();
        assert!((many / expected - 1.0).abs() < 0.1, "{many} {expected}");
    }

    #[test]
    fn a_difference_is_told_from_chance() {
        let small = units(200, |line| [line % 3, (line + 1) % 3]);
        assert!(!small.test(&small.drawn()).is_significant());
        let large = units(200, |line| [1 + line % 2, line % 2]);
        let PairedTest { cer_difference, interval, p } = large.test(&large.drawn());
        assert!((cer_difference + 10.0).abs() < 1e-9 && interval.high < 0.0, "{interval}");
        assert!(p < 0.001);
        assert_eq!(small.test(&small.drawn()), small.test(&small.drawn()), "nothing depends on chance of the machine");
    }

    #[test]
    fn pages_are_drawn_whole_where_there_are_enough() {
        let paths: Vec<String> = (0..12).map(|page| format!("{page}.png")).collect();
        let lines = |n_pages: usize| {
            let line = move |line: usize| (line % n_pages, [Errors::of("abc", "abd")]);
            Units::of((0..48).map(line).map(|(page, errors)| (Some(Path::new(&paths[page])), errors))).unwrap()
        };
        let (many, few) = (lines(12), lines(3));
        assert_eq!((many.unit, many.errors.len()), (ResampledUnit::Pages, 12));
        assert_eq!((few.unit, few.errors.len()), (ResampledUnit::Lines, 48));
        assert!(Evaluation::default().error_intervals().is_none());
    }
}
