//! Takes back a part of what was learnt, so that less is forgotten.

use std::path::Path;

use crate::{
    recognition::ModelPackage,
    training::{
        error::TrainingError,
        package::{
            export::{PackageFacts, write_package},
            import::load_trained_network,
        },
    },
};

/// How far from the first weights to the learnt ones the new reader's weights lie. Between them other hands are read
/// almost as before, while most of what was gained on the one hand stays: Wortsman et al., "Robust fine-tuning of
/// zero-shot models", CVPR 2022.
const PART_KEPT: f32 = 0.7;

/// Moves the weights of the reader in the folder `package` towards those of the reader in `base`.
pub(super) fn step_back(package: &Path, base: &Path) -> Result<(), TrainingError> {
    let (mut learnt, mut first) = (load_trained_network(package)?, load_trained_network(base)?);
    for (learnt, first) in learnt.parameters_mut().into_iter().zip(first.parameters_mut()) {
        for (value, first) in learnt.value.iter_mut().zip(&first.value) {
            *value = first + PART_KEPT * (*value - first);
        }
    }
    let opened = ModelPackage::open(package).map_err(|error| TrainingError::bad_data(package, error))?;
    let (manifest, card) = (opened.manifest, opened.card);
    let facts = PackageFacts {
        name: manifest.name,
        title: manifest.title,
        version: manifest.version,
        license: manifest.license,
        origin: manifest.origin,
        card,
    };
    write_package(package, &learnt, &facts)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::network::{Network, architecture::Architecture};

    #[test]
    fn weights_end_between_the_first_and_the_learnt_ones() {
        let folder = tempfile::tempdir().unwrap();
        let (base, package) = (folder.path().join("base"), folder.path().join("package"));
        let text = |text: &str| text.to_owned();
        let facts = PackageFacts {
            name: text("mine"),
            title: text("Mine"),
            version: text("1"),
            license: text("private"),
            origin: toml::Table::new(),
            card: text("# Mine\n"),
        };
        let architecture = Architecture { lstm_cells: 8, ..Architecture::student() };
        for (folder, seed) in [(&base, 1), (&package, 2)] {
            write_package(folder, &Network::new(architecture.clone(), false, seed), &facts).unwrap();
        }
        let values = |folder: &Path| -> Vec<f32> {
            let mut network = load_trained_network(folder).unwrap();
            network.parameters_mut().into_iter().flat_map(|parameter| parameter.value.clone()).collect()
        };
        let (first, learnt) = (values(&base), values(&package));
        step_back(&package, &base).unwrap();
        let mixed = values(&package);
        let is_between =
            |((mixed, first), learnt): ((&f32, &f32), &f32)| (mixed - (0.3 * first + 0.7 * learnt)).abs() < 1e-5;
        assert!(first != learnt && mixed.iter().zip(&first).zip(&learnt).all(is_between));
        assert_eq!(ModelPackage::open(&package).unwrap().manifest.title, "Mine");
    }
}
