//! The two models of a panel: teacher and reader unless others are chosen, and never one model twice.

use super::{command::Side, model_list::ModelList};
use crate::{
    app::state::reader_choice::default_model,
    recognition::{BUILT_IN_MODEL, TEACHER_MODEL},
    storage::Settings,
};

/// The names, or the folders of the packages, of the first and the second model.
pub(crate) type PairOfNames = [Option<String>; 2];

/// What was chosen; a side that was not follows the installed models and the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ModelPair {
    chosen: PairOfNames,
}

impl ModelPair {
    /// Both models. A side is `None` where only one model is installed.
    pub(crate) fn names(&self, models: &ModelList, settings: &Settings) -> PairOfNames {
        let installed: Vec<&str> = models.models().iter().map(|model| model.name.as_str()).collect();
        self.names_among(&installed, default_model(settings))
    }

    fn names_among(&self, installed: &[&str], reads_pages: &str) -> PairOfNames {
        let reader = if reads_pages == TEACHER_MODEL { BUILT_IN_MODEL } else { reads_pages };
        // The reader counts as installed before the models are listed, too.
        let is_there = |name: &&str| *name == reader || installed.contains(name);
        let pick = |wanted: &str, taken: Option<&str>| {
            let wanted = Some(wanted).filter(is_there);
            let mut candidates = wanted.into_iter().chain(installed.iter().copied());
            candidates.find(|name| Some(*name) != taken).map(str::to_owned)
        };
        let [a, b] = self.chosen.clone();
        let b = b.or_else(|| pick(reader, a.as_deref()));
        [a.or_else(|| pick(TEACHER_MODEL, b.as_deref())), b]
    }

    /// Chooses the model of a side. If it was the other side's, that gets the one that was here.
    pub(crate) fn choose(&mut self, side: Side, name: String, models: &ModelList, settings: &Settings) {
        let before = self.names(models, settings);
        let (own, other) = (side as usize, 1 - side as usize);
        if before[other].as_ref() == Some(&name) {
            self.chosen[other].clone_from(&before[own]);
        }
        self.chosen[own] = Some(name);
    }

    /// Swaps the two models.
    pub(crate) fn swap(&mut self, models: &ModelList, settings: &Settings) {
        let [a, b] = self.names(models, settings);
        self.chosen = [b, a];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 3] = ["open-student", "student", "teacher"];

    fn names(pair: &ModelPair, installed: &[&str], reads_pages: &str) -> [String; 2] {
        pair.names_among(installed, reads_pages).map(Option::unwrap_or_default)
    }

    #[test]
    fn teacher_and_reader_are_the_default() {
        let pair = ModelPair::default();
        assert_eq!(names(&pair, &ALL, "student"), ["teacher", "student"]);
        assert_eq!(names(&pair, &ALL, "teacher"), ["teacher", "student"]);
        assert_eq!(names(&pair, &ALL, "open-student"), ["teacher", "open-student"]);
        assert_eq!(names(&pair, &["mine", "student"], "student"), ["mine", "student"]);
        assert_eq!(names(&pair, &["student"], "student"), ["", "student"]);
        assert_eq!(names(&pair, &[], "student"), ["", "student"], "nothing is listed yet");
    }

    #[test]
    fn no_model_is_on_both_sides() {
        for a in ALL {
            let pair = ModelPair { chosen: [Some(a.to_owned()), None] };
            let [first, second] = names(&pair, &ALL, "student");
            assert!(first == a && second != a && !second.is_empty(), "{a} {second}");
            let pair = ModelPair { chosen: [None, Some(a.to_owned())] };
            let [first, second] = names(&pair, &ALL, "student");
            assert!(second == a && first != a && !first.is_empty(), "{a} {first}");
        }
        let (models, settings) = (ModelList::default(), Settings::default());
        let mut pair = ModelPair::default();
        pair.choose(Side::A, "teacher".to_owned(), &models, &settings);
        pair.choose(Side::A, "student".to_owned(), &models, &settings);
        assert_eq!(pair.names(&models, &settings), ["student", "teacher"].map(|name| Some(name.to_owned())));
        pair.swap(&models, &settings);
        assert_eq!(pair.names(&models, &settings), ["teacher", "student"].map(|name| Some(name.to_owned())));
    }
}
