//! The ink labeller, run by tract.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use image::{GrayImage, Luma};
use tract_onnx::{
    prelude::{
        DatumExt as _, Framework as _, InferenceModelExt as _, IntoRunnable as _, Symbol, TDim, Tensor, TractResult,
        TypedModel, tract_ndarray::Array4, tvec,
    },
    tract_hir::internal::{ShapeFact, dims, ensure},
};

use super::{
    line_model::ModelError,
    operators::{fusion::fuse, register},
    profile::{LayerKind, LayerProfile, Profile},
    tract_layers::onnx_layers,
    tract_model::{Plan, guarded},
    tract_profile::{LayerSums, OnProgress, measure_on_threads},
    tract_timing::{LOG_SOFTMAX, Timed, TimedRun, measure},
};
use crate::imaging::{InkLabeller, InkLabels, LABEL_MULTIPLE, LABEL_STRIDE};

/// Channels of the network's output; those after the named ones mean nothing.
const N_CHANNELS: usize = 16;
/// Logits of the kinds of ink, of which one is true.
const WRITING: usize = 0;
const DRAWING: usize = 1;
const STRUCK_OUT: usize = 2;
/// The logit of the zone of small letters.
const CORE: usize = 3;
/// The logit of the ground between neighbouring lines.
const SEPARATOR: usize = 4;
/// Logits beyond this are as good as certain, and steps of the table that turns them into probabilities.
const MAX_LOGIT: f32 = 8.0;
const STEPS_PER_LOGIT: f32 = 64.0;
/// Plans kept at once, each for one size of page.
const MAX_PLANS: usize = 4;
/// Measured runs of a page.
const N_REPEATS: usize = 10;

/// A loaded network.
pub struct TractInkLabeller {
    /// Simplified, with symbols for rows and columns in units of [`LABEL_MULTIPLE`] pixels.
    graph: TypedModel,
    symbols: [Symbol; 2],
    /// The most recently used last.
    plans: Mutex<Vec<((u32, u32), Plan)>>,
}

impl TractInkLabeller {
    /// Loads the network of an ONNX file; the error is the engine's message.
    pub fn load(network: &[u8]) -> Result<Self, String> {
        guarded(|| {
            let onnx = register(tract_onnx::onnx().with_ignore_output_shapes(true));
            let mut file = onnx.proto_model_for_read(&mut &network[..])?;
            if let Some(graph) = file.graph.as_mut() {
                fuse(graph);
            }
            let mut model = onnx.model_for_proto_model(&file)?;
            let symbols = [model.symbols.sym("rows"), model.symbols.sym("columns")];
            let [rows, columns] = symbols.clone().map(|symbol| TDim::from(LABEL_MULTIPLE as usize) * symbol);
            model.set_input_fact(0, f32::fact(dims!(1, 1, rows, columns)).into())?;
            Ok(Self { graph: model.into_typed()?.into_decluttered()?, symbols, plans: Mutex::new(Vec::new()) })
        })
    }

    /// The plan for pages of this size, width and height.
    fn plan(&self, size: (u32, u32)) -> TractResult<Plan> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let known = plans.iter().position(|(known, _)| *known == size);
        let plan = match known {
            Some(index) => plans.remove(index).1,
            None => self.make_plan(size)?,
        };
        if plans.len() == MAX_PLANS {
            plans.remove(0);
        }
        plans.push((size, Arc::clone(&plan)));
        Ok(plan)
    }

    fn make_plan(&self, (width, height): (u32, u32)) -> TractResult<Plan> {
        let units = |side: u32| TDim::from((side / LABEL_MULTIPLE) as usize);
        let [rows, columns] = self.symbols.clone();
        let mut graph = self.graph.set_symbols(&HashMap::from([(rows, units(height)), (columns, units(width))]))?;
        graph.optimize()?;
        graph.into_runnable()
    }
}

/// A page to be labelled, for measurements.
struct TimedPage<'a> {
    labeller: &'a TractInkLabeller,
    page: GrayImage,
    plan: Plan,
}

impl Timed for TimedPage<'_> {
    fn run(&mut self) -> Result<(), ModelError> {
        let failed = || ModelError::RunFailed { reason: "the page could not be labelled".to_owned() };
        self.labeller.label(&self.page).map(drop).ok_or_else(failed)
    }

    fn run_timed(&mut self) -> Result<TimedRun, ModelError> {
        let (width, height) = self.page.dimensions();
        let finish = |logits: &Tensor| labels_of(logits, width / LABEL_STRIDE, height / LABEL_STRIDE).map(drop);
        let run = guarded(|| TimedRun::measure(&self.plan, || darkness(&self.page), finish));
        run.map_err(|reason| ModelError::RunFailed { reason })
    }

    fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// Measures labelling a page of strokes of `width` by `height` pixels (multiples of [`LABEL_MULTIPLE`]) on `n_threads`
