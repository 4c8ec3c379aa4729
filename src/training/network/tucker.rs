//! Decomposition of a trained network without a teacher: Tucker decomposition of 3×3 convolutions into 1×1, 3×3 and
//! 1×1, and a projection before the second LSTM layer. The result is a start for CTC fine-tuning.
//!
//! A kernel K over S input and T output channels becomes core ×₃ U₃ ×₄ U₄ (Kim et al., ICLR 2016): U₃ (S×R₃) and U₄
//! (T×R₄) are the leading left singular vectors of the unfoldings by input and by output channel, and the core is
//! K ×₃ U₃ᵀ ×₄ U₄ᵀ. At full ranks nothing is lost.

use std::str::FromStr;

use rayon::prelude::*;
use thiserror::Error;

use super::{
    architecture::{Architecture, stage_ranks},
    cnn_dblstm::Network,
};
use crate::training::engine::{convolution::Convolution, spectrum::LeftSingularVectors};

/// The ranks of a decomposition.
#[derive(Clone, Debug, PartialEq)]
pub enum TuckerRanks {
    /// Those of the four stages between poolings by 2 rows (the paper's table). A convolution's inputs have the rank of
    /// the stage that they come from. A rank above the number of channels counts as all of them.
    Stages([usize; 4]),
    /// For every convolution and side, the least rank that keeps this share of the weights' squared norm.
    VarianceKept(f64),
}

impl TuckerRanks {
    /// VGG-TK-DBLSTM-v1: 0.99 million parameters.
    pub const V1: Self = Self::Stages(stage_ranks::V1);
    /// VGG-TK-DBLSTM-v2: 1.12 million parameters.
    pub const V2: Self = Self::Stages(stage_ranks::V2);
    /// VGG-TK-DBLSTM-v3: 1.79 million parameters.
    pub const V3: Self = Self::Stages(stage_ranks::V3);
}

/// A text that names no ranks.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "\"{0}\" names no ranks: give v1, v2, v3, four ranks such as 16,28,64,64, or a part of the variance such as 0.9"
)]
pub struct UnknownRanks(String);

impl FromStr for TuckerRanks {
    type Err = UnknownRanks;

    fn from_str(text: &str) -> Result<Self, UnknownRanks> {
        let unknown = || UnknownRanks(text.to_owned());
        match text {
            "v1" => return Ok(Self::V1),
            "v2" => return Ok(Self::V2),
            "v3" => return Ok(Self::V3),
            _ => {}
        }
        if text.contains(',') {
            let ranks: Vec<usize> =
                text.split(',').filter_map(|rank| rank.trim().parse().ok().filter(|&rank| rank > 0)).collect();
            return ranks.try_into().map(Self::Stages).map_err(|_wrong_number| unknown());
        }
        let part: Option<f64> = text.parse().ok();
        part.filter(|&part| part > 0.0 && part <= 1.0).map(Self::VarianceKept).ok_or_else(unknown)
    }
}

/// Why a network cannot be decomposed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DecompositionError {
    /// Its front is not the teacher's, the only one with large 3×3 convolutions in a row, or it is decomposed already.
    #[error("only a network with a VGG front that is still whole can be decomposed")]
    NotWhole,
    /// The second LSTM layer has a projection already, or fewer inputs.
    #[error("the second LSTM layer cannot be given {rank} inputs: it has {inputs}")]
    NoRank {
        /// The rank that was requested.
        rank: usize,
        /// The inputs that the layer has.
        inputs: usize,
    },
    /// A weight is not finite.
    #[error("the weights hold values that are no numbers")]
    NotFinite,
}

