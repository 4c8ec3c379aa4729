//! Where the texts of the lines come from: people, or the reader itself.

/// Where the labels come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelSource {
    /// A person. One line in four is held out for evaluation.
    #[default]
    Human,
    /// The reader itself: pseudo-labels. All lines are trained on, and none can serve for evaluation.
    Pseudo,
}

impl LabelSource {
    /// The usual number of training steps; 100 take one or two minutes on two cores. Chosen for pseudo-labels on seven
    /// letters in seven hands: after 50 steps five are read better and two worse, as after 100, but the better ones
    /// gain more and the worse ones lose less.
    pub const fn steps(self) -> u64 {
        match self {
            Self::Human => 100,
            Self::Pseudo => 50,
        }
    }
}
