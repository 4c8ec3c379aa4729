//! The icons in use, as characters of the Phosphor font.

/// frame-corners
pub(super) const ACTUAL_SIZE: &str = "\u{E626}";
/// What a line that was changed by the user is marked with: pencil-line.
pub(super) const CORRECTED: &str = "\u{E3B2}";
/// What a line that the user found right is marked with: check.
pub(super) const CHECKED: &str = "\u{E182}";
/// trash
pub(super) const CLEAR: &str = "\u{E4A6}";
/// x
pub(super) const CLOSE: &str = "\u{E4F6}";
/// copy
pub(super) const COPY: &str = "\u{E1CA}";
/// pencil-simple
pub(super) const DRAW: &str = "\u{E3B4}";
/// perspective
pub(super) const CORNERS: &str = "\u{EBE6}";
/// magic-wand
pub(super) const STRAIGHTEN: &str = "\u{E6B6}";
/// eraser
pub(super) const ERASER: &str = "\u{E21E}";
/// warning-circle
pub(super) const ERROR: &str = "\u{E4E2}";
/// corners-out
pub(super) const FIT_PAGE: &str = "\u{E1D0}";
/// arrows-horizontal
pub(super) const FIT_WIDTH: &str = "\u{EB06}";
/// file-image
pub(super) const IMAGE_FILE: &str = "\u{EA24}";
/// info
pub(super) const INFO: &str = "\u{E2CE}";
/// scales
pub(super) const COMPARE: &str = "\u{E750}";
/// swap
pub(super) const SWAP: &str = "\u{E83C}";
/// list-plus
pub(super) const ADD_LINES: &str = "\u{E2F8}";
/// gauge
pub(super) const LATENCY: &str = "\u{E628}";
/// download-simple
pub(super) const EXPORT: &str = "\u{E20C}";
/// flask
pub(super) const LAB: &str = "\u{E79E}";
/// package
pub(super) const MODELS: &str = "\u{E390}";
/// folder-plus
pub(super) const IMPORT: &str = "\u{E258}";
/// article
pub(super) const CARD: &str = "\u{E0A8}";
/// seal-check
pub(super) const DEFAULT: &str = "\u{E606}";
/// arrow-left
pub(super) const BACK: &str = "\u{E058}";
/// keyboard
pub(super) const KEYBOARD: &str = "\u{E2D8}";
/// list
pub(super) const MENU: &str = "\u{E2F0}";
/// caret-down
pub(super) const NEXT_DOUBTFUL: &str = "\u{E136}";
/// folder-open
pub(super) const OPEN: &str = "\u{E256}";
/// bounding-box
pub(super) const OUTLINES: &str = "\u{E6CE}";
/// clipboard
pub(super) const PASTE: &str = "\u{E196}";
/// pen-nib
pub(super) const PEN: &str = "\u{E3AC}";
/// caret-up
pub(super) const PREVIOUS_DOUBTFUL: &str = "\u{E13C}";
/// lock-simple
pub(super) const PRIVATE: &str = "\u{E308}";
/// arrows-clockwise
pub(super) const READ_AGAIN: &str = "\u{E094}";
/// arrow-u-up-right
pub(super) const REDO: &str = "\u{E08C}";
/// arrow-counter-clockwise
pub(super) const ROTATE_LEFT: &str = "\u{E038}";
/// arrow-clockwise
pub(super) const ROTATE_RIGHT: &str = "\u{E036}";
/// floppy-disk
pub(super) const SAVE: &str = "\u{E248}";
/// stop-circle
pub(super) const STOP: &str = "\u{E46E}";
/// timer
pub(super) const TIMINGS: &str = "\u{E492}";
/// arrow-u-up-left
pub(super) const UNDO: &str = "\u{E08A}";
/// warning
pub(super) const WARNING: &str = "\u{E4E0}";
/// plus
pub(super) const ZOOM_IN: &str = "\u{E3D4}";
/// minus
pub(super) const ZOOM_OUT: &str = "\u{E32A}";
/// graduation-cap
pub(super) const LEARN: &str = "\u{E62C}";
/// chalkboard-teacher
#[cfg(feature = "train")]
pub(super) const DISTILL: &str = "\u{E600}";
/// exam
pub(super) const EVALUATE: &str = "\u{E742}";
/// play
#[cfg(feature = "train")]
pub(super) const PLAY: &str = "\u{E3D0}";
/// pause
#[cfg(feature = "train")]
pub(super) const PAUSE: &str = "\u{E39E}";