/// Decomposes all 3×3 convolutions of `network` but the first, which reads one channel. All other layers are copied.
pub fn tucker_decomposition(network: &mut Network, ranks: &TuckerRanks) -> Result<Network, DecompositionError> {
    let specs = network.architecture.convolutions();
    let is_whole = specs.iter().all(|spec| spec.kernel == 3 && spec.ranks.is_none());
    if !is_whole {
        return Err(DecompositionError::NotWhole);
    }
    let whole: Vec<Convolution> =
        network.chains().skip(1).filter_map(|chain| chain.layers().first().cloned()).collect();
    let bases = whole.par_iter().map(Bases::new).collect::<Option<Vec<_>>>().ok_or(DecompositionError::NotFinite)?;
    let tucker_ranks: Vec<[usize; 2]> = match ranks {
        TuckerRanks::Stages(stages) => {
            let wanted = stage_ranks::per_convolution(*stages);
            (wanted.iter().zip(&whole)).map(|([r, s], c)| [*r.min(&c.inputs), *s.min(&c.outputs)]).collect()
        }
        TuckerRanks::VarianceKept(part) => bases
            .iter()
            .map(|Bases { inputs, outputs }| [inputs, outputs].map(|side| side.rank_that_keeps(*part)))
            .collect(),
    };
    let architecture = Architecture { tucker_ranks: tucker_ranks.clone(), ..network.architecture.clone() };
    let mut small = network.rebuilt(architecture);
    let parts: Vec<[Vec<f32>; 3]> = (whole.par_iter().zip(&bases).zip(&tucker_ranks))
        .map(|((convolution, bases), ranks)| bases.parts(convolution, *ranks))
        .collect();
    for (chain, values) in small.chains_mut().skip(1).zip(parts) {
        for (layer, values) in chain.layers_mut().iter_mut().zip(values) {
            layer.weight.value = values;
        }
    }
    Ok(small)
}

/// Left singular vectors of a convolution's weights, unfolded by input and by output channel.
struct Bases {
    inputs: LeftSingularVectors,
    outputs: LeftSingularVectors,
}

impl Bases {
    /// `None` if a weight is not finite.
    fn new(convolution: &Convolution) -> Option<Self> {
        let Convolution { kernel, inputs, outputs, weight, .. } = convolution;
        let (n_taps, inputs, outputs) = (kernel * kernel, *inputs, *outputs);
        let at = |tap: usize, input: usize, output: usize| {
            f64::from(weight.value[(tap * inputs + input) * outputs + output])
        };
        let by_input: Vec<f64> = (0..inputs)
            .flat_map(|input| (0..n_taps).flat_map(move |tap| (0..outputs).map(move |output| at(tap, input, output))))
            .collect();
        let by_output: Vec<f64> = (0..outputs)
            .flat_map(|output| (0..n_taps).flat_map(move |tap| (0..inputs).map(move |input| at(tap, input, output))))
            .collect();
        let inputs = LeftSingularVectors::new(&by_input, inputs)?;
        Some(Self { inputs, outputs: LeftSingularVectors::new(&by_output, outputs)? })
    }

    /// The weights of the three convolutions, `[kernel row, kernel column, input, output]`.
    fn parts(&self, convolution: &Convolution, [r, s]: [usize; 2]) -> [Vec<f32>; 3] {
        let Convolution { kernel, inputs, outputs, weight, .. } = convolution;
        let (n_taps, inputs, outputs) = (kernel * kernel, *inputs, *outputs);
        let first = (0..inputs).flat_map(|input| (0..r).map(move |k| self.inputs.vector(k)[input] as f32)).collect();
        let last = (0..s).flat_map(|k| self.outputs.vector(k).iter().map(|&value| value as f32)).collect();
        let mut core = Vec::with_capacity(n_taps * r * s);
        let mut row = vec![0f64; outputs];
        for tap in 0..n_taps {
            let taps = &weight.value[tap * inputs * outputs..][..inputs * outputs];
            for k in 0..r {
                row.fill(0.0);
                for (weights, &along) in taps.chunks_exact(outputs).zip(self.inputs.vector(k)) {
                    row.iter_mut().zip(weights).for_each(|(sum, &weight)| *sum += along * f64::from(weight));
                }
                core.extend(
                    (0..s).map(|l| {
                        self.outputs.vector(l).iter().zip(&row).map(|(u, value)| u * value).sum::<f64>() as f32
                    }),
                );
            }
        }
        [first, core, last]
    }
}

