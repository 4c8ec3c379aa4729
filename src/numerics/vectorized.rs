//! Loops that are compiled for several instruction sets; the best one of the processor is chosen at run time.
//!
//! A program for any x86-64 processor may use vectors of four numbers only. The code of a [`Kernel`] is compiled for
//! wider vectors as well, so that this program trains as fast as one built for the processor at hand. Compilers neither
//! reorder sums nor fuse multiplications with additions on their own, so a kernel gives the same numbers with every
//! instruction set.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

/// Numbers that kernels process at once, as an array: compilers turn operations on arrays into vector instructions
/// without having to prove that slices do not overlap.
pub(crate) const LANES: usize = 16;

/// Work on slices of numbers. Implementations of [`Kernel::run`] and the functions that they call for every number are
/// `#[inline(always)]`: only then are they compiled for each instruction set.
pub(crate) trait Kernel {
    /// The result.
    type Output;

    /// Does the work.
    fn run(self) -> Self::Output;
}

/// Runs `kernel` with the best instruction set of the processor.
pub(crate) fn vectorized<K: Kernel>(kernel: K) -> K::Output {
    pulp::Arch::new().dispatch(Dispatched(kernel))
}

struct Dispatched<K>(K);

impl<K: Kernel> pulp::WithSimd for Dispatched<K> {
    type Output = K::Output;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _simd: S) -> K::Output {
        self.0.run()
    }
}

/// Adds `values` to `sums`, number by number.
pub(crate) fn add(sums: &mut [f32], values: &[f32]) {
    add_rows(sums, values);
}

/// Adds every row of `rows`, as long as `sums`, to `sums`.
pub(crate) fn add_rows(sums: &mut [f32], rows: &[f32]) {
    vectorized(AddRows { sums, rows });
}

struct AddRows<'a> {
    sums: &'a mut [f32],
    rows: &'a [f32],
}

impl Kernel for AddRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for row in self.rows.chunks_exact(self.sums.len().max(1)) {
            for (sum, value) in self.sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::scalar::{exp, sigmoid, tanh};

    /// A kernel that applies one function, as kernels of the engine do.
    struct Map<'a>(&'a mut [f32], Function);

    #[derive(Clone, Copy)]
    enum Function {
        Exp,
        Sigmoid,
        Tanh,
    }

    impl Kernel for Map<'_> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            for value in self.0 {
                *value = match self.1 {
                    Function::Exp => exp(*value),
                    Function::Sigmoid => sigmoid(*value),
                    Function::Tanh => tanh(*value),
                };
            }
        }
    }

    fn map(function: Function, arguments: &[f32]) -> Vec<f32> {
        let mut values = arguments.to_vec();
        vectorized(Map(&mut values, function));
        values
    }

    fn between(from: f32, to: f32) -> Vec<f32> {
        (0..=20_000).map(|i| from + (to - from) * i as f32 / 20_000.0).collect()
    }

    #[test]
    fn exponentials_are_right_to_three_in_ten_million() {
        let arguments = between(-87.0, 88.0);
        for (x, given) in arguments.iter().zip(map(Function::Exp, &arguments)) {
            let expected = f64::from(*x).exp();
            assert!((f64::from(given) - expected).abs() <= 3e-7 * expected, "{x}: {given} {expected}");
        }
        let beyond = map(Function::Exp, &[-1e30, f32::NEG_INFINITY, 1e30, f32::NAN]);
        assert!(beyond[0] < 1e-37 && beyond[1] < 1e-37 && beyond[2] > 1e38 && beyond[2].is_finite());
        assert!(beyond[3].is_nan(), "what is no number stays so, for the trainer to see");
    }

    #[test]
    fn squashing_functions_are_close_to_the_true_ones() {
        let arguments = between(-30.0, 30.0);
        for (x, given) in arguments.iter().zip(map(Function::Sigmoid, &arguments)) {
            assert!((f64::from(given) - 1.0 / (1.0 + (-f64::from(*x)).exp())).abs() < 3e-7, "{x}");
        }
        for (x, given) in arguments.iter().zip(map(Function::Tanh, &arguments)) {
            assert!((f64::from(given) - f64::from(*x).tanh()).abs() < 6e-7, "{x}");
        }
    }

    #[test]
    fn instructions_do_not_change_results() {
        let arguments = between(-20.0, 20.0);
        let dispatched = map(Function::Tanh, &arguments);
        let mut plain = arguments;
        Map(&mut plain, Function::Tanh).run();
        assert_eq!(dispatched, plain);
    }

    #[test]
    fn rows_are_added_up() {
        let mut sums = vec![1.0, 2.0, 3.0];
        add_rows(&mut sums, &[1.0, 1.0, 1.0, 10.0, 20.0, 30.0]);
        assert_eq!(sums, [12.0, 23.0, 34.0]);
        add(&mut sums, &[-12.0, -23.0, -34.0]);
        assert_eq!(sums, [0.0; 3]);
    }
}
