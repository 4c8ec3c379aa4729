//! Our engine against PyTorch: losses, outputs and gradients on the small inputs that `models/pytorch/fixtures.py`
//! wrote.
#![cfg(feature = "train")]

use std::path::Path;

use longhand::training::{
    AdamW, Architecture, Network, OptimizerConfig,
    criteria::{Criterion, CtcLoss, SequenceShape, Target, TeacherLoss},
    engine::{
        BidirectionalLstm, Convolution, Direction, Initializer, NormalizedActivation, Parameter, Pooling, Tensor,
    },
};
use safetensors::SafeTensors;

/// A fixture file.
struct Fixture {
    bytes: Vec<u8>,
}

impl Fixture {
    fn open(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/criteria/{name}.safetensors"));
        Self { bytes: std::fs::read(path).expect("a fixture") }
    }

    fn bytes_of(&self, name: &str) -> Vec<u8> {
        let file = SafeTensors::deserialize(&self.bytes).expect("a safetensors file");
        file.tensor(name).expect(name).data().to_vec()
    }

    fn values(&self, name: &str) -> Vec<f32> {
        let numbers = self.bytes_of(name);
        numbers.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
    }

    fn indices(&self, name: &str) -> Vec<usize> {
        let numbers = self.bytes_of(name);
        let whole = |b: &[u8]| i64::from_le_bytes(b.try_into().expect("eight bytes"));
        numbers.chunks_exact(8).map(|b| usize::try_from(whole(b)).expect("no negative number")).collect()
    }

    /// `[batch, row, column, channel]`, with a halo put around.
    fn images(&self, name: &str, [batch, height, width, channels]: [usize; 4]) -> Tensor {
        let mut tensor = Tensor::zeros(batch, height, width, channels);
        let row_len = tensor.row_len();
        let values = self.values(name);
        for (row, from) in tensor.data.chunks_exact_mut(row_len).zip(values.chunks_exact(width * channels)) {
            row[channels..channels + from.len()].copy_from_slice(from);
        }
        tensor
    }
}

fn inner(tensor: &Tensor) -> Vec<f32> {
    tensor.inner_rows().flatten().copied().collect()
}

fn assert_close(name: &str, given: &[f32], expected: &[f32]) {
    assert_eq!(given.len(), expected.len(), "{name}");
    let largest = expected.iter().fold(1f32, |most, value| most.max(value.abs()));
    for (i, (given, expected)) in given.iter().zip(expected).enumerate() {
        assert!((given - expected).abs() <= 2e-5 * largest, "{name}[{i}]: {given}, PyTorch has {expected}");
    }
}

#[test]
fn ctc() {
    let fixture = Fixture::open("ctc");
    let (labels, lengths, n_frames) =
        (fixture.indices("labels"), fixture.indices("label_lengths"), fixture.indices("n_frames"));
    let longest = labels.len() / lengths.len();
    let targets: Vec<Target<'_>> = (labels.chunks_exact(longest).zip(&lengths).zip(&n_frames))
        .map(|((labels, &len), &n_frames)| Target { labels: &labels[..len], n_frames })
        .collect();
    let logits = fixture.values("logits");
    let n_labels = logits.len() / (n_frames[0] * targets.len());
    let mut gradient = Vec::new();
    let loss = CtcLoss::of_batch(&logits, n_labels, &targets, &mut gradient);
    assert_eq!(vec![loss.n_impossible], fixture.indices("n_impossible"));
    assert_close("loss", &[loss.mean], &fixture.values("loss"));
    assert_close("gradient", &gradient, &fixture.values("gradient"));
}

#[test]
fn convolution_normalization_activation_and_pooling() {
    let fixture = Fixture::open("convolution_stage");
    let input = fixture.images("input", [3, 6, 8, 4]);
    let mut convolution = Convolution::new("conv", 3, 4, 5, false, &mut Initializer::new(1));
    convolution.weight.value = fixture.values("weight");
    let mut activation = NormalizedActivation::new("norm", 5, Pooling::Both);
    activation.scale.value = fixture.values("scale");
    activation.shift.value = fixture.values("shift");
    let (mut convolved, mut output) = (Tensor::default(), Tensor::default());
    convolution.forward(&input, &mut convolved);
    activation.forward_training(&convolved, &mut output);
    assert_close("output", &inner(&output), &fixture.values("output"));
    assert_close("running mean", &activation.running_mean, &fixture.values("running_mean"));

    let upstream = fixture.images("upstream", [3, 3, 4, 5]);
    let (mut convolved_gradient, mut input_gradient) = (Tensor::default(), Tensor::default());
    activation.backward(&convolved, &upstream, &mut convolved_gradient);
    convolved_gradient.clear_halo();
    convolution.backward(&input, &convolved_gradient, Some(&mut input_gradient));
    assert_close("input gradient", &inner(&input_gradient), &fixture.values("input_gradient"));
    assert_close("weight gradient", &convolution.weight.gradient, &fixture.values("weight_gradient"));
    assert_close("scale gradient", &activation.scale.gradient, &fixture.values("scale_gradient"));
    assert_close("shift gradient", &activation.shift.gradient, &fixture.values("shift_gradient"));
}

