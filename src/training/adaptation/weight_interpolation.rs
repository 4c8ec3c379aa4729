//! Weight interpolation (WiSE-FT): θ = (1 − α) · θ₀ + α · θ₁ between the weights θ₀ before adaptation and θ₁ after it.
//! Other hands are then read almost as before, and most of the gain on the one hand stays: Wortsman et al., "Robust
//! fine-tuning of zero-shot models", CVPR 2022.

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

/// The mixing coefficient α: 0 keeps the weights before adaptation, 1 those after it. No measurement of this value is
/// recorded.
const ALPHA: f32 = 0.7;

/// Interpolates the weights of the reader in the folder `package` with those of the reader in `base`, and writes
/// `package` anew.
pub(super) fn interpolate(package: &Path, base: &Path) -> Result<(), TrainingError> {
    let (mut adapted, mut first) = (load_trained_network(package)?, load_trained_network(base)?);
    for (adapted, first) in adapted.parameters_mut().into_iter().zip(first.parameters_mut()) {
        for (value, first) in adapted.value.iter_mut().zip(&first.value) {
            *value = first + ALPHA * (*value - first);
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
    write_package(package, &adapted, &facts)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::network::{architecture::Architecture, cnn_dblstm::Network};

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
        interpolate(&package, &base).unwrap();
        let mixed = values(&package);
        let is_between =
            |((mixed, first), learnt): ((&f32, &f32), &f32)| (mixed - (0.3 * first + 0.7 * learnt)).abs() < 1e-5;
        assert!(first != learnt && mixed.iter().zip(&first).zip(&learnt).all(is_between));
        assert_eq!(ModelPackage::open(&package).unwrap().manifest.title, "Mine");
    }
}
