//! The shape of a batch's activations.

use std::ops::Range;

/// The shape of activations `[time, batch, feature]`, in which frames of padding do not count.
#[derive(Clone, Copy, Debug)]
pub struct SequenceShape<'a> {
    /// Numbers a frame.
    pub n_features: usize,
    /// Frames of each line of the batch; later ones are padding.
    pub n_frames: &'a [usize],
}

impl SequenceShape<'_> {
    /// The ranges of the frames that are not padding.
    pub(super) fn frames(&self) -> impl Iterator<Item = Range<usize>> {
        let Self { n_features, n_frames } = *self;
        let n_steps = n_frames.iter().copied().max().unwrap_or(0);
        let places = (0..n_steps).flat_map(move |step| (0..n_frames.len()).map(move |line| (step, line)));
        places.filter(move |&(step, line)| step < n_frames[line]).map(move |(step, line)| {
            let start = (step * n_frames.len() + line) * n_features;
            start..start + n_features
        })
    }

    /// The number of frames that are not padding.
    pub fn n_counted(&self) -> usize {
        self.n_frames.iter().sum()
    }

    /// The weight of a frame in a mean over all.
    pub(super) fn frame_weight(&self) -> f32 {
        1.0 / self.n_counted().max(1) as f32
    }
}

/// Helpers of the criteria's tests.
#[cfg(test)]
pub(super) mod testing {
    use super::SequenceShape;

    pub(in crate::training::criteria) const N_FRAMES: [usize; 3] = [4, 2, 3];
    const N_STEPS: usize = 4;

    pub(in crate::training::criteria) fn values(n_features: usize, seed: usize) -> Vec<f32> {
        let len = N_STEPS * N_FRAMES.len() * n_features;
        (0..len).map(|i| ((i * 31 + seed * 17 + i * i % 7) % 23) as f32 / 11.0 - 1.0).collect()
    }

    /// The numbers of one frame.
    pub(in crate::training::criteria) fn frame(values: &[f32], n_features: usize, step: usize, line: usize) -> &[f32] {
        &values[(step * N_FRAMES.len() + line) * n_features..][..n_features]
    }

    /// Calls `visit` for every frame that counts, by two plain loops.
    pub(in crate::training::criteria) fn each_frame(mut visit: impl FnMut(usize, usize)) {
        for (line, &n_frames) in N_FRAMES.iter().enumerate() {
            for step in 0..n_frames {
                visit(step, line);
            }
        }
    }

    /// Checks a loss's gradient against central differences; that of padding must be 0.
    pub(in crate::training::criteria) fn check_gradient(
        n_features: usize,
        loss: impl Fn(&[f32], &[f32], SequenceShape<'_>, &mut Vec<f32>) -> f32,
    ) {
        let shape = SequenceShape { n_features, n_frames: &N_FRAMES };
        let (teacher, student) = (values(n_features, 1), values(n_features, 2));
        let mut gradient = vec![7.0];
        loss(&teacher, &student, shape, &mut gradient);
        assert_eq!(gradient.len(), student.len());
        let step = 1e-2;
        for i in 0..student.len() {
            let at = |change: f32| {
                let mut changed = student.clone();
                changed[i] += change;
                f64::from(loss(&teacher, &changed, shape, &mut Vec::new()))
            };
            let difference = (at(step) - at(-step)) / f64::from(2.0 * step);
            let given = f64::from(gradient[i]);
            assert!(
                (difference - given).abs() < 1e-3 * (1.0 + given.abs()),
                "[{i}]: {given}, by differences {difference}"
            );
        }
        let padding = frame(&gradient, n_features, 3, 1);
        assert!(padding.iter().all(|&g| g == 0.0), "padding has a gradient");
        assert!(gradient.iter().any(|&g| g != 0.0), "the gradient is nothing but zeros");
    }
}
