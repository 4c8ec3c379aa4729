//! CNN-L2, LSTM-L2 and IP-L2: the mean squared distance of a frame's activations.

use super::sequences::SequenceShape;

/// 1/T Σ‖x − x̂‖² over the T frames that are not padding. The gradient with respect to the student's activations x̂ is
/// written to `gradient`, same shape.
pub fn squared_distance(teacher: &[f32], student: &[f32], shape: SequenceShape<'_>, gradient: &mut Vec<f32>) -> f32 {
    gradient.clear();
    gradient.resize(student.len(), 0.0);
    let weight = shape.frame_weight();
    let mut total = 0f64;
    for frame in shape.frames() {
        let (teacher, student) = (&teacher[frame.clone()], &student[frame.clone()]);
        let mut squares = 0f32;
        for ((out, x), x_hat) in gradient[frame].iter_mut().zip(teacher).zip(student) {
            let difference = x_hat - x;
            squares += difference * difference;
            *out = 2.0 * weight * difference;
        }
        total += f64::from(squares);
    }
    (total * f64::from(weight)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::criteria::sequences::testing::*;

    #[test]
    fn the_loss_is_the_mean_over_the_frames() {
        let (teacher, student) = (values(5, 1), values(5, 2));
        let mut total = 0f64;
        each_frame(|step, line| {
            let pairs = frame(&teacher, 5, step, line).iter().zip(frame(&student, 5, step, line));
            total += pairs.map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>();
        });
        let shape = SequenceShape { n_features: 5, n_frames: &N_FRAMES };
        let loss = squared_distance(&teacher, &student, shape, &mut Vec::new());
        assert!((f64::from(loss) - total / 9.0).abs() < 1e-6, "{loss} {}", total / 9.0);
        assert!(squared_distance(&teacher, &teacher, shape, &mut Vec::new()) == 0.0);
    }

    #[test]
    fn the_gradient_agrees_with_differences() {
        check_gradient(5, squared_distance);
    }
}
