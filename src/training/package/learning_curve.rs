//! The learning curve: error rates over the steps of a run, as an SVG picture.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::page::rounded;

/// An evaluation on the validation lines. In recipes: `[step, lines shown, CER, WER]`.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(from = "(u64, u64, f64, f64)")]
pub struct CurvePoint {
    /// Steps taken so far.
    pub step: u64,
    /// Lines shown so far.
    pub n_lines: u64,
    /// Character error rate in percent.
    pub cer: f64,
    /// Word error rate in percent.
    pub wer: f64,
}

impl From<(u64, u64, f64, f64)> for CurvePoint {
    fn from((step, n_lines, cer, wer): (u64, u64, f64, f64)) -> Self {
        Self { step, n_lines, cer, wer }
    }
}

/// One of a point's rates.
type Rate = fn(&CurvePoint) -> f64;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
/// Left, top, right, bottom.
const MARGINS: [f64; 4] = [48.0, 16.0, 56.0, 36.0];
/// Where rates may have a line across, in percent.
const RATES: [f64; 8] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
/// Legible on light and dark ground.
const INK: &str = "#7f7f7f";
const COLOURS: [&str; 2] = ["#2f7ed8", "#e07b39"];

/// CER and WER over the steps, rates on a logarithmic scale. An empty curve gives an empty picture.
pub(crate) fn svg(points: &[CurvePoint]) -> String {
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\" fill=\"{INK}\">\n"
    );
    if let Some(scale) = Scale::of(points) {
        scale.draw(points, &mut picture);
    }
    picture + "</svg>\n"
}

/// Maps steps and rates to pixels of the picture.
struct Scale {
    last_step: f64,
    /// Logarithms of the lowest and the highest rate shown.
    rates: (f64, f64),
}

impl Scale {
    fn of(points: &[CurvePoint]) -> Option<Self> {
        let last_step = points.last()?.step.max(1) as f64;
        let shown = |rate: f64| rate.clamp(RATES[0], RATES[RATES.len() - 1]);
        let lowest = points.iter().map(|point| shown(point.cer.min(point.wer))).fold(f64::MAX, f64::min);
        let highest = points.iter().map(|point| shown(point.cer.max(point.wer))).fold(0.0, f64::max);
        let below = RATES.into_iter().rfind(|rate| *rate <= lowest)?;
        let above = RATES.into_iter().find(|rate| *rate >= highest && *rate > below)?;
        Some(Self { last_step, rates: (below.ln(), above.ln()) })
    }

    fn x(&self, step: u64) -> f64 {
        let [left, _, right, _] = MARGINS;
        rounded(left + (WIDTH - left - right) * step as f64 / self.last_step, 1)
    }

    fn y(&self, rate: f64) -> f64 {
        let [_, top, _, bottom] = MARGINS;
        let (low, high) = self.rates;
        let part = (rate.max(1e-3).ln().clamp(low, high) - low) / (high - low);
        rounded(top + (HEIGHT - top - bottom) * (1.0 - part), 1)
    }

    fn draw(&self, points: &[CurvePoint], picture: &mut String) {
        let (left, right, floor) = (self.x(0), WIDTH - MARGINS[2], self.y(0.0));
        // Writing to a string cannot fail.
        for rate in RATES.into_iter().filter(|rate| (self.rates.0..=self.rates.1).contains(&rate.ln())) {
            let y = self.y(rate);
            writeln!(picture, "<path d=\"M{left} {y}H{right}\" stroke=\"{INK}\" stroke-opacity=\"0.3\"/>").ok();
            let (x, y) = (left - 6.0, y + 4.0);
            writeln!(picture, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{rate} %</text>").ok();
        }
        let last = self.last_step as u64;
        for step in [0, last / 2, last] {
            let (x, y) = (self.x(step), floor + 16.0);
            writeln!(picture, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{step}</text>").ok();
        }
        let (x, y) = (f64::midpoint(left, right), HEIGHT - 4.0);
        writeln!(picture, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">steps</text>").ok();
        let rates: [(&str, Rate); 2] = [("CER", |point| point.cer), ("WER", |point| point.wer)];
        for ((name, rate), colour) in rates.into_iter().zip(COLOURS) {
            let places: Vec<String> =
                points.iter().map(|point| format!("{},{}", self.x(point.step), self.y(rate(point)))).collect();
            let places = places.join(" ");
            writeln!(picture, "<polyline points=\"{places}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>")
                .ok();
            let (x, y) = (right + 6.0, points.last().map_or(floor, |point| self.y(rate(point))) + 4.0);
            writeln!(picture, "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\">{name}</text>").ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(step: u64, cer: f64) -> CurvePoint {
        CurvePoint { step, n_lines: 0, cer, wer: 3.0 * cer }
    }

    #[test]
    fn falling_rates_fall_across_the_picture() {
        let points = [point(0, 98.0), point(500, 20.0), point(1000, 8.0)];
        let scale = Scale::of(&points).unwrap();
        assert!(scale.y(98.0) < scale.y(20.0) && scale.y(20.0) < scale.y(8.0));
        assert!(scale.x(0) < scale.x(500) && scale.x(500) < scale.x(1000));
        let picture = svg(&points);
        assert!(picture.contains(&format!("{},{} {},{}", scale.x(0), scale.y(98.0), scale.x(500), scale.y(20.0))));
        assert!(picture.contains(">5 %<") && picture.contains(">100 %<") && !picture.contains(">2 %<"), "{picture}");
    }

    #[test]
    fn any_curve_can_be_drawn() {
        for points in [vec![], vec![point(0, 0.0)], vec![point(0, 400.0), point(10, 400.0)], vec![point(5, 100.0)]] {
            let picture = svg(&points);
            assert!(picture.ends_with("</svg>\n") && !picture.contains("NaN") && !picture.contains("inf"), "{picture}");
        }
    }
}
