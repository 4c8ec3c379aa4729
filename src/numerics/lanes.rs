//! Vectors as arrays that compilers keep in registers, and loops compiled for each width of them.
//!
//! Unlike `vectorized`, whose kernels give the same numbers with all instructions, these loops fuse
//! multiplications with additions where the processor does: results differ between processors in the last digits.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use super::scalar::fused;

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
    match values[..L].first_chunk::<L>() {
        Some(lanes) => *lanes,
        None => [0.0; L],
    }
}

/// Overwrites the first `L` numbers of `values`, none where there are fewer.
#[inline(always)]
pub(crate) fn store<const L: usize>(values: &mut [f32], lanes: Lanes<L>) {
    if let Some(place) = values[..L].first_chunk_mut::<L>() {
        *place = lanes;
    }
}

/// The instruction that makes 16 numbers of single precision of as many of half precision while it loads them. Only
/// AVX-512 is asked for it: with shorter vectors arithmetic takes as long as reading twice as much.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Widener {
    #[cfg(target_arch = "x86_64")]
    simd: pulp::x86::V4,
}

impl Widener {
    /// `None` where the processor has none.
    pub(crate) fn new() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        return pulp::x86::V4::try_new().map(|simd| Self { simd });
        #[cfg(not(target_arch = "x86_64"))]
        None
    }

    /// The first `L` numbers, which are the bits of numbers of half precision; zeros where there are fewer than 16.
    #[inline(always)]
    pub(crate) fn load<const L: usize>(self, halves: &[u16]) -> Lanes<L> {
        #[cfg(target_arch = "x86_64")]
        if let Some(halves) = halves[..16].first_chunk::<16>() {
            let lanes: [f32; 16] = pulp::cast(self.simd.avx512f._mm512_cvtph_ps(pulp::cast(*halves)));
            return load(&lanes);
        }
        [0.0; L]
    }
}

/// `a · factor + b`.
#[inline(always)]
pub(crate) fn multiply_add<const L: usize, const FMA: bool>(a: Lanes<L>, factor: f32, b: Lanes<L>) -> Lanes<L> {
    let mut out = [0.0; L];
    for lane in 0..L {
        out[lane] = fused::<FMA>(a[lane], factor, b[lane]);
    }
    out
}
