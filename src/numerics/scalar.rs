//! Functions of single numbers, inlined into the loops of [`super::lanes`] and `vectorized`, which compile them for
//! each instruction set.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

/// The larger of two numbers, in one instruction; unlike [`f32::max`], it is `b` if either is NaN.
#[inline(always)]
pub(crate) fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// eˣ with a relative error of 3·10⁻⁷ for x from −87 to 88; outside, the value at the nearer end. NaN stays NaN.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    /// 1.5 · 2²³: adding it rounds to an integer, which is then in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    /// ln 2 as a sum of two numbers; the first is short enough that its products with integers are exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    // In this order, NaN stays NaN.
    let x = larger(-87.0, if x > 88.0 { 88.0 } else { x });
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let f = x - whole * LN_2[0] - whole * LN_2[1];
    let series = 1.0
        + f * (1.0 + f * (0.5 + f * (0.166_666_67 + f * (0.041_666_668 + f * (0.008_333_334 + f * 0.001_388_888_9)))));
    f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23)) * series
}

/// 1 / (1 + e⁻ˣ).
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The hyperbolic tangent.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    2.0 * sigmoid(2.0 * x) - 1.0
}
