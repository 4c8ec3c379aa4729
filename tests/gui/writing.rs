//! Sheets that are written on: pen, erasers and lasso by the pointer, pen and paper, ink of other programs.

use eframe::egui::{Event, Key, Modifiers, PointerButton, Pos2, pos2};
use egui_kittest::kittest::Queryable as _;
use longhand::{
    app::Command,
    formats::{inkml, read_ink},
    ink::{InkColor, Stroke},
    page::Point,
};

use super::window::Window;

fn sheet() -> Window {
    let mut window = Window::new();
    window.send(Command::NewDrawing);
    window.wait_for("A blank sheet");
    window
}

/// Points of the screen, as shares of the page view from its center.
fn at(window: &Window, right: f32, down: f32) -> Pos2 {
    let page = window.harness.get_by_label("Page Sheet").rect();
    page.center() + page.size().min_elem() * pos2(right, down).to_vec2()
}

/// Moves the pointer along points with its button held.
fn drag(window: &mut Window, points: &[(f32, f32)]) {
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let points: Vec<Pos2> = points.iter().map(|&(right, down)| at(window, right, down)).collect();
    window.harness.event(Event::PointerMoved(points[0]));
    window.harness.step();
    window.harness.event(button(points[0], true));
    window.harness.step();
    for &point in &points {
        window.harness.event(Event::PointerMoved(point));
        window.harness.step();
    }
    window.harness.event(button(points[points.len() - 1], false));
    window.harness.run_steps(3);
}

/// The strokes of the shown sheet, as the clipboard gets them.
fn strokes(window: &mut Window) -> Vec<Stroke> {
    window.send(Command::UseLasso);
    window.send(Command::ChooseStrokes(
        [(-9e3, -9e3), (9e3, -9e3), (9e3, 9e3), (-9e3, 9e3)].map(|(x, y)| Point::new(x, y)).to_vec(),
    ));
    window.send(Command::CopyStrokes);
    let copied = window.copied().unwrap_or_default();
    read_ink(copied.as_bytes()).map(|sheets| sheets[0].strokes.clone()).unwrap_or_default()
}

#[test]
fn strokes_are_written_moved_copied_and_rubbed_out_by_the_pointer() {
    let mut window = sheet();
    drag(&mut window, &[(-0.3, -0.2), (0.0, -0.2), (0.3, -0.2)]);
    drag(&mut window, &[(-0.3, 0.0), (0.0, 0.0), (0.3, 0.0)]);
    let written = strokes(&mut window);
    assert_eq!(written.len(), 2);

    // The lasso goes around the upper stroke, whose frame is then moved down.
    window.send(Command::UseLasso);
    drag(&mut window, &[(-0.4, -0.3), (0.4, -0.3), (0.4, -0.1), (-0.4, -0.1)]);
    assert!(window.has("Delete strokes"), "what can be done to chosen strokes is on the bar");
    drag(&mut window, &[(0.0, -0.2), (0.0, -0.15), (0.0, -0.1)]);
    let moved = strokes(&mut window);
    assert!((moved[0].points[0].y - written[0].points[0].y) > 40.0 && moved[1] == written[1]);

    window.send(Command::DuplicateStrokes);
    assert_eq!(strokes(&mut window).len(), 4);
    window.press(Modifiers::NONE, Key::Delete);
    assert!(strokes(&mut window).is_empty());
    window.send_together([Command::Undo, Command::Undo]);
    assert_eq!(strokes(&mut window), moved);

    // The fine eraser parts the lower stroke.
    window.send(Command::UseInkEraser);
    drag(&mut window, &[(0.0, 0.05), (0.0, 0.0), (0.0, -0.03)]);
    assert_eq!(strokes(&mut window).len(), 3);
    window.send(Command::UseEraser);
    drag(&mut window, &[(-0.2, 0.05), (-0.2, 0.0), (-0.2, -0.03)]);
    assert_eq!(strokes(&mut window).len(), 2);
}

#[test]
fn copied_ink_is_pasted_on_a_sheet() {
    let mut window = sheet();
    let stroke = Stroke::new(vec![Point::new(200.0, 200.0), Point::new(700.0, 220.0)], 6.0);
    window.harness.event(Event::Paste(inkml(std::slice::from_ref(&stroke))));
    window.harness.run_steps(3);
    assert_eq!(strokes(&mut window), [stroke]);
    window.harness.event(Event::Cut);
    window.harness.run_steps(2);
    assert!(strokes(&mut window).is_empty());
}

#[test]
fn pen_and_paper_are_chosen_and_stay_chosen() {
    let mut window = sheet();
    window.click("Pen and paper");
    window.click("Red");
    window.click("Squared");
    window.click("Pen and paper");
    drag(&mut window, &[(-0.3, -0.2), (0.3, -0.2)]);
    let red = InkColor::PALETTE[2].0;
    assert_eq!(strokes(&mut window)[0].color, red);
    window.send(Command::UsePen);
    let mut window = window.end().start();
    window.wait_for("Page Sheet");
    assert_eq!(strokes(&mut window)[0].color, red);
    let kept = std::fs::read_to_string(window.path("recovery/pages/0/0.json")).unwrap();
    assert!(kept.contains(r#""paper":"squared""#), "{kept}");
    window.send(Command::NewDrawing);
    window.wait_for("Page Sheet 2");
    // The strip of pages comes in and moves the bar.
    window.harness.run_steps(10);
    window.click("Pen and paper");
    window.wait_for("Squared");
}

#[test]
fn ink_of_other_programs_is_opened_to_write_on() {
    let mut window = Window::new();
    let wave = |x: u8| Point::new(200.0 + 2.0 * f32::from(x), 300.0 + 24.0 * (f32::from(x) * 0.35).sin());
    let ink = window.path("note.inkml");
    std::fs::write(&ink, inkml(&[Stroke::new((0..200).map(wave).collect(), 4.0)])).unwrap();
    let xournal = window.path("book.xopp");
    let page = |y: u8| {
        let points: Vec<String> = (0..200_u8)
            .map(|x| format!("{} {}", 70.0 + 0.7 * f32::from(x), f32::from(y) + 9.0 * (f32::from(x) * 0.35).sin()))
            .collect();
        format!(
            r##"<page width="595" height="842"><background type="solid" style="graph"/><layer>
            <stroke tool="pen" color="#0000ffff" width="1.4">{}</stroke></layer></page>"##,
            points.join(" ")
        )
    };
    std::fs::write(&xournal, format!("<xournal>{}{}</xournal>", page(100), page(200))).unwrap();
    let broken = window.path("broken.xopp");
    std::fs::write(&broken, "<xournal><page>").unwrap();
    window.open(&[ink, xournal, broken]);
    window.wait_for("broken.xopp");
    window.wait_for("Page note, read");
    for name in ["Page book, read", "Page book 2, read"] {
        window.send(Command::NextPage);
        window.wait_for(name);
        window.wait_for("Text of line 1");
    }
    let strokes = strokes(&mut window);
    assert_eq!((strokes.len(), strokes[0].color), (1, InkColor([0, 0, 255])));
}
