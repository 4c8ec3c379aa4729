//! Six screens in both themes at two sizes: nothing lies outside the window or on something else, and every screen
//! looks like its picture in `screens/`, which `LONGHAND_UPDATE_SCREENS=1` draws anew.
//!
//! The pictures are of half the size. They are painted on the processor, so they do not depend on a graphics card.

use std::{cell::RefCell, path::PathBuf, rc::Rc};

use eframe::egui::{Rect, TexturesDelta, Vec2, accesskit::Role};
use egui_kittest::{
    TestRenderer,
    kittest::{NodeT as _, Queryable as _},
};
use image::{RgbaImage, imageops::FilterType};
use longhand::{
    app::{Command, LabCommand, LabOptions, LabPanel, SoftwarePainter},
    recognition::ModelLibrary,
    storage::ThemeChoice,
};

use super::window::{Window, write_page};

const SIZES: [[f32; 2]; 2] = [[900.0, 600.0], [1280.0, 800.0]];
/// As narrow as the system lets the window be.
const NARROWEST: [f32; 2] = [720.0, 600.0];
/// Largest share of pixels that may differ: times of reading are written on some screens.
const MAX_DIFFERING: f64 = 0.01;
/// Difference of a channel, of 255, from which on a pixel differs.
const MIN_DIFFERENCE: u8 = 24;

/// Keeps the textures of the window, so that it can be painted.
#[derive(Clone, Default)]
pub(crate) struct Textures(Rc<RefCell<SoftwarePainter>>);

impl TestRenderer for Textures {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        self.0.borrow_mut().update_textures(delta);
    }
}

impl Textures {
    /// What the window shows, at half its size.
    fn picture(&self, window: &Window) -> RgbaImage {
        let output = window.harness.output();
        let size = window.harness.ctx.content_rect().size();
        let primitives = window.harness.ctx.tessellate(output.shapes.clone(), 1.0);
        let [width, height] = [size.x as u32, size.y as u32];
        let whole = self.0.borrow().paint(width, height, 1.0, &primitives);
        image::imageops::resize(&whole, width / 2, height / 2, FilterType::Triangle)
    }
}

/// A screen: its name, whether something covers the rest of it, and the way to it.
type Screen = (&'static str, bool, fn(&mut Window));

const SCREENS: [Screen; 6] = [
    ("welcome", false, |window| window.wait_for("Read a page of handwriting")),
    ("page", false, open_page),
    ("export", true, |window| {
        open_page(window);
        window.send(Command::Export);
        window.wait_for("Searchable PDF");
    }),
    ("settings", true, |window| {
        window.send(Command::ToggleSettings);
        window.wait_for("Text size");
    }),
    ("compare", false, |window| show(window, LabPanel::Compare, "No teacher is installed")),
    ("models", false, |window| show(window, LabPanel::Models, "Reads your pages")),
];

fn open_page(window: &mut Window) {
    let path = window.path("notes.png");
    write_page(&path, 3);
    window.open(&[path]);
    window.wait_for("Timings");
}

fn show(window: &mut Window, panel: LabPanel, text: &str) {
    window.lab(LabCommand::Show(panel));
    window.wait_for(text);
}

/// The window at a screen, once nothing moves.
fn at_screen(screen: &Screen, size: Vec2, theme: ThemeChoice) -> (Window, Textures) {
    let textures = Textures::default();
    let lab = LabOptions { library: ModelLibrary::default(), ..LabOptions::default() };
    let builder = Window::builder().lab(lab).size(size.into()).renderer(textures.clone());
    let mut window = builder.without_recovery().start();
    window.send(Command::SetTheme(theme));
    (screen.2)(&mut window);
    window.wait_until("the model", |window| !window.shows("Loading"));
    window.harness.run_steps(20);
    (window, textures)
}

/// Names and places of what can be operated.
fn controls(window: &Window) -> Vec<(String, Rect)> {
    let operated = [Role::Button, Role::CheckBox, Role::ComboBox, Role::RadioButton, Role::Slider, Role::TextInput];
    let nodes = window.harness.query_all_by(|node| operated.contains(&node.role()));
    let named = nodes.map(|node| (node.accesskit_node().label().unwrap_or_default(), node.rect()));
    // Boxes of lines lie on the page, and bars over it.
    named.filter(|(name, _)| !name.starts_with("Line ") && !name.starts_with("Page ")).collect()
}

fn layout_faults(name: &str, window: &Window, is_covered: bool) -> Vec<String> {
    let area = window.harness.ctx.content_rect();
    let controls = controls(window);
    assert!(controls.len() > 4, "{name}: {controls:?}");
    let mut faults = Vec::new();
    for (index, (control, rect)) in controls.iter().enumerate() {
        if rect.min.x < -1.0 || rect.max.x > area.max.x + 1.0 || rect.min.y < -1.0 || rect.center().y > area.max.y {
            faults.push(format!("{name}: {control:?} at {rect:?} is outside of {area:?}"));
        }
        for (other, place) in &controls[..index] {
            let common = rect.intersect(*place);
            let is_inside = rect.contains_rect(*place) || place.contains_rect(*rect);
            if !is_covered && !is_inside && common.width() > 1.0 && common.height() > 1.0 {
                faults.push(format!("{name}: {control:?} at {rect:?} lies on {other:?} at {place:?}"));
            }
        }
    }
    faults
}

/// The share of pixels that differ; all if the sizes do.
fn difference(a: &RgbaImage, b: &RgbaImage) -> f64 {
    if a.dimensions() != b.dimensions() {
        return 1.0;
    }
    let differs =
        a.pixels().zip(b.pixels()).filter(|(a, b)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) >= MIN_DIFFERENCE));
    differs.count() as f64 / f64::from(a.width() * a.height())
}

fn look_at(theme: ThemeChoice, folder: &str) {
    let pictures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/gui/screens").join(folder);
    let is_update = std::env::var_os("LONGHAND_UPDATE_SCREENS").is_some();
    let mut faults = Vec::new();
    for screen in &SCREENS {
        for size in SIZES {
            let (window, textures) = at_screen(screen, size.into(), theme);
            let name = format!("{}-{}x{}", screen.0, size[0], size[1]);
            faults.extend(layout_faults(&name, &window, screen.1));
            let picture = textures.picture(&window);
            let path = pictures.join(format!("{name}.png"));
            if is_update {
                std::fs::create_dir_all(&pictures).unwrap();
                picture.save(&path).unwrap();
                continue;
            }
            let known = image::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).to_rgba8();
            let share = difference(&known, &picture);
            if share > MAX_DIFFERING {
                let seen = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{folder}-{name}.png"));
                picture.save(&seen).unwrap();
                faults.push(format!("{name}: {:.1} % of the pixels differ, see {}", 100.0 * share, seen.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_narrowest_window_is_usable() {
    let mut faults = Vec::new();
    for screen in &SCREENS {
        let (window, _) = at_screen(screen, NARROWEST.into(), ThemeChoice::Light);
        faults.extend(layout_faults(screen.0, &window, screen.1));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn light_screens_are_whole_and_look_as_they_did() {
    look_at(ThemeChoice::Light, "light");
}

#[test]
fn dark_screens_are_whole_and_look_as_they_did() {
    look_at(ThemeChoice::Dark, "dark");
}
