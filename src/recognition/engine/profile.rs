//! The time of a line by layer: the measured numbers, and their export as JSON, CSV and trace.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

/// The time of one line and of every layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// Columns of the padded input; of several lines the median.
    pub width: usize,
    /// Lines read at once, one per thread.
    pub threads: usize,
    /// Median time of a whole line in milliseconds, layers unmeasured; of several lines the mean of their medians.
    pub total_ms: f32,
    /// In the order of the ONNX file.
    pub layers: Vec<LayerProfile>,
    /// Milliseconds that measuring layers adds to a line.
    #[serde(skip)]
    pub overhead_ms: f32,
    /// Lines measured on every thread.
    #[serde(skip)]
    pub n_lines: usize,
    /// Runs of each line at least, on every thread: this number with layers measured, and as many without.
    #[serde(skip)]
    pub n_repeats: usize,
}

/// Size and time of one layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerProfile {
    /// The ONNX node's name.
    pub name: String,
    /// Its kind.
    pub kind: LayerKind,
    /// Shape of its output, in the axes of its ONNX node.
    pub shape: Vec<usize>,
    /// Multiply-adds for one line; biases and activations are not counted.
    pub multiply_adds: u64,
    /// Trained parameters. The two biases that ONNX has for an LSTM gate count as one, since only their sum matters.
    pub parameters: u64,
    /// Time in milliseconds: the mean over the middle third of the runs.
    pub ms: f32,
}

/// The kinds of layers of the CNN-DBLSTM tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum LayerKind {
    /// A convolution over more than one pixel.
    Conv3x3,
    /// A convolution of single pixels.
    Conv1x1,
    /// A rectifier, leaky or not.
    #[serde(rename = "ReLU")]
    Relu,
    /// Max-pooling.
    MaxPool,
    /// The recurrent layers, the reshaping between them, and the inner-product layer after them.
    #[serde(rename = "DBLSTM")]
    Dblstm,
    /// From logits to log-probabilities.
    Softmax,
    /// Anything else.
    Other,
}

impl LayerKind {
    /// All kinds, in the order of the tables.
    pub const ALL: [Self; 7] =
        [Self::Conv3x3, Self::Conv1x1, Self::Relu, Self::MaxPool, Self::Dblstm, Self::Softmax, Self::Other];

    /// The name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conv3x3 => "Conv3x3",
            Self::Conv1x1 => "Conv1x1",
            Self::Relu => "ReLU",
            Self::MaxPool => "MaxPool",
            Self::Dblstm => "DBLSTM",
            Self::Softmax => "Softmax",
            Self::Other => "Other",
        }
    }
}

/// The cost of a layer, or the sum over a kind of layers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayerCost {
    /// Multiply-adds.
    pub multiply_adds: u64,
    /// Trained parameters.
    pub parameters: u64,
    /// Milliseconds.
    pub ms: f32,
}

impl LayerCost {
    /// GFLOP/s, with two operations a multiply-add; `None` without multiply-adds or without a measured time.
    pub fn gflops(self) -> Option<f64> {
        (self.multiply_adds > 0 && self.ms > 0.0).then(|| 2.0 * self.multiply_adds as f64 / f64::from(self.ms) / 1e6)
    }
}

impl LayerProfile {
    /// Its cost.
    pub fn cost(&self) -> LayerCost {
        LayerCost { multiply_adds: self.multiply_adds, parameters: self.parameters, ms: self.ms }
    }

    /// The shape for people, as `1×16×64`.
    pub fn shape_text(&self) -> String {
        self.shape.iter().map(usize::to_string).collect::<Vec<_>>().join("×")
    }
}

impl Profile {
    /// The sum of all layers.
    pub fn layers_cost(&self) -> LayerCost {
        sum(self.layers.iter())
    }

    /// The sum of every kind of layers that the network has, in the order of the tables.
    pub fn by_kind(&self) -> Vec<(LayerKind, LayerCost)> {
        let of_kind = |kind| self.layers.iter().filter(move |layer| layer.kind == kind);
        let kinds = LayerKind::ALL.into_iter().filter(|&kind| of_kind(kind).next().is_some());
        kinds.map(|kind| (kind, sum(of_kind(kind)))).collect()
    }

    /// CSV with one row per layer. `peak_gflops` is the peak of one thread of the machine.
    pub fn to_csv(&self, peak_gflops: f64) -> String {
        let mut text = "name,kind,shape,multiply_adds,parameters,ms,gflops,share_of_roof\n".to_owned();
        for layer in &self.layers {
            let LayerProfile { name, kind, multiply_adds, parameters, ms, .. } = layer;
            let gflops = layer.cost().gflops();
            let number = |value: Option<f64>| value.map(|value| format!("{value:.4}")).unwrap_or_default();
            let (speed, share) = (number(gflops), number(gflops.map(|gflops| gflops / peak_gflops)));
            // Names of ONNX nodes are free text.
            let name = name.replace(['"', ',', '\n', '\r'], "_");
            let (kind, shape) = (kind.name(), layer.shape_text());
            // Writing to a string cannot fail.
            writeln!(text, "{name},{kind},{shape},{multiply_adds},{parameters},{ms},{speed},{share}").ok();
        }
        text
    }

