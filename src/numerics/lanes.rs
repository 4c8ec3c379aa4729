//! Vectors as arrays that compilers keep in registers, and loops compiled for each width of them.
//!
//! Unlike `vectorized`, whose kernels give the same numbers with all instructions, these loops fuse
//! multiplications with additions where the processor does: results differ between processors in the last digits.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

/// Numbers of one vector register.
pub(crate) type Lanes<const L: usize> = [f32; L];

/// Work compiled for each width of vector registers. Implementations of [`LaneKernel::run`], and what they call for
/// every vector, are `#[inline(always)]`.
pub(crate) trait LaneKernel {
    /// Does the work on vectors of `L` numbers: 16 with AVX-512, 8 otherwise. `FMA`: the processor multiplies and adds
    /// in one instruction.
    fn run<const L: usize, const FMA: bool>(self);
}

/// Runs `kernel` with the widest vectors of this processor.
pub(crate) fn dispatch(kernel: impl LaneKernel) {
    pulp::Arch::new().dispatch(Dispatched(kernel));
}

struct Dispatched<K>(K);

impl<K: LaneKernel> pulp::WithSimd for Dispatched<K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _simd: S) {
        match S::F32_LANES {
            16 => self.0.run::<16, true>(),
            8 => self.0.run::<8, true>(),
            _ => self.0.run::<8, false>(),
        }
    }
}

/// The first `L` numbers of `values`, zeros where there are fewer. Unlike a call of `copy_from_slice`, this is one
/// instruction in builds without link-time optimization, too.
#[inline(always)]
pub(crate) fn load<const L: usize>(values: &[f32]) -> Lanes<L> {
    match values.first_chunk::<L>() {
        Some(lanes) => *lanes,
        None => [0.0; L],
    }
}

/// Overwrites the first `L` numbers of `values`, none where there are fewer.
#[inline(always)]
pub(crate) fn store<const L: usize>(values: &mut [f32], lanes: Lanes<L>) {
    if let Some(place) = values.first_chunk_mut::<L>() {
        *place = lanes;
    }
}

/// `f` of each pair.
#[inline(always)]
pub(crate) fn zip<const L: usize>(a: Lanes<L>, b: Lanes<L>, f: impl Fn(f32, f32) -> f32) -> Lanes<L> {
    let mut out = [0.0; L];
    for lane in 0..L {
        out[lane] = f(a[lane], b[lane]);
    }
    out
}

/// `a + b`.
#[inline(always)]
pub(crate) fn add<const L: usize>(a: Lanes<L>, b: Lanes<L>) -> Lanes<L> {
    zip(
        a,
        b,
        #[inline(always)]
        |a, b| a + b,
    )
}

/// `a − b`.
#[inline(always)]
pub(crate) fn subtract<const L: usize>(a: Lanes<L>, b: Lanes<L>) -> Lanes<L> {
    zip(
        a,
        b,
        #[inline(always)]
        |a, b| a - b,
    )
}

/// `a · factor + b`.
#[inline(always)]
pub(crate) fn multiply_add<const L: usize, const FMA: bool>(a: Lanes<L>, factor: f32, b: Lanes<L>) -> Lanes<L> {
    zip(
        a,
        b,
        #[inline(always)]
        |a, b| if FMA { a.mul_add(factor, b) } else { a * factor + b },
    )
}

/// The larger of each pair, in one instruction.
#[inline(always)]
pub(crate) fn larger<const L: usize>(a: Lanes<L>, b: Lanes<L>) -> Lanes<L> {
    zip(a, b, super::scalar::larger)
}
