//! Tests of reading whole pages, with a fake model and with the built-in one.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::{
    imaging::prepare,
    ink::rasterize,
    page::Point,
    recognition::{engine::fake_model::FakeLineModel, package::BUILT_IN_MODEL},
};
use image::DynamicImage;

/// Six rows of slanted strokes, each row with its own spacing.
fn strokes() -> Vec<Stroke> {
    let row = |row: u8| {
        let (spacing, top) = (14.0 + 3.0 * f32::from(row), 40.0 + 100.0 * f32::from(row));
        let foot = move |x: f32| Stroke::new(vec![Point::new(x, top), Point::new(x + 9.0, top + 36.0)], 4.0);
        (0..(600.0 / spacing) as u8).map(move |index| foot(50.0 + f32::from(index) * spacing))
    };
    (0..6).flat_map(row).collect()
}

fn page() -> PageImage {
    PageImage::from_image(&DynamicImage::ImageLuma8(rasterize(&strokes(), 700, 640)))
}

fn fake_reader(n_threads: usize) -> PageReader {
    PageReader::with_model(|| Box::new(FakeLineModel::new()), n_threads, CtcDecoder::Greedy)
}

fn go_on(_event: PageEvent) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[test]
fn readers_can_be_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<PageReader>();
}

#[test]
fn the_number_of_threads_does_not_change_the_text() {
    let one = fake_reader(1).read(&page(), &mut go_on).unwrap().0;
    assert!(one.lines.len() > 1 && one.lines.iter().all(|line| !line.text().is_empty()), "{one:?}");
    assert_eq!(fake_reader(4).read(&page(), &mut go_on).unwrap().0.text(), one.text());
}

#[test]
fn single_lines_read_as_in_the_page() {
    let reader = fake_reader(2);
    let page_read = reader.read(&page(), &mut go_on).unwrap().0;
    let mut again = None;
    let flow = reader.read_lines(&prepare(&page()), &page_read.lines[1..2], &mut |event| {
        again = Some(event);
        ControlFlow::Continue(())
    });
    assert!(flow.is_continue());
    let Some(PageEvent::LineRead { id, transcription }) = again else { panic!("{again:?}") };
    assert_eq!((id, transcription.text.as_str()), (page_read.lines[1].id, page_read.lines[1].text()));
}

