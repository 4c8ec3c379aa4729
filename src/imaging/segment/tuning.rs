//! The numbers of all stages of line finding.

use super::{
    assign::AssignTuning,
    column_signs::ColumnSignTuning,
    divide::DivideTuning,
    gap_cuts::GapCutTuning,
    ink_filter::InkFilterTuning,
    ink_labels::LabellingTuning,
    line_core::LineCoreTuning,
    line_filter::LineFilterTuning,
    markers::MarkerTuning,
    outline::OutlineTuning,
    reading_order::ReadingOrderTuning,
    rows::RowTuning,
    sideways_text::SidewaysTextTuning,
    spines::{joining::JoiningTuning, ridges::RidgeTuning, skew::SkewTuning},
};
use crate::imaging::tunable::tunable;

tunable! {
    /// Numbers of line finding. Lengths are in letter heights and stroke widths of the page's writing, so that they
    /// hold at any resolution.
    pub struct SegmentTuning {
        /// Size of the smallest secondary writing, as a fraction of the page's. Lowering it finds noise.
        /// No measurement recorded (6ca9403).
        min_smaller_fraction: f32 = 0.4,
        /// Size of a drawing that is told, at least, in letter heights; smaller ones are specks.
        /// No measurement recorded.
        min_drawing_letters: f32 = 1.0,
        /// Size of a box to tick and its distance from its line, at most, in letter heights.
        /// No measurement recorded.
        max_box_letters: f32 = 3.0,
        /// Mean probability of writing of a line without a core, at least.
        /// No measurement recorded.
        min_coreless_writing_fraction: f32 = 0.9,
        /// Size of a sign of such a line, at least, in letter heights.
        /// No measurement recorded.
        min_coreless_sign_letters: f32 = 0.7,
        /// Number of such signs at least.
        /// No measurement recorded.
        min_coreless_sign_count: usize = 4,
        /// Size of a small sign that may be drawn or written, at most, in letter heights.
        /// No measurement recorded.
        max_doubtful_sign_letters: f32 = 1.6,
        /// Mean probability of writing from which such a sign belongs to the line that it stands in.
        /// No measurement recorded.
        min_doubtful_writing_fraction: f32 = 0.2,
        /// Number of lines kept at most; more are noise.
        /// No measurement recorded (6ee3e87).
        max_line_count: usize = 2000,
        /// The turn of the page.
        turn: TurnTuning = TurnTuning::default(),
        /// Labels of ink.
        labelling: LabellingTuning = LabellingTuning::default(),
        /// Ink divided by its labels.
        divide: DivideTuning = DivideTuning::default(),
        /// Skew of lines.
        skew: SkewTuning = SkewTuning::default(),
        /// Labels that run up or down.
        sideways_text: SidewaysTextTuning = SidewaysTextTuning::default(),
        /// Components that can be writing.
        ink_filter: InkFilterTuning = InkFilterTuning::default(),
        /// Ridges of smeared ink.
        ridges: RidgeTuning = RidgeTuning::default(),
        /// Joining of spines.
        joining: JoiningTuning = JoiningTuning::default(),
        /// Ink given to lines.
        assign: AssignTuning = AssignTuning::default(),
        /// Single signs in columns of tables.
        column_signs: ColumnSignTuning = ColumnSignTuning::default(),
        /// Lines cut at gaps.
        gap_cuts: GapCutTuning = GapCutTuning::default(),
        /// Lines split into rows.
        rows: RowTuning = RowTuning::default(),
        /// Lines that are writing.
        line_filter: LineFilterTuning = LineFilterTuning::default(),
        /// Markers of lists.
        markers: MarkerTuning = MarkerTuning::default(),
        /// Zones of small letters and baselines.
        line_core: LineCoreTuning = LineCoreTuning::default(),
        /// Outlines.
        outline: OutlineTuning = OutlineTuning::default(),
        /// Reading order.
        reading_order: ReadingOrderTuning = ReadingOrderTuning::default(),
    }

    /// Numbers that decide how a page is turned. The side gain is the sharpness of the profile of lines along the
    /// page's height to that of lines across it.
    ///
    /// Measured in dc18470: of 52 photos and letters turned all four ways, one is read the wrong way round after its
    /// whole change, ten before.
    pub struct TurnTuning {
        /// Side gain above which lines run along the page's height.
        /// Measured in dc18470.
        min_side_gain_ratio: f64 = 1.6,
        /// Side gain from which lines surely run along the page's height. Pages of few words give anything in between.
        /// Measured in dc18470.
        sure_side_gain_ratio: f64 = 4.0,
        /// Side gain below which lines surely run across the page.
        /// No measurement recorded (71691ee).
        sure_upright_gain_ratio: f64 = 1.0,
        /// Fraction of the writing that lies in cores of lines, from which lines surely run across the page.
        /// No measurement recorded.
        sure_core_fraction: f32 = 0.45,
        /// That fraction of the page on its side to that of the page as it is, from which it is turned.
        /// No measurement recorded.
        min_core_gain_ratio: f32 = 1.3,
        /// Fraction of the ink beside small letters that is above them, from which a page is surely not upside down.
        /// Measured in dc18470.
        sure_ascending_fraction: f32 = 0.7,
    }
}