#[test]
fn bidirectional_lstm() {
    let fixture = Fixture::open("lstm");
    let mut lstm = BidirectionalLstm::new("lstm", 5, 6, &mut Initializer::new(1));
    let parts = |direction: &mut Direction, name: &str, check: bool| {
        let parameters =
            [&mut direction.input_weight, &mut direction.recurrent_weight, &mut direction.bias].into_iter();
        for (parameter, part) in parameters.zip(["input_weight", "recurrent_weight", "bias"]) {
            if check {
                let expected = fixture.values(&format!("{name}.{part}_gradient"));
                assert_close(&format!("{name}.{part}"), &parameter.gradient, &expected);
            } else {
                parameter.value = fixture.values(&format!("{name}.{part}"));
            }
        }
    };
    parts(&mut lstm.forward_direction, "forward", false);
    parts(&mut lstm.backward_direction, "backward", false);
    let input = fixture.values("input");
    let (mut output, mut input_gradient) = (Vec::new(), Vec::new());
    lstm.forward(&input, 3, &mut output);
    assert_close("output", &output, &fixture.values("output"));
    lstm.backward(&input, 3, &fixture.values("upstream"), &mut input_gradient);
    assert_close("input gradient", &input_gradient, &fixture.values("input_gradient"));
    parts(&mut lstm.forward_direction, "forward", true);
    parts(&mut lstm.backward_direction, "backward", true);
}

#[test]
fn the_five_criteria() {
    let fixture = Fixture::open("distillation");
    let architecture = Architecture { lstm_cells: 9, n_labels: 7, ..Architecture::student() };
    let mut teacher = Network::new(architecture, false, 1);
    for parameter in teacher.upper_parameters_mut() {
        if let Some(part) = parameter.name.strip_prefix("lstm1.").filter(|part| part.ends_with("input_weight")) {
            parameter.value = fixture.values(part);
        }
    }
    let n_frames = fixture.indices("n_frames");
    let criteria = ["cnn-l2", "cnn-mah", "lstm-l2", "ip-l2", "softmax-ce@1", "softmax-ce@5"];
    for name in criteria {
        let (criterion, temperature) = name.split_once('@').unwrap_or((name, "1"));
        let criterion: Criterion = criterion.parse().expect("a criterion");
        let (place, n_features) = match criterion {
            Criterion::CnnL2 | Criterion::CnnMah => ("frames", 64),
            Criterion::LstmL2 => ("hidden", 18),
            _ => ("logits", 7),
        };
        let loss = TeacherLoss::new(criterion, temperature.parse().expect("a number"), &teacher).expect("a teacher's");
        let [there, here] = ["teacher", "student"].map(|whose| fixture.values(&format!("{whose}.{place}")));
        let mut gradient = Vec::new();
        let given = loss.compare(&there, &here, SequenceShape { n_features, n_frames: &n_frames }, &mut gradient);
        assert_close(&format!("{name} loss"), &[given], &fixture.values(&format!("{name}.loss")));
        assert_close(&format!("{name} gradient"), &gradient, &fixture.values(&format!("{name}.gradient")));
    }
}

#[test]
fn adamw() {
    let fixture = Fixture::open("adamw");
    let mut parameters: Vec<Parameter> = ["decaying", "other"]
        .map(|name| {
            let value = fixture.values(name);
            let mut parameter = Parameter::constant(name.to_owned(), &[value.len()], 0.0);
            parameter.value = value;
            parameter.decays = name == "decaying";
            parameter
        })
        .into();
    let config = OptimizerConfig { weight_decay: 0.1, max_gradient_norm: 5.0, ..OptimizerConfig::default() };
    let mut references: Vec<&mut Parameter> = parameters.iter_mut().collect();
    let mut optimizer = AdamW::new(config, &references);
    for step in 0..5 {
        for parameter in &mut references {
            parameter.gradient = fixture.values(&format!("gradient.{}.{step}", parameter.name));
        }
        optimizer.step(&mut references, 0.05);
    }
    for parameter in references {
        let after = fixture.values(&format!("{}.after", parameter.name));
        assert_close(&parameter.name, &parameter.value, &after);
    }
}
