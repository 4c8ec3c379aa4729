//! Vector registers of the processor at hand, and loops compiled for each width of them.
//!
//! Sums in registers must have a type that compilers keep there: arrays of numbers, as in `lanes`, are taken apart and
//! put into memory where many are alive at once.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

/// Registers of one width, and what is done with them.
pub(crate) trait Registers: Copy {
    /// The numbers of one register.
    type Lanes: Copy;
    /// How many those are: 16 with AVX-512, 8 otherwise.
    const N: usize;

    /// The same number in all lanes.
    fn splat(self, value: f32) -> Self::Lanes;
    /// The first [`Self::N`] numbers, of at least so many.
    fn load(self, values: &[f32]) -> Self::Lanes;
    /// Overwrites the first [`Self::N`] numbers, of at least so many.
    fn store(self, values: &mut [f32], lanes: Self::Lanes);
    /// `a + b`.
    fn add(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// `a − b`.
    fn subtract(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// `a · b`.
    fn multiply(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// `a · b + c`, rounded once where the processor has an instruction for it.
    fn multiply_add(self, a: Self::Lanes, b: Self::Lanes, c: Self::Lanes) -> Self::Lanes;
    /// The larger of each pair.
    fn larger(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
}

/// Work compiled for each width of registers. Implementations of [`RegisterKernel::run`], and what they call for every
/// register, are `#[inline(always)]`.
pub(crate) trait RegisterKernel {
    fn run<R: Registers>(self, registers: R);
}

/// Runs `kernel` with the widest registers of this processor.
pub(crate) fn with_registers(kernel: impl RegisterKernel) {
    pulp::Arch::new().dispatch(Dispatched(kernel));
}

struct Dispatched<K>(K);

impl<K: RegisterKernel> pulp::WithSimd for Dispatched<K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, simd: S) {
        match S::F32_LANES {
            8 | 16 => self.0.run(Vectors(simd)),
            _ => self.0.run(Arrays),
        }
    }
}

/// Registers of AVX2 and AVX-512.
#[derive(Clone, Copy)]
struct Vectors<S>(S);

impl<S: pulp::Simd> Registers for Vectors<S> {
    type Lanes = S::f32s;
    const N: usize = S::F32_LANES;

    #[inline(always)]
    fn splat(self, value: f32) -> S::f32s {
        self.0.splat_f32s(value)
    }

    #[inline(always)]
    fn load(self, values: &[f32]) -> S::f32s {
        S::as_simd_f32s(&values[..S::F32_LANES]).0[0]
    }

    #[inline(always)]
    fn store(self, values: &mut [f32], lanes: S::f32s) {
        S::as_mut_simd_f32s(&mut values[..S::F32_LANES]).0[0] = lanes;
    }

    #[inline(always)]
    fn add(self, a: S::f32s, b: S::f32s) -> S::f32s {
        self.0.add_f32s(a, b)
    }

    #[inline(always)]
    fn subtract(self, a: S::f32s, b: S::f32s) -> S::f32s {
        self.0.sub_f32s(a, b)
    }

    #[inline(always)]
    fn multiply(self, a: S::f32s, b: S::f32s) -> S::f32s {
        self.0.mul_f32s(a, b)
    }

    #[inline(always)]
    fn multiply_add(self, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        self.0.mul_add_e_f32s(a, b, c)
    }

    #[inline(always)]
    fn larger(self, a: S::f32s, b: S::f32s) -> S::f32s {
        self.0.max_f32s(a, b)
    }
}

/// Processors without either: compilers make what registers there are of these arrays.
#[derive(Clone, Copy)]
struct Arrays;

/// `f` of each pair.
#[inline(always)]
fn zip(a: [f32; 8], b: [f32; 8], f: impl Fn(f32, f32) -> f32) -> [f32; 8] {
    let mut out = [0.0; 8];
    for lane in 0..8 {
        out[lane] = f(a[lane], b[lane]);
    }
    out
}

impl Registers for Arrays {
    type Lanes = [f32; 8];
    const N: usize = 8;

    #[inline(always)]
    fn splat(self, value: f32) -> [f32; 8] {
        [value; 8]
    }

    #[inline(always)]
    fn load(self, values: &[f32]) -> [f32; 8] {
        let mut lanes = [0.0; 8];
        lanes.copy_from_slice(&values[..8]);
        lanes
    }

    #[inline(always)]
    fn store(self, values: &mut [f32], lanes: [f32; 8]) {
        values[..8].copy_from_slice(&lanes);
    }

    #[inline(always)]
    fn add(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        zip(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn subtract(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        zip(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn multiply(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        zip(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn multiply_add(self, a: [f32; 8], b: [f32; 8], c: [f32; 8]) -> [f32; 8] {
        self.add(self.multiply(a, b), c)
    }

    #[inline(always)]
    fn larger(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        zip(a, b, super::scalar::larger)
    }
}
