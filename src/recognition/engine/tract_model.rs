//! Runs networks with tract, most of whose operators are fused ones of our own ([`super::operators`]); plans of all
//! widths share their weights. Three facts about tract shape this file, the first where a network keeps operators of
//! tract:
//!
//! - A plan for a fixed width is more than twice as fast as one for a symbolic width. Inputs are therefore padded with
//!   paper to a few widths ([`bucket_width`]); plans are cached and shared by all workers. Simplifying the graph takes
//!   most of the time of making a plan, so it is done once, with a symbolic width; a plan then takes about 12 ms.
//! - A state that runs twice carries the LSTM's memory from one line to the next, so every run gets a new state.
//! - Threads inside one line gain little, so workers read different lines.

use std::{
    collections::HashMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use tract_onnx::pb::GraphProto;
use tract_onnx::prelude::{
    DatumExt as _, Framework as _, InferenceModelExt as _, IntoRunnable as _, Symbol, TDim, Tensor, TractResult,
    TypedModel, TypedSimplePlan, tract_ndarray::Array4, tvec,
};
use tract_onnx::tract_hir::internal::{DimLike as _, ShapeFact, dims};

use super::{
    line_model::{LabelPosteriors, LineModel, ModelError},
    operators::{fusion::fuse, register},
    tract_limits::{check_activations, check_graph},
};
use crate::{
    imaging::{INPUT_ROWS, MAX_INPUT_WIDTH, ModelInput, WIDTH_MULTIPLE},
    numerics::softmax,
    page::CharacterSet,
    recognition::package::ModelPackage,
};

/// Plans cached at once; each holds a copy of the weights. No measurement recorded.
const MAX_PLANS: usize = 16;

/// A loaded network. Clones are handles for workers; they share the network and its plans.
#[derive(Clone)]
pub struct TractModel {
    network: Arc<Network>,
}

pub(super) type Plan = Arc<TypedSimplePlan>;

struct Network {
    /// Simplified, with a symbolic number of time steps.
    graph: TypedModel,
    /// The symbol for the number of time steps in `graph`.
    n_frames: Symbol,
    character_set: CharacterSet,
    /// The cached plans by width, the most recently used last.
    plans: Mutex<Vec<(usize, PlanCell)>>,
}

/// A plan or why there is none; the first worker makes it, and others that need it wait.
type PlanCell = Arc<OnceLock<Result<Plan, String>>>;

impl TractModel {
    /// Loads a package's network and checks that its outputs match the package's labels.
    pub fn open(package: &ModelPackage) -> Result<Self, ModelError> {
        Self::open_with(package, fuse)
    }

    /// Opens the network after `rewrite` has changed the graph of its ONNX file.
    fn open_with(package: &ModelPackage, rewrite: impl FnOnce(&mut GraphProto)) -> Result<Self, ModelError> {
        let (graph, n_frames) = guarded(|| simplified_graph(&package.network, rewrite))
            .map_err(|reason| package.refused(format!("model.onnx cannot be loaded: {reason}")))?;
        let n_outputs = graph.output_fact(0).ok().and_then(|fact| fact.shape.last()?.to_usize().ok());
        let n_labels = package.character_set.n_labels();
        if n_outputs != Some(n_labels) {
            let n_outputs = n_outputs.map_or_else(|| "an unknown number of".to_owned(), |n| n.to_string());
            return Err(package.refused(format!(
                "model.onnx has {n_outputs} outputs, but charset.txt makes {n_labels} labels with the blank"
            )));
        }
        let network =
            Network { graph, n_frames, character_set: package.character_set.clone(), plans: Mutex::new(Vec::new()) };
        Ok(Self { network: Arc::new(network) })
    }

    /// The plan for inputs of exactly `width` columns.
    pub(super) fn plan(&self, width: usize) -> Result<Plan, ModelError> {
        let cell = {
            let mut plans = self.network.plans.lock().unwrap_or_else(PoisonError::into_inner);
            let known = plans.iter().position(|(known, _)| *known == width);
            let entry = known.map_or_else(|| (width, PlanCell::default()), |index| plans.remove(index));
            if plans.len() == MAX_PLANS {
                plans.remove(0);
            }
            plans.push(entry.clone());
            entry.1
        };
        let plan = cell.get_or_init(|| guarded(|| self.network.make_plan(width)));
        plan.clone().map_err(|reason| ModelError::RunFailed { reason })
    }
}

impl Network {
    fn make_plan(&self, width: usize) -> TractResult<Plan> {
        let mut graph =
            self.graph.set_symbols(&HashMap::from([(self.n_frames.clone(), TDim::from(width / WIDTH_MULTIPLE))]))?;
        graph.optimize()?;
        graph.into_runnable()
    }
}

impl fmt::Debug for TractModel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TractModel").finish_non_exhaustive()
    }
}