/// at once. `network` is the ONNX file. `None` if `on_progress` stopped it. The time does not depend on the content.
pub(in crate::recognition) fn profile(
    network: &[u8],
    (width, height): (u32, u32),
    n_threads: usize,
    on_progress: OnProgress<'_>,
) -> Result<Option<Profile>, ModelError> {
    let failed = |reason| ModelError::RunFailed { reason };
    let labeller = TractInkLabeller::load(network).map_err(failed)?;
    let page = GrayImage::from_fn(width, height, |x, y| Luma([if (x + y) % 13 < 3 { 0 } else { 255 }]));
    let plan = guarded(|| labeller.plan(page.dimensions())).map_err(failed)?;
    let mut layers = guarded(|| onnx_layers(network, (height as usize, width as usize))).map_err(failed)?;
    layers.push(LayerProfile::untimed(LOG_SOFTMAX, LayerKind::Softmax));
    let timings = measure_on_threads(n_threads, N_REPEATS, 1, on_progress, &|| {
        let mut timed = TimedPage { labeller: &labeller, page: page.clone(), plan: Arc::clone(&plan) };
        move |_, step: &dyn Fn(bool) -> ControlFlow<()>| measure(&mut timed, N_REPEATS, step)
    })?;
    Ok(timings.map(|timings| LayerSums::new(layers).profile(&timings, (width as usize, 1), n_threads, N_REPEATS)))
}

impl InkLabeller for TractInkLabeller {
    fn label(&self, page: &GrayImage) -> Option<InkLabels> {
        let labels = guarded(|| {
            let plan = self.plan(page.dimensions())?;
            let outputs = plan.run(tvec!(darkness(page).into()))?;
            labels_of(&outputs[0], page.width() / LABEL_STRIDE, page.height() / LABEL_STRIDE)
        });
        labels.inspect_err(|reason| tracing::error!("the ink labeller failed: {reason}")).ok()
    }
}

/// `[1, 1, row, column]`, 0 paper to 1 ink.
fn darkness(page: &GrayImage) -> Tensor {
    let size = (1, 1, page.height() as usize, page.width() as usize);
    let mut pixels = page.as_raw().iter().map(|&pixel| f32::from(255 - pixel) / 255.0);
    Array4::<f32>::from_shape_simple_fn(size, || pixels.next().unwrap_or_default()).into()
}

/// The probabilities of the network's logits `[1, row, column, N_CHANNELS]`.
fn labels_of(logits: &Tensor, width: u32, height: u32) -> TractResult<InkLabels> {
    let logits = logits.to_plain_array_view::<f32>()?;
    let logits = logits.as_slice().unwrap_or_default();
    let n_cells = width as usize * height as usize;
    ensure!(logits.len() == N_CHANNELS * n_cells, "{} numbers for {n_cells} cells", logits.len());
    let [mut writing, mut core, mut separator] = [(); 3].map(|()| Vec::with_capacity(n_cells));
    for cell in logits.chunks_exact(N_CHANNELS) {
        // The larger one stands for the sum of both: they are seldom alike.
        writing.push(probability(cell[WRITING] - cell[DRAWING].max(cell[STRUCK_OUT])));
        core.push(probability(cell[CORE]));
        separator.push(probability(cell[SEPARATOR]));
    }
    let map = |values| GrayImage::from_raw(width, height, values).unwrap_or_default();
    Ok(InkLabels { writing: map(writing), core: map(core), separator: map(separator) })
}

/// The logistic function of a logit, in 255ths; exact to half a step.
fn probability(logit: f32) -> u8 {
    static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let of = |step: usize| 255.0 / (1.0 + (MAX_LOGIT - step as f32 / STEPS_PER_LOGIT).exp());
        (0..=(2.0 * MAX_LOGIT * STEPS_PER_LOGIT) as usize).map(|step| of(step).round() as u8).collect()
    });
    TABLE[((logit.clamp(-MAX_LOGIT, MAX_LOGIT) + MAX_LOGIT) * STEPS_PER_LOGIT) as usize]
}
