//! What is shipped beside the program agrees with it: desktop files, version, licences on model cards.

use std::fs;

use super::{files_in, root, sources};

const ID: &str = "app.longhand.Longhand";
const PROJECT_TYPE: &str = "application/vnd.longhand.project+zip";

#[track_caller]
fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn one_application_id_everywhere() {
    assert!(read(&format!("packaging/linux/{ID}.metainfo.xml")).contains(&format!("<id>{ID}</id>")));
    assert!(read(&format!("packaging/linux/{ID}.desktop")).contains(&format!("StartupWMClass={ID}")));
    assert!(read(&format!("packaging/flatpak/{ID}.yaml")).contains(&format!("id: {ID}")));
    assert!(read("packaging/macos/Info.plist.in").contains(ID));
    let window: String =
        sources().into_iter().filter(|source| source.path.starts_with("app/")).map(|source| source.text).collect();
    assert!(window.contains(ID));
}

#[test]
fn one_version_everywhere() {
    let version = env!("CARGO_PKG_VERSION");
    let metainfo = read(&format!("packaging/linux/{ID}.metainfo.xml"));
    let newest = metainfo.split("<release version=\"").nth(1).and_then(|rest| rest.split('"').next());
    assert_eq!(newest, Some(version), "the newest release of the metainfo");
    assert!(read("packaging/manual/longhand.1").contains(&format!("Longhand {version}")));
    assert!(read("CHANGELOG.md").contains("## [Unreleased]"));
    // Everything else takes it from `Cargo.toml`.
    let made = ["metainfo.xml", ".1"];
    for path in files_in(&root().join("packaging")) {
        let name = path.to_string_lossy().into_owned();
        if !made.iter().any(|ending| name.ends_with(ending)) {
            assert!(!fs::read_to_string(&path).expect("text").contains(version), "{name} names the version itself");
        }
    }
}

#[test]
fn desktops_know_the_type_of_projects() {
    let types = read(&format!("packaging/linux/{ID}.mime.xml"));
    assert!(types.contains(&format!("type=\"{PROJECT_TYPE}\"")) && types.contains("*.longhand"));
    assert!(read(&format!("packaging/linux/{ID}.desktop")).contains(&format!("MimeType={PROJECT_TYPE};")));
    assert!(read(&format!("packaging/linux/{ID}.metainfo.xml")).contains(&format!("<mediatype>{PROJECT_TYPE}<")));
    assert!(read("packaging/macos/Info.plist.in").contains(PROJECT_TYPE));
    let project = sources().into_iter().find(|source| source.path == "storage/project.rs").expect("projects");
    assert!(project.text.contains("PROJECT_ENDING: &str = \"longhand\"") && project.text.contains("\"project.json\""));
}

#[test]
fn every_icon_has_the_size_of_its_name() {
    for size in [16_u32, 24, 32, 48, 64, 128, 256, 512] {
        let png = fs::read(root().join(format!("icons/longhand-{size}.png"))).expect("an icon");
        // A PNG begins with 16 bytes before its width and height.
        assert_eq!(png[16..24], [size.to_be_bytes(), size.to_be_bytes()].concat(), "{size}");
    }
    for (name, begin) in [("longhand.ico", &b"\0\0\x01\0"[..]), ("longhand.icns", b"icns")] {
        assert!(fs::read(root().join("icons").join(name)).expect("icons").starts_with(begin), "{name}");
    }
}

#[test]
fn packagers_are_told_what_each_model_may_be_used_for() {
    let (terms, copyright) = (read("LICENSE-MODELS.md"), read("packaging/copyright"));
    for entry in fs::read_dir(root().join("models")).expect("models") {
        let folder = entry.expect("an entry").path();
        let Ok(manifest) = fs::read_to_string(folder.join("model.toml")) else { continue };
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let manifest: toml::Table = manifest.parse().expect("TOML");
        let licence = manifest["license"].as_str().expect("a licence");
        let row = terms.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).unwrap_or_default();
        assert_eq!(row.contains("non-commercial"), licence.contains("non-commercial"), "{name}: {row}");
        assert!(copyright.contains(&format!("models/{name}/")), "{name}");
    }
    for place in ["packaging/debian/control.in", "packaging/rpm/longhand.spec"] {
        assert!(read(place).contains("non-commercial") && read(place).contains("open-student"), "{place}");
    }
    assert!(read("packaging/windows/installer.nsi").contains("MUI_PAGE_LICENSE \"${SOURCES}/LICENSE-MODELS.md\""));
}

#[test]
fn no_model_card_hides_where_restricted_data_went() {
    for entry in fs::read_dir(root().join("models")).expect("models") {
        let folder = entry.expect("an entry").path();
        let (Ok(manifest), Ok(card)) =
            (fs::read_to_string(folder.join("model.toml")), fs::read_to_string(folder.join("README.md")))
        else {
            continue;
        };
        if manifest.contains("IAM") {
            for (name, text) in [("model.toml", &manifest), ("README.md", &card)] {
                assert!(text.contains("non-commercial"), "{} of {}", name, folder.display());
            }
        }
    }
}
