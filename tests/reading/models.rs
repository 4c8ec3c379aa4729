//! Every model package that is shipped: whole, loadable, and reading what it says it reads.

use std::{
    fmt::Write as _,
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::Command,
};

use image::{GrayImage, Luma};
use longhand::{
    evaluation::LineSet,
    imaging::{PageAdjustments, PageImage},
    recognition::{
        BUILT_IN_MODEL, CtcDecoder, INK_LABELLER, ModelLibrary, ModelPackage, PageReader, line_of_strokes, profile,
    },
};

/// How much worse than stated a model may read its own sample, in percent: other processors round otherwise.
const MARGIN: f64 = 0.5;

fn models_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models")
}

fn packages() -> Vec<(PathBuf, ModelPackage)> {
    let entries = fs::read_dir(models_folder()).unwrap().map(|entry| entry.unwrap().path());
    // The ink labeller reads no characters; its package is another kind.
    let is_reader = |path: &PathBuf| path.join("model.toml").is_file() && !path.ends_with(INK_LABELLER);
    let folders: Vec<PathBuf> = entries.filter(is_reader).collect();
    assert!(!folders.is_empty(), "no package is shipped");
    folders.into_iter().map(|folder| (folder.clone(), ModelPackage::open(&folder).unwrap())).collect()
}

#[test]
fn packages_are_whole_and_called_as_their_folders() {
    for (folder, package) in packages() {
        let place = folder.display();
        assert_eq!(package.manifest.name, package.name, "{place}");
        assert!(!package.manifest.title.is_empty() && !package.manifest.license.is_empty(), "{place}");
        assert!(!package.manifest.origin.is_empty(), "{place} does not say where its weights come from");
        assert!(!package.manifest.metrics.is_empty(), "{place} states no error rate");
        assert!(package.card.starts_with("---\n") || package.card.starts_with("# "), "{place} has no card");
    }
}

#[test]
fn the_built_in_package_is_the_one_in_its_folder() {
    let built_in = ModelPackage::built_in().unwrap();
    let folder = ModelPackage::open(&models_folder().join(BUILT_IN_MODEL)).unwrap();
    assert_eq!(built_in.manifest, folder.manifest);
    assert_eq!(built_in.card, folder.card);
}

#[test]
fn networks_are_as_large_as_stated() {
    for (folder, package) in packages() {
        let profile = profile(&package, &[line_of_strokes(64)], 1, &|_, _| ControlFlow::Continue(()));
        let profile = profile.unwrap().expect("nobody broke it off");
        let parameters: u64 = profile.layers.iter().map(|layer| layer.parameters).sum();
        // Exported networks have their batch normalization folded in, which leaves a few parameters less.
        let stated = package.manifest.architecture.parameters;
        assert!(parameters <= stated && parameters * 100 > stated * 98, "{}: {parameters}", folder.display());
        assert!(profile.total_ms > 0.0 && profile.layers.iter().all(|layer| layer.ms >= 0.0));
    }
}

/// `golden/lines.tsv` in a package: images of lines (`file`), what they say (`text`), what the model reads (`read`).
#[test]
fn golden_lines_are_read_as_stated() {
    for (folder, package) in packages() {
        let table = folder.join("golden/lines.tsv");
        if !table.exists() {
            eprintln!("{} has no golden lines", folder.display());
            continue;
        }
        let text = fs::read_to_string(&table).unwrap();
        let column = text.lines().next().unwrap().split('\t').position(|name| name == "read").unwrap();
        let stated: Vec<&str> = text.lines().skip(1).map(|row| row.split('\t').nth(column).unwrap()).collect();
        let reader = PageReader::open(&package, 2, CtcDecoder::Greedy).unwrap();
        let evaluation = LineSet::open(&table).unwrap().evaluate(&reader, &mut |_| ());
        let read: Vec<&str> = evaluation.lines.iter().map(|line| line.hypothesis.as_str()).collect();
        assert_eq!(read, stated, "{}", folder.display());
        if let Some(stated) = package.manifest.metrics.get("golden").and_then(|metrics| metrics.cer) {
            let cer = evaluation.char_error_rate().percent();
            assert!(cer <= stated + MARGIN, "{}: CER {cer} instead of {stated}", folder.display());
        }
    }
}