#[test]
fn events_come_in_order_and_every_line_once() {
    let mut events = Vec::new();
    let (page, timings) = fake_reader(3)
        .read(&page(), &mut |event| {
            if event != PageEvent::Glanced {
                events.push(event);
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(matches!(events[0], PageEvent::Prepared { .. }));
    let PageEvent::Segmented { lines, .. } = &events[1] else { panic!("{:?}", events[1]) };
    assert!(lines.iter().all(|line| line.transcription.is_none()));
    let mut ids: Vec<LineId> = events[2..]
        .iter()
        .map(|event| match event {
            PageEvent::LineRead { id, .. } => *id,
            other => panic!("{other:?}"),
        })
        .collect();
    ids.sort();
    let mut expected: Vec<LineId> = page.lines.iter().map(|line| line.id).collect();
    expected.sort();
    assert_eq!(ids, expected);
    assert!(timings.recognize_ms > 0.0);
}

#[test]
fn every_line_is_read_once_before_any_is_read_carefully() {
    let reader = PageReader::with_model(|| Box::new(FakeLineModel::new()), 2, CtcDecoder::DEFAULT_BEAM);
    let (mut once, mut carefully) = (Vec::new(), Vec::new());
    let (page, _) = reader
        .read(&page(), &mut |event| {
            match event {
                PageEvent::LineReadOnce { id, .. } => {
                    assert!(carefully.is_empty());
                    once.push(id);
                }
                PageEvent::LineRead { id, .. } => carefully.push(id),
                _ => {}
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    let sorted = |mut ids: Vec<LineId>| {
        ids.sort();
        ids
    };
    let ids = sorted(page.lines.iter().map(|line| line.id).collect());
    assert_eq!((sorted(once), sorted(carefully)), (ids.clone(), ids));
}

#[test]
fn a_break_after_the_first_readings_gives_their_texts() {
    let reader = PageReader::with_model(|| Box::new(FakeLineModel::new()), 1, CtcDecoder::DEFAULT_BEAM);
    let stop_before_careful = |event| match event {
        PageEvent::LineRead { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let (page, _) = reader.read(&page(), &mut { stop_before_careful }).unwrap();
    assert!(page.lines.len() > 1 && page.lines.iter().all(|line| line.transcription.is_some()));
}

#[test]
fn a_break_gives_the_page_as_far_as_it_is() {
    let mut n_read = 0;
    let (page, _) = fake_reader(1)
        .read(&page(), &mut |event| {
            n_read += usize::from(matches!(event, PageEvent::LineRead { .. }));
            if n_read == 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert_eq!(n_read, 1);
    assert_eq!(page.lines.iter().filter(|line| line.transcription.is_some()).count(), 1);
    assert!(page.lines.len() > 1);
}

#[test]
fn a_page_can_be_stopped_while_it_is_told_which_way_up_it_is() {
    let mut n_glances = 0;
    let (page, timings) = fake_reader(1)
        .read(&page(), &mut |event| {
            n_glances += usize::from(event == PageEvent::Glanced);
            if n_glances == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert_eq!((n_glances, page.lines.len()), (2, 0));
    assert!(timings.recognize_ms == 0.0);
}

#[test]
fn of_a_sheet_only_lines_that_changed_are_read_again() {
    let n_seen = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&n_seen);
    let counting = move || -> Box<dyn LineModel> { Box::new(FakeLineModel::counting(&seen)) };
    let reader = PageReader::with_model(counting, 2, CtcDecoder::Greedy);
    let mut strokes = strokes();
    let read = |strokes: &[Stroke]| {
        let sheet = PageImage::from_image(&DynamicImage::ImageLuma8(rasterize(strokes, 700, 640)));
        reader.for_sheet(strokes).read(&sheet, &mut go_on).unwrap().0
    };
    let first = read(&strokes);
    let n_lines = first.lines.len();
    assert!(n_lines > 2 && n_seen.swap(0, Ordering::SeqCst) == n_lines);
    strokes.pop();
    let second = read(&strokes);
    assert!(second.lines.len() == n_lines && second.lines.iter().all(|line| !line.text().is_empty()));
    assert_eq!(n_seen.swap(0, Ordering::SeqCst), 1);
    assert_eq!(second.lines[0].transcription, first.lines[0].transcription);
    reader.read(&page(), &mut go_on).unwrap();
    assert!(n_seen.load(Ordering::SeqCst) >= n_lines, "a page that is no sheet is read as a whole");
}

#[test]
fn failing_lines_do_not_fail_the_page() {
    let reader = PageReader::with_model(|| Box::new(FakeLineModel::failing()), 2, CtcDecoder::Greedy);
    let mut n_failed = 0;
    let (page, _) = reader
        .read(&page(), &mut |event| {
            n_failed += usize::from(matches!(event, PageEvent::LineFailed { .. }));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(n_failed, page.lines.len());
    assert!(page.lines.iter().all(|line| line.text().is_empty()));
}

#[test]
fn a_panic_ends_its_line_or_its_page_and_the_next_page_is_read() {
    let panicking = |calls_before| {
        PageReader::with_model(move || Box::new(FakeLineModel::panicking(calls_before)), 2, CtcDecoder::Greedy)
    };
    // While the orientation is found out, which asks the model first.
    assert_eq!(panicking(0).read(&page(), &mut go_on), Err(Panicked));
    // While the model is made.
    let unmade = PageReader::with_model(|| panic!("there is no model"), 2, CtcDecoder::Greedy);
    assert_eq!(unmade.read(&page(), &mut go_on), Err(Panicked));
    let mut reasons = Vec::new();
    let prepared = prepare(&page());
    let lines = segment(&prepared, ink_labeller()).lines;
    let flow = panicking(1).read_lines(&prepared, &lines, &mut |event| {
        if let PageEvent::LineFailed { reason, .. } = event {
            reasons.push(reason);
        }
        ControlFlow::Continue(())
    });
    assert!(flow.is_continue() && !reasons.is_empty() && reasons.len() < lines.len(), "{reasons:?}");
    assert!(reasons[0].contains("please report it"), "{reasons:?}");
    assert!(fake_reader(2).read(&page(), &mut go_on).is_ok());
}

#[test]
fn the_built_in_model_reads_alike_on_any_number_of_threads() {
    let package = crate::recognition::package::library::ModelLibrary::default().open(BUILT_IN_MODEL).unwrap();
    let read = |n_threads| {
        let reader = PageReader::open(&package, n_threads, CtcDecoder::Greedy).unwrap();
        reader.read(&page(), &mut go_on).unwrap().0.text()
    };
    assert_eq!(read(1), read(3));
}
