//! Functions of single numbers, inlined into the loops of [`super::lanes`] and `vectorized`, which compile them for
//! each instruction set.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

/// The larger of two numbers, in one instruction; unlike [`f32::max`], it is `b` if either is NaN.
#[inline(always)]
pub(crate) fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// `a · b + c`, rounded once where the processor has an instruction for it.
#[inline(always)]
pub(crate) fn fused<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// eˣ with a relative error of 3·10⁻⁷ for x from −87 to 88; outside, the value at the nearer end. NaN stays NaN.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // In this order, NaN stays NaN.
    exp_in_range::<false>(larger(-87.0, if x > 88.0 { 88.0 } else { x }))
}

/// eˣ for x from −87 to 88.
#[inline(always)]
fn exp_in_range<const FMA: bool>(x: f32) -> f32 {
    /// 1.5 · 2²³: adding it rounds to an integer, which is then in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    /// ln 2 as a sum of two numbers; the first is short enough that its products with integers are exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    let shifted = fused::<FMA>(x, std::f32::consts::LOG2_E, ROUND);
    let whole = shifted - ROUND;
    let f = fused::<FMA>(whole, -LN_2[1], fused::<FMA>(whole, -LN_2[0], x));
    let series = fused::<FMA>(f, fused::<FMA>(f, 0.001_388_888_9, 0.008_333_334), 0.041_666_668);
    let series = fused::<FMA>(f, fused::<FMA>(f, series, 0.166_666_67), 0.5);
    let series = fused::<FMA>(f, fused::<FMA>(f, series, 1.0), 1.0);
    f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23)) * series
}

/// Sums of an LSTM cell's gates.
#[derive(Clone, Copy)]
pub(crate) struct GateSums {
    pub(crate) input: f32,
    pub(crate) forget: f32,
    pub(crate) new: f32,
    pub(crate) output: f32,
}

/// The memory and the output of an LSTM cell after one step: σ(forget) · memory + σ(input) · tanh(new), and σ(output) ·
/// tanh of that. On one denominator each they take two divisions instead of five.
#[inline(always)]
pub(crate) fn lstm_cell<const FMA: bool>(sums: GateSums, memory: f32) -> (f32, f32) {
    let input = 1.0 + bounded_exp::<FMA>(-sums.input);
    let forget = 1.0 + bounded_exp::<FMA>(-sums.forget);
    let output = 1.0 + bounded_exp::<FMA>(-sums.output);
    let new = bounded_exp::<FMA>(-2.0 * sums.new);
    let scale = input * (1.0 + new);
    let memory = fused::<FMA>(memory, scale, forget * (1.0 - new)) / (forget * scale);
    let kept = bounded_exp::<FMA>(-2.0 * memory);
    (memory, (1.0 - kept) / (output * (1.0 + kept)))
}

/// eˣ of x within ±28: the product of three is a number still, and 1 + e⁻²⁸ is 1.
#[inline(always)]
fn bounded_exp<const FMA: bool>(x: f32) -> f32 {
    const LIMIT: f32 = 28.0;
    // In this order, NaN stays NaN.
    exp_in_range::<FMA>(larger(-LIMIT, if x > LIMIT { LIMIT } else { x }))
}

/// 1 / (1 + e⁻ˣ).
#[cfg(any(feature = "train", test))]
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The hyperbolic tangent.
#[cfg(any(feature = "train", test))]
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    2.0 * sigmoid(2.0 * x) - 1.0
}
