//! The form of a detector's numbers: one struct that holds each field's default, unit and evidence side by side.

use serde::{Deserialize, Serialize};

/// A closed interval of numbers. Serialized as `[from, to]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f32; 2]", into = "[f32; 2]")]
pub struct Interval {
    /// The smallest value inside.
    pub from: f32,
    /// The largest value inside.
    pub to: f32,
}

impl Interval {
    /// The interval between two values, both included.
    pub const fn new(from: f32, to: f32) -> Self {
        Self { from, to }
    }

    pub(super) fn contains(self, value: f32) -> bool {
        (self.from..=self.to).contains(&value)
    }
}

impl TryFrom<[f32; 2]> for Interval {
    type Error = String;

    fn try_from([from, to]: [f32; 2]) -> Result<Self, String> {
        if from <= to { Ok(Self { from, to }) } else { Err(format!("the interval [{from}, {to}] is empty")) }
    }
}

impl From<Interval> for [f32; 2] {
    fn from(interval: Interval) -> Self {
        [interval.from, interval.to]
    }
}

/// The paths of fields (`table.table.field`), each with the lines of its documentation.
pub(super) type FieldDocs = Vec<(String, &'static [&'static str])>;

/// A number, or a struct of such that [`tunable!`] declares.
pub(super) trait Tunable {
    /// Appends the documentation of all fields below `path`; a number has none.
    fn document(_path: &str, _docs: &mut FieldDocs) {}
}

impl Tunable for f32 {}
impl Tunable for f64 {}
impl Tunable for usize {}
impl Tunable for i32 {}
impl Tunable for u32 {}
impl Tunable for u8 {}
impl<const N: usize> Tunable for [f32; N] {}
impl Tunable for Interval {}

/// Declares structs of tuned numbers. Each field has a documentation, a type and a default; its name ends with its unit
/// (see `UNITS` in `imaging/tuning.rs`). In a file, fields may be left out and unknown ones are refused.
macro_rules! tunable {
    ($(
        $(#[doc = $about:literal])+
        pub struct $name:ident {
            $($(#[doc = $doc:literal])+ $field:ident: $kind:ty = $default:expr,)+
        }
    )+) => {$(
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $kind,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl $crate::imaging::tunable::Tunable for $name {
            fn document(path: &str, docs: &mut $crate::imaging::tunable::FieldDocs) {
                $(
                    let field = format!("{path}.{}", stringify!($field));
                    docs.push((field.clone(), &[$($doc),+]));
                    <$kind as $crate::imaging::tunable::Tunable>::document(&field, docs);
                )+
            }
        }
    )+};
}
pub(super) use tunable;