/// Inserts a projection to `rank` features before the second LSTM layer: the best approximation of the input weights of
/// both directions together by a product of that rank. All other layers are copied.
pub fn with_lstm_rank(network: &mut Network, rank: usize) -> Result<Network, DecompositionError> {
    let lstm = &network.lstms()[1];
    let (inputs, gates) = (lstm.inputs, 4 * lstm.cells);
    if rank == 0 || rank > inputs || network.architecture.lstm_rank.is_some() {
        return Err(DecompositionError::NoRank { rank, inputs });
    }
    let directions = [&lstm.forward_direction, &lstm.backward_direction].map(|d| d.input_weight.value.clone());
    let joined: Vec<f64> = (0..inputs)
        .flat_map(|input| directions.iter().flat_map(move |weight| weight[input * gates..][..gates].iter()))
        .map(|&weight| f64::from(weight))
        .collect();
    let basis = LeftSingularVectors::new(&joined, inputs).ok_or(DecompositionError::NotFinite)?;
    let mut small = network.rebuilt(Architecture { lstm_rank: Some(rank), ..network.architecture.clone() });
    let projection = (0..inputs).flat_map(|input| (0..rank).map(move |k| (k, input)));
    let projection = projection.map(|(k, input)| basis.vector(k)[input] as f32).collect();
    let projected = |weight: &[f32]| -> Vec<f32> {
        let mut out = Vec::with_capacity(rank * gates);
        for k in 0..rank {
            let mut row = vec![0f64; gates];
            for (weights, &along) in weight.chunks_exact(gates).zip(basis.vector(k)) {
                row.iter_mut().zip(weights).for_each(|(sum, &weight)| *sum += along * f64::from(weight));
            }
            out.extend(row.into_iter().map(|value| value as f32));
        }
        out
    };
    small.set_second_lstm_inputs(projection, directions.map(|weight| projected(&weight)));
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::engine::tensor::Tensor;

    fn input() -> Tensor {
        let mut input = Tensor::zeros(2, 64, 24, 1);
        input.data.iter_mut().enumerate().for_each(|(i, value)| *value = (i * i % 23) as f32 / 23.0);
        input.clear_halo();
        input
    }

    fn trained(architecture: Architecture) -> Network {
        let mut network = Network::new(architecture, true, 3);
        // Moves the running means and variances away from their first values.
        network.forward_training(&input());
        network
    }

    fn distance(a: &mut Network, b: &mut Network) -> f32 {
        let expected = a.forward(&input()).main.to_vec();
        b.forward(&input()).main.iter().zip(&expected).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
    }

    #[test]
    fn nothing_is_lost_at_full_ranks_and_little_at_high_ones() {
        let mut teacher = trained(Architecture { lstm_cells: 16, ..Architecture::teacher() });
        let mut whole = tucker_decomposition(&mut teacher, &TuckerRanks::Stages([999; 4])).unwrap();
        assert!(distance(&mut teacher, &mut whole) < 2e-4, "{}", distance(&mut teacher, &mut whole));
        let mut most = tucker_decomposition(&mut teacher, &TuckerRanks::VarianceKept(0.99)).unwrap();
        let mut few = tucker_decomposition(&mut teacher, &TuckerRanks::V1).unwrap();
        assert!(most.architecture.n_parameters() < whole.architecture.n_parameters());
        let (near, far) = (distance(&mut teacher, &mut most), distance(&mut teacher, &mut few));
        assert!(near < far, "{near} {far}");
        assert_eq!(tucker_decomposition(&mut few, &TuckerRanks::V1).unwrap_err(), DecompositionError::NotWhole);
        let mut student = trained(Architecture { lstm_cells: 16, ..Architecture::student() });
        assert!(tucker_decomposition(&mut student, &TuckerRanks::V1).is_err());
    }

    #[test]
    fn an_lstm_of_full_rank_reads_as_before() {
        let mut network = trained(Architecture { lstm_cells: 12, ..Architecture::student() });
        let mut full = with_lstm_rank(&mut network, 24).unwrap();
        assert!(distance(&mut network, &mut full) < 1e-4);
        let mut half = with_lstm_rank(&mut network, 12).unwrap();
        assert!(half.architecture.n_parameters() < network.architecture.n_parameters());
        assert!(distance(&mut network, &mut half) > 1e-4);
        assert!(with_lstm_rank(&mut half, 6).is_err());
        assert!(with_lstm_rank(&mut network, 25).is_err());
    }

    #[test]
    fn ranks_are_named_listed_or_found() {
        assert_eq!("v2".parse(), Ok(TuckerRanks::V2));
        assert_eq!("1, 2,3,4".parse(), Ok(TuckerRanks::Stages([1, 2, 3, 4])));
        assert_eq!("0.9".parse(), Ok(TuckerRanks::VarianceKept(0.9)));
        for wrong in ["v4", "1,2,3", "1,2,3,0", "1.5", "0", ""] {
            assert!(wrong.parse::<TuckerRanks>().is_err(), "{wrong}");
        }
    }
}