impl LineModel for TractModel {
    fn character_set(&self) -> &CharacterSet {
        &self.network.character_set
    }

    fn prepare(&mut self, width: usize) -> Result<(), ModelError> {
        self.plan(bucket_width(width)).map(|_plan| ())
    }

    fn run(&mut self, input: &ModelInput) -> Result<LabelPosteriors, ModelError> {
        let width = bucket_width(input.width);
        let plan = self.plan(width)?;
        let n_labels = self.network.character_set.n_labels();
        // `run` makes a new state: a reused one would carry the LSTM's memory into the next line.
        let log_probs = guarded(|| {
            let outputs = plan.run(tvec!(image_tensor(input, width).into()))?;
            log_softmax(&outputs[0], input.n_frames(), n_labels)
        });
        let log_probs = log_probs.map_err(|reason| ModelError::RunFailed { reason })?;
        if log_probs.len() != input.n_frames() * n_labels || log_probs.iter().any(|log_prob| !log_prob.is_finite()) {
            let reason = format!("it gave no usable posteriors for an input {} columns wide", input.width);
            return Err(ModelError::RunFailed { reason });
        }
        Ok(LabelPosteriors { log_probs, n_labels })
    }
}

/// The width in columns that an input is padded to: the next multiple of 64 up to 1,024, of 128 up to 2,048, of 256
/// beyond. On the lines of a page this adds about 4 % of work.
pub(super) fn bucket_width(width: usize) -> usize {
    let step = match width {
        0..=1024 => 64,
        1025..=2048 => 128,
        _ => 256,
    };
    // Padding stops at the limit of `normalize`; a wider input, which `normalize` never makes, is padded all the same.
    let padded = width.max(1).next_multiple_of(step);
    if width <= MAX_INPUT_WIDTH { padded.min(MAX_INPUT_WIDTH) } else { padded }
}

/// `[1, 1, row, column]`, 0 paper to 1 ink, padded with paper on the right.
pub(super) fn image_tensor(input: &ModelInput, width: usize) -> Tensor {
    let mut image = Array4::<f32>::zeros((1, 1, INPUT_ROWS, width));
    for (mut row, pixels) in image.rows_mut().into_iter().zip(input.pixels.chunks_exact(input.width.max(1))) {
        for (value, &pixel) in row.iter_mut().zip(pixels) {
            *value = f32::from(pixel) / 255.0;
        }
    }
    image.into()
}

/// Parses an ONNX file, rewrites its graph and simplifies it for a symbolic number of time steps; returns the graph and
/// that symbol.
fn simplified_graph(network: &[u8], rewrite: impl FnOnce(&mut GraphProto)) -> TractResult<(TypedModel, Symbol)> {
    // The file names its own symbol for the number of time steps, which tract would not unify with that of the width.
    let onnx = register(tract_onnx::onnx().with_ignore_output_shapes(true));
    let mut file = onnx.proto_model_for_read(&mut &network[..])?;
    if let Some(graph) = file.graph.as_mut() {
        check_graph(graph, network.len())?;
        rewrite(graph);
    }
    let mut model = onnx.model_for_proto_model(&file)?;
    let n_frames = model.symbols.sym("n_frames");
    let width = TDim::from(WIDTH_MULTIPLE) * n_frames.clone();
    model.set_input_fact(0, f32::fact(dims!(1, 1, INPUT_ROWS, width)).into())?;
    check_activations(&mut model, &n_frames)?;
    Ok((model.into_typed()?.into_decluttered()?, n_frames))
}

