//! The icons in use, as characters of the Phosphor font.

/// frame-corners
pub(crate) const ACTUAL_SIZE: &str = "\u{E626}";
/// Marks a line that the user changed: pencil-line.
pub(crate) const CORRECTED: &str = "\u{E3B2}";
/// Marks a line that the user accepted: check.
pub(crate) const CHECKED: &str = "\u{E182}";
/// trash
pub(crate) const CLEAR: &str = "\u{E4A6}";
/// x
pub(crate) const CLOSE: &str = "\u{E4F6}";
/// copy
pub(crate) const COPY: &str = "\u{E1CA}";
/// pencil-simple
pub(crate) const DRAW: &str = "\u{E3B4}";
/// perspective
pub(crate) const CORNERS: &str = "\u{EBE6}";
/// magic-wand
pub(crate) const STRAIGHTEN: &str = "\u{E6B6}";
/// eraser
pub(crate) const ERASER: &str = "\u{E21E}";
/// scribble
pub(crate) const INK_ERASER: &str = "\u{E806}";
/// lasso
pub(crate) const LASSO: &str = "\u{EDC6}";
/// copy-simple
pub(crate) const DUPLICATE: &str = "\u{E1CC}";
/// palette
pub(crate) const PEN_AND_PAPER: &str = "\u{E6C8}";
/// warning-circle
pub(crate) const ERROR: &str = "\u{E4E2}";
/// corners-out
pub(crate) const FIT_PAGE: &str = "\u{E1D0}";
/// arrows-horizontal
pub(crate) const FIT_WIDTH: &str = "\u{EB06}";
/// file-image
pub(crate) const IMAGE_FILE: &str = "\u{EA24}";
/// info
pub(crate) const INFO: &str = "\u{E2CE}";
/// scales
pub(crate) const COMPARE: &str = "\u{E750}";
/// swap
pub(crate) const SWAP: &str = "\u{E83C}";
/// list-plus
pub(crate) const ADD_LINES: &str = "\u{E2F8}";
/// gauge
pub(crate) const LATENCY: &str = "\u{E628}";
/// download-simple
pub(crate) const EXPORT: &str = "\u{E20C}";
/// flask
pub(crate) const LAB: &str = "\u{E79E}";
/// package
pub(crate) const MODELS: &str = "\u{E390}";
/// folder-plus
pub(crate) const IMPORT: &str = "\u{E258}";
/// article
pub(crate) const CARD: &str = "\u{E0A8}";
/// seal-check
pub(crate) const DEFAULT: &str = "\u{E606}";
/// arrow-left
pub(crate) const BACK: &str = "\u{E058}";
/// magnifying-glass
pub(crate) const FIND: &str = "\u{E30C}";
/// gear
pub(crate) const SETTINGS: &str = "\u{E270}";
/// note-pencil
pub(crate) const EDIT_LINES: &str = "\u{E34C}";
/// arrows-split
pub(crate) const SPLIT: &str = "\u{ED3C}";
/// arrows-merge
pub(crate) const MERGE: &str = "\u{ED3E}";
/// arrows-clockwise
pub(crate) const TURN: &str = "\u{E094}";
/// keyboard
pub(crate) const KEYBOARD: &str = "\u{E2D8}";
/// list
pub(crate) const MENU: &str = "\u{E2F0}";
/// caret-down
pub(crate) const NEXT_DOUBTFUL: &str = "\u{E136}";
/// folder-open
pub(crate) const OPEN: &str = "\u{E256}";
/// bounding-box
pub(crate) const OUTLINES: &str = "\u{E6CE}";
/// shapes
pub(crate) const DRAWINGS: &str = "\u{EC5E}";
/// clipboard
pub(crate) const PASTE: &str = "\u{E196}";
/// pen-nib
pub(crate) const PEN: &str = "\u{E3AC}";
/// caret-up
pub(crate) const PREVIOUS_DOUBTFUL: &str = "\u{E13C}";
/// lock-simple
pub(crate) const PRIVATE: &str = "\u{E308}";
/// arrows-clockwise
pub(crate) const READ_AGAIN: &str = "\u{E094}";
/// arrow-u-up-right
pub(crate) const REDO: &str = "\u{E08C}";
/// arrow-counter-clockwise
pub(crate) const ROTATE_LEFT: &str = "\u{E038}";
/// arrow-clockwise
pub(crate) const ROTATE_RIGHT: &str = "\u{E036}";
/// floppy-disk
pub(crate) const SAVE: &str = "\u{E248}";
/// stop-circle
pub(crate) const STOP: &str = "\u{E46E}";
/// timer
pub(crate) const TIMINGS: &str = "\u{E492}";
/// arrow-u-up-left
pub(crate) const UNDO: &str = "\u{E08A}";
/// warning
pub(crate) const WARNING: &str = "\u{E4E0}";
/// plus
pub(crate) const ZOOM_IN: &str = "\u{E3D4}";
/// minus
pub(crate) const ZOOM_OUT: &str = "\u{E32A}";
/// graduation-cap
#[cfg(feature = "train")]
pub(crate) const LEARN: &str = "\u{E62C}";
/// chalkboard-teacher
#[cfg(feature = "train")]
pub(crate) const DISTILL: &str = "\u{E600}";
/// exam
pub(crate) const EVALUATE: &str = "\u{E742}";
/// play
#[cfg(feature = "train")]
pub(crate) const PLAY: &str = "\u{E3D0}";
/// pause
#[cfg(feature = "train")]
pub(crate) const PAUSE: &str = "\u{E39E}";