    /// A trace for `chrome://tracing` or Perfetto: the layers of one line in sequence, times in microseconds.
    pub fn to_trace(&self, model: &str) -> Value {
        let mut start_us = 0.0;
        let mut events = vec![json!({ "name": "process_name", "ph": "M", "pid": 1, "args": { "name": model } })];
        let layers_us = f64::from(self.layers_cost().ms) * 1e3;
        events.push(json!({
            "name": format!("line of {} columns", self.width), "cat": "line", "ph": "X", "pid": 1, "tid": 1,
            "ts": 0.0, "dur": layers_us,
        }));
        for layer in self.layers.iter().filter(|layer| layer.ms > 0.0) {
            let duration_us = f64::from(layer.ms) * 1e3;
            events.push(json!({
                "name": layer.name, "cat": layer.kind.name(), "ph": "X", "pid": 1, "tid": 1,
                "ts": start_us, "dur": duration_us,
                "args": {
                    "shape": layer.shape_text(),
                    "multiply_adds": layer.multiply_adds,
                    "parameters": layer.parameters,
                    "gflops": layer.cost().gflops(),
                },
            }));
            start_us += duration_us;
        }
        json!({
            "traceEvents": events,
            "displayTimeUnit": "ms",
            "otherData": { "model": model, "width": self.width, "threads": self.threads, "total_ms": self.total_ms },
        })
    }
}

/// The JSON document of `longhand profile --format json`.
#[derive(Serialize)]
pub struct NamedProfile<'a> {
    /// The model's name.
    pub model: &'a str,
    /// The measured numbers.
    #[serde(flatten)]
    pub profile: &'a Profile,
}

fn sum<'a>(layers: impl Iterator<Item = &'a LayerProfile>) -> LayerCost {
    layers.map(LayerProfile::cost).fold(LayerCost::default(), |sum, cost| LayerCost {
        multiply_adds: sum.multiply_adds + cost.multiply_adds,
        parameters: sum.parameters + cost.parameters,
        ms: sum.ms + cost.ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        let layer = |name: &str, kind, multiply_adds, ms| LayerProfile {
            name: name.to_owned(),
            kind,
            shape: vec![1, 16, 4],
            multiply_adds,
            parameters: 10,
            ms,
        };
        Profile {
            width: 512,
            threads: 1,
            total_ms: 4.2,
            layers: vec![
                layer("a,b", LayerKind::Conv3x3, 3_000_000, 2.0),
                layer("relu", LayerKind::Relu, 0, 0.0),
                layer("c", LayerKind::Conv3x3, 1_000_000, 2.0),
            ],
            overhead_ms: 0.1,
            n_lines: 1,
            n_repeats: 20,
        }
    }

    #[test]
    fn kinds_are_summed() {
        let kinds = profile().by_kind();
        assert_eq!(kinds.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [LayerKind::Conv3x3, LayerKind::Relu]);
        let cost = kinds[0].1;
        assert_eq!((cost.multiply_adds, cost.parameters), (4_000_000, 20));
        assert!((cost.gflops().unwrap() - 2.0).abs() < 1e-9);
        assert_eq!(kinds[1].1.gflops(), None);
    }

    #[test]
    fn the_answer_has_the_fields_that_are_promised_and_no_others() {
        let profile = profile();
        let answer = serde_json::to_value(NamedProfile { model: "student", profile: &profile }).unwrap();
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let mut top = keys(&answer);
        top.sort();
        assert_eq!(top, ["layers", "model", "threads", "total_ms", "width"]);
        let mut layer = keys(&answer["layers"][0]);
        layer.sort();
        assert_eq!(layer, ["kind", "ms", "multiply_adds", "name", "parameters", "shape"]);
        assert_eq!(answer["layers"][1]["kind"], "ReLU");
    }

    #[test]
    fn tables_and_traces_hold_every_layer() {
        let csv = profile().to_csv(10.0);
        let rows: Vec<&str> = csv.lines().collect();
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[1], "a_b,Conv3x3,1×16×4,3000000,10,2,3.0000,0.3000");
        assert!(rows.iter().all(|row| row.split(',').count() == 8));
        let trace = profile().to_trace("student");
        let events = trace["traceEvents"].as_array().unwrap();
        assert_eq!(events.len(), 4, "a name, the line, and the layers that take time");
        assert_eq!((events[3]["ts"].as_f64(), events[3]["dur"].as_f64()), (Some(2000.0), Some(2000.0)));
    }
}