/// Runs code of the engine and turns its panics into errors, so that a damaged network does not crash the program.
pub(super) fn guarded<T>(work: impl FnOnce() -> TractResult<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| format!("{error:#}")),
        Err(_) => Err("the engine gave up".to_owned()),
    }
}

/// The log-probabilities `[time, label]` of the first `n_frames` rows of logits; later rows belong to padding.
pub(super) fn log_softmax(logits: &Tensor, n_frames: usize, n_labels: usize) -> TractResult<Vec<f32>> {
    let logits = logits.to_plain_array_view::<f32>()?;
    let mut log_probs: Vec<f32> = logits.iter().take(n_frames * n_labels).copied().collect();
    softmax::log_softmax(&mut log_probs, n_labels);
    Ok(log_probs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> TractModel {
        TractModel::open(&ModelPackage::built_in().unwrap()).unwrap()
    }

    /// A few strokes, different for every seed.
    fn input(width: usize, seed: usize) -> ModelInput {
        let pixels = (0..INPUT_ROWS * width)
            .map(|i| if (i % width + i / width * seed).is_multiple_of(11) { 255 } else { 0 })
            .collect();
        ModelInput { width, pixels, span: (0.0, 1.0), is_blank: false }
    }

    #[test]
    fn posteriors_are_probabilities_with_a_frame_every_four_columns() {
        let posteriors = model().run(&input(132, 3)).unwrap();
        assert_eq!(posteriors.frames().len(), 33);
        for frame in posteriors.frames() {
            let sum: f32 = frame.iter().map(|log_prob| log_prob.exp()).sum();
            assert!((sum - 1.0).abs() < 1e-4, "{sum}");
        }
    }

    #[test]
    fn a_line_reads_the_same_after_other_lines_and_in_another_handle() {
        let mut first = model();
        let alone = first.run(&input(132, 3)).unwrap();
        let mut second = first.clone();
        second.run(&input(132, 5)).unwrap();
        second.run(&input(200, 7)).unwrap();
        assert_eq!(second.run(&input(132, 3)).unwrap(), alone);
    }

    #[test]
    fn fused_operators_read_as_the_plain_ones() {
        let package = ModelPackage::built_in().unwrap();
        let (mut fused, mut plain) = (model(), TractModel::open_with(&package, |_| {}).unwrap());
        for width in [4, 64, 132, 300] {
            let line = input(width, 3);
            let (fused, plain) = (fused.run(&line).unwrap(), plain.run(&line).unwrap());
            let differences = fused.log_probs.iter().zip(&plain.log_probs).map(|(a, b)| (a - b).abs());
            let largest = differences.fold(0.0, f32::max);
            assert!(largest < 1e-3, "{largest} at {width} columns");
        }
    }

    #[test]
    fn plans_are_few_and_wide_enough() {
        for width in (4..=MAX_INPUT_WIDTH).step_by(WIDTH_MULTIPLE) {
            let bucket = bucket_width(width);
            assert!(bucket >= width && bucket <= MAX_INPUT_WIDTH && bucket.is_multiple_of(WIDTH_MULTIPLE));
            assert_eq!(bucket_width(bucket), bucket);
        }
    }

    #[test]
    fn what_is_no_network_is_refused_with_a_reason() {
        for bytes in [&b""[..], b"not a network", &[8; 40]] {
            let package = ModelPackage { network: bytes.to_vec().into(), ..ModelPackage::built_in().unwrap() };
            let error = TractModel::open(&package).unwrap_err().to_string();
            assert!(error.contains("model.onnx cannot be loaded: "), "{error}");
        }
    }
}
