//! The warning before a model is chosen that was measured worse than the one that reads pages.

use crate::{app::lab::model_list::InstalledModel, recognition::SetMetrics};

/// What speaks against `model` in place of `present`, in a sentence; `None` if it was measured as well or never.
pub(super) fn warning(model: &InstalledModel, present: &InstalledModel) -> Option<String> {
    let (of_model, of_present) = (on_lines(model), on_lines(present));
    let on_same_set = of_model.iter().find_map(|(set, new)| {
        let (_, old) = of_present.iter().find(|(name, old)| name == set && old.n_lines == new.n_lines)?;
        Some((*new, *old))
    });
    let is_same_set = on_same_set.is_some();
    let (new, old) = on_same_set.or_else(|| Some((of_model.first()?.1, of_present.first()?.1)))?;
    let (cer, present_cer) = (new.cer?, old.cer?);
    if cer <= present_cer {
        return None;
    }
    let lines = |metrics: &SetMetrics| metrics.n_lines.map_or_else(String::new, |n| format!(" on {n} lines"));
    let (name, other) = (&model.name, &present.name);
    Some(if is_same_set {
        format!("{name} reads worse{}: CER {cer:.2} %, where {other} has {present_cer:.2} %", lines(new))
    } else {
        let (on_new, on_old) = (lines(new), lines(old));
        format!(
            "{name} was measured worse, if on other lines: CER {cer:.2} %{on_new}, {other} {present_cer:.2} %{on_old}"
        )
    })
}

/// The greedy error rates on sets of lines, that of the set that chose the weights first: every model has it.
fn on_lines(model: &InstalledModel) -> Vec<(&str, &SetMetrics)> {
    let is_of_lines = |metrics: &SetMetrics| metrics.decoder == "greedy" && metrics.cer.is_some();
    let metrics = model.manifest.metrics.iter().filter(|(_, metrics)| is_of_lines(metrics));
    let mut metrics: Vec<(&str, &SetMetrics)> = metrics.map(|(set, metrics)| (set.as_str(), metrics)).collect();
    metrics.sort_by_key(|(set, _)| *set != "valid");
    metrics
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::{MeasuredErrors, ModelPackage, PackageLocation};

    fn model(name: &str, n_lines: usize, cer: f64) -> InstalledModel {
        let mut manifest = ModelPackage::built_in().unwrap().manifest;
        let measured = MeasuredErrors { n_lines, cer, wer: 2.0 * cer, decoder: "greedy".to_owned() };
        manifest.metrics = [("valid".to_owned(), measured.into())].into();
        let (location, card) = (PackageLocation::BuiltIn, String::new());
        InstalledModel { name: name.to_owned(), location, manifest, card, is_own: true }
    }

    #[test]
    fn only_a_worse_model_is_warned_of() {
        let present = model("student", 211, 3.43);
        let told = |n_lines, cer| warning(&model("mine", n_lines, cer), &present);
        assert_eq!(told(211, 3.4), None);
        assert_eq!(told(211, 16.1).unwrap(), "mine reads worse on 211 lines: CER 16.10 %, where student has 3.43 %");
        let other = told(47, 94.16).unwrap();
        assert!(other.contains("other lines") && other.contains("94.16 % on 47") && other.contains("3.43 % on 211"));
        let mut unmeasured = model("new", 1, 99.0);
        unmeasured.manifest.metrics.clear();
        assert_eq!(warning(&unmeasured, &present), None);
    }
}