/// Paper as it comes out of cameras, without writing.
fn blank_papers() -> Vec<(&'static str, GrayImage)> {
    let grain = |x: u32, y: u32| ((x * 7919 + y * 104_729) % 1009 % 13) as u8;
    let paper = |ink: fn(u32, u32) -> u8| GrayImage::from_fn(500, 60, |x, y| Luma([228 - ink(x, y) + grain(x, y)]));
    vec![
        ("grain", paper(|_, _| 0)),
        ("squares", paper(|x, y| if x % 15 == 0 || y % 15 == 0 { 40 } else { 0 })),
        ("shade", paper(|x, _| (x / 5) as u8)),
        ("a speck", paper(|x, y| if x.abs_diff(250).pow(2) + y.abs_diff(30).pow(2) < 8 { 150 } else { 0 })),
        ("darkness", GrayImage::from_fn(500, 60, |x, y| Luma([14 + grain(x, y) / 2]))),
    ]
}

#[test]
fn the_built_in_reader_reads_nothing_where_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "file\ttext\n".to_owned();
    for (name, image) in blank_papers() {
        image.save(folder.path().join(format!("{name}.png"))).unwrap();
        writeln!(table, "{name}.png\t").unwrap();
    }
    let path = folder.path().join("blank.tsv");
    fs::write(&path, table).unwrap();
    let package = ModelPackage::built_in().unwrap();
    let set = LineSet::open(&path).unwrap();
    for decoder in [CtcDecoder::Greedy, CtcDecoder::english(&package.character_set)] {
        let reader = PageReader::open(&package, 2, decoder).unwrap();
        for line in set.evaluate(&reader, &mut |_| ()).lines {
            assert_eq!((line.hypothesis.as_str(), line.failure), ("", None), "{}", line.file);
        }
    }
}

/// A board, notes, a letter and a sheet of few words, each photographed all four ways.
#[test]
fn pages_are_set_upright_however_they_were_photographed() {
    let reader = PageReader::open(&ModelPackage::built_in().unwrap(), 2, CtcDecoder::Greedy).unwrap();
    for name in ["diagram.jpg", "notes.jpg", "letter.jpg", "sheet.jpg"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages").join(name);
        let upright = PageImage::open(&path).unwrap();
        for turns in 0..4 {
            let page = PageAdjustments::default().turned(turns).apply(&upright);
            let (read, _) = reader.read(&page, &mut |_| ControlFlow::Continue(())).unwrap();
            assert_eq!(read.turn(), 90 * ((4 - turns as u32) % 4), "{name} turned {turns} times");
        }
    }
}

#[test]
fn every_package_is_found_by_its_name() {
    let library = ModelLibrary::new(vec![models_folder()]);
    for (_, package) in packages() {
        assert_eq!(library.open(&package.name).unwrap().manifest, package.manifest);
    }
    assert_eq!(library.list().len(), packages().len());
}

fn longhand(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_longhand"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_readme_states_the_figures_of_the_packages() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("README.md");
    fs::write(&copy, &readme).unwrap();
    longhand(&["models", "--models", "models", "--figures", copy.to_str().unwrap()]);
    let written = fs::read_to_string(&copy).unwrap();
    assert_eq!(written, readme, "write it with longhand models --models models --figures README.md");
    assert_eq!(written.matches("| CER ").count(), 3 * packages().len(), "lines, read two ways, and letters");
}

#[test]
#[cfg(feature = "train")]
fn the_history_of_a_model_is_listed() {
    for (_, package) in packages() {
        let recipe = format!("models/{}/recipe.toml", package.name);
        let listed = longhand(&["train", "--config", &recipe, "--list-stages"]);
        let newest = listed.lines().last().unwrap();
        assert!(newest.starts_with(&format!("{}\t", package.manifest.version)), "{listed}");
        assert!(listed.starts_with("version\tfrom\t") && listed.lines().count() > 3, "{listed}");
    }
}
