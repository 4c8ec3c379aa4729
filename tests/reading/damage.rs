//! Damaged descriptions, manifests, settings, ink, projects and kept pages are survived.

use std::{
    collections::BTreeMap,
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use longhand::{
    formats::{ExportFormat, ExportedPage, document, inkml},
    imaging::PageAdjustments,
    ink::{Drawing, PaperKind, Stroke},
    page::{Page, Point, Rect, TextLine},
    storage::{KeptPage, PackedPicture, Project, ProjectPage, ProjectPicture, Settings},
};

#[path = "../support/mutate.rs"]
mod mutate;
#[path = "../support/text_targets.rs"]
mod text_targets;

/// Seconds for which [`damaged_texts_are_survived_for_a_while`] makes up files.
const SECONDS: &str = "LONGHAND_FUZZ_SECONDS";
/// Damaged files of each kind in the usual run.
const N_USUAL: u64 = 150;

const XOPP: &str = r##"<?xml version="1.0"?><xournal creator="Xournal++ 1.2.2" fileversion="4">
<page width="595.3" height="841.9"><background type="solid" color="#ffffffff" style="lined"/>
<layer><stroke tool="pen" color="#3333ccff" width="1.41">100 200 110 205</stroke>
<stroke tool="pen" color="red" width="2.0 1.0 0.5">10 10 20 10 30 10</stroke></layer></page></xournal>"##;

type Target = fn(&[u8]);

/// Whole files of every kind, and what reads them.
fn whole_files() -> Vec<(Vec<u8>, Target)> {
    let line =
        TextLine { correction: Some("Salt & pepper".to_owned()), ..TextLine::at(Rect::new(9.0, 9.0, 300.0, 50.0)) };
    let page = Page { width: 400, height: 200, lines: vec![line], drawings: Vec::new() };
    let exported = [ExportedPage { name: "notes.tif", number: Some(2), page: &page }];
    let description = |format| document(&exported, format).unwrap().into_bytes();
    let stroke = Stroke::new(vec![Point::new(1.0, 2.0), Point::new(350.5, 40.0)], 2.0);
    let drawing = Drawing::new(vec![stroke], PaperKind::default());
    let kept = KeptPage::new("Sheet".to_owned(), (400, 200), Some(&drawing), PageAdjustments::default(), &page);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/student/model.toml");
    let settings = Settings::default().to_toml().unwrap().into_bytes();
    let pages = vec![ProjectPage {
        name: "Sheet".to_owned(),
        picture: ProjectPicture::Ink(drawing.strokes().to_vec()),
        size: Some((400, 200)),
        adjustments: PageAdjustments::default(),
        page: page.clone(),
        is_read: true,
        has_own_lines: false,
        paper: PaperKind::default(),
    }];
    let project = Project::new(pages);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.longhand");
    project.save(&path, &BTreeMap::from([("pictures/1.jpg".to_owned(), PackedPicture::Bytes(vec![7; 90]))])).unwrap();
    vec![
        (description(ExportFormat::PageXml), text_targets::describe_bytes as Target),
        (description(ExportFormat::Alto), text_targets::describe_bytes),
        (fs::read(manifest).unwrap(), text_targets::manifest_bytes),
        (settings, text_targets::settings_bytes),
        (kept.to_json().unwrap(), text_targets::kept_page_bytes),
        (inkml(drawing.strokes()).into_bytes(), text_targets::ink_bytes),
        (XOPP.as_bytes().to_vec(), text_targets::ink_bytes),
        (serde_json::to_vec(&project).unwrap(), text_targets::project_bytes),
        (fs::read(&path).unwrap(), text_targets::project_bytes),
    ]
}

#[test]
fn damaged_texts_are_survived() {
    for (bytes, read) in whole_files() {
        read(&bytes);
        (0..N_USUAL).for_each(|seed| read(&mutate::mutated(&bytes, seed)));
    }
}

#[test]
#[ignore = "takes as long as LONGHAND_FUZZ_SECONDS says"]
fn damaged_texts_are_survived_for_a_while() {
    let seconds = env::var(SECONDS).ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    let (started, files) = (Instant::now(), whole_files());
    let mut n_read = 0_u64;
    while started.elapsed() < Duration::from_secs(seconds) {
        for (bytes, read) in &files {
            read(&mutate::mutated(bytes, N_USUAL + n_read));
        }
        n_read += 1;
    }
    assert!(n_read > 0);
}
