//! Softmax-CE: cross entropy of the student's label distribution against the teacher's (Hinton et al., 2015).

use super::sequences::SequenceShape;

/// −1/T ΣΣ p(τ) log p̂(τ) over the T frames that are not padding, where p(τ) = softmax(z/τ) are the teacher's
/// probabilities and p̂(τ) the student's. Activations are logits; the gradient with respect to the student's is written
/// to `gradient`, same shape.
pub fn soft_target_cross_entropy(
    teacher: &[f32],
    student: &[f32],
    shape: SequenceShape<'_>,
    temperature: f32,
    gradient: &mut Vec<f32>,
) -> f32 {
    gradient.clear();
    gradient.resize(student.len(), 0.0);
    let weight = shape.frame_weight();
    let (mut targets, mut log_probs) = (Vec::new(), Vec::new());
    let mut total = 0f64;
    for frame in shape.frames() {
        log_softmax(&teacher[frame.clone()], temperature, &mut targets);
        log_softmax(&student[frame.clone()], temperature, &mut log_probs);
        let mut cross_entropy = 0f32;
        for ((out, target), log_prob) in gradient[frame].iter_mut().zip(&targets).zip(&log_probs) {
            let target = target.exp();
            cross_entropy -= target * log_prob;
            *out = weight / temperature * (log_prob.exp() - target);
        }
        total += f64::from(cross_entropy);
    }
    (total * f64::from(weight)) as f32
}

/// log softmax(z/τ) of one frame.
fn log_softmax(logits: &[f32], temperature: f32, out: &mut Vec<f32>) {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    out.clear();
    out.extend(logits.iter().map(|z| (z - most) / temperature));
    let log_sum = out.iter().map(|z| z.exp()).sum::<f32>().ln();
    for z in out.iter_mut() {
        *z -= log_sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::criteria::sequences::testing::*;

    /// By the definition, in f64.
    fn probabilities(logits: &[f32], temperature: f64) -> Vec<f64> {
        let powers: Vec<f64> = logits.iter().map(|&z| (f64::from(z) / temperature).exp()).collect();
        let sum: f64 = powers.iter().sum();
        powers.iter().map(|p| p / sum).collect()
    }

    #[test]
    fn the_loss_is_the_mean_cross_entropy() {
        let (teacher, student) = (values(6, 1), values(6, 2));
        let shape = SequenceShape { n_features: 6, n_frames: &N_FRAMES };
        for temperature in [1.0f32, 2.0, 10.0] {
            let mut total = 0.0;
            each_frame(|step, line| {
                let p = probabilities(frame(&teacher, 6, step, line), f64::from(temperature));
                let q = probabilities(frame(&student, 6, step, line), f64::from(temperature));
                total -= p.iter().zip(&q).map(|(p, q)| p * q.ln()).sum::<f64>();
            });
            let loss = soft_target_cross_entropy(&teacher, &student, shape, temperature, &mut Vec::new());
            assert!((f64::from(loss) - total / 9.0).abs() < 1e-5, "τ = {temperature}: {loss} {}", total / 9.0);
        }
    }

    #[test]
    fn the_gradient_agrees_with_differences() {
        for temperature in [1.0, 2.0] {
            check_gradient(6, |teacher, student, shape, gradient| {
                soft_target_cross_entropy(teacher, student, shape, temperature, gradient)
            });
        }
    }

    #[test]
    fn far_logits_give_finite_numbers() {
        let shape = SequenceShape { n_features: 2, n_frames: &[1] };
        let mut gradient = Vec::new();
        let loss = soft_target_cross_entropy(&[500.0, -500.0], &[-500.0, 500.0], shape, 1.0, &mut gradient);
        assert!((loss - 1000.0).abs() < 1e-2 && gradient.iter().all(|g| g.is_finite()), "{loss} {gradient:?}");
    }
}
