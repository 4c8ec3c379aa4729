//! From a file to line images: loading, preparation, line finding, normalization.
#![warn(missing_docs)]

mod geometry;
mod import;
mod limits;
mod line;
mod page_image;
mod prepare;
mod prepared_page;
mod raster;
mod segment;
mod tunable;
mod tuning;

pub use self::{
    geometry::{
        adjust::PageAdjustments,
        corners::{are_seen_aslant, propose_corners},
        perspective::{Corners, are_corners_of_a_sheet, rectified_size, rectify, whole_page},
        quarter_turn::QuarterTurn,
    },
    import::{
        DecodedPage, IMAGE_EXTENSIONS, PageFile,
        defect::ImageDefect,
        error::ImageError,
        has_image_name,
        origin::{PackedPicture, PageOrigin},
        read_file,
    },
    limits::is_too_large,
    line::{
        crop::crop_line,
        line_image::LineImage,
        normalize::{INPUT_ROWS, MAX_INPUT_WIDTH, ModelInput, NORMALIZE_VERSION, WIDTH_MULTIPLE, normalize},
        shear_and_scale::ShearScale,
    },
    page_image::PageImage,
    prepare::{
        CleanUpTuning, DotGridTuning, DottedLeaderTuning, EnclosureTuning, HighlighterTuning, IlluminationTuning,
        PolarityTuning, PrepareTuning, RegionGrowingTuning, RulingLinesTuning, SheetRegionTuning, SheetsTuning,
        clean_up::CleanUp, prepare, prepare_tuned, prepare_with,
    },
    prepared_page::{PreparedPage, ink_mask},
    raster::sampling::rgb_with_repeated_border,
    segment::{
        Segmentation,
        ink_labels::{InkLabeller, InkLabels, LABEL_MULTIPLE, LABEL_STRIDE, NoInkLabels},
        segment, segment_tuned, segment_turned,
        tuning::SegmentTuning,
    },
    tunable::Interval,
    tuning::{Tuning, TuningError},
};
