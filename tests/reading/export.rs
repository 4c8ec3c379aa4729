//! Exported pages are read back: PAGE XML and ALTO by the readers of other programs' pages, hOCR by an XML parser, PDF
//! by the reader of PDF files.

use std::fs;

use image::{Rgb, RgbImage};
use longhand::{
    formats::{DescribedLine, DescribedPage, DescribedWord, ExportFormat, ExportedPage, PdfBook, document},
    imaging::PageFile,
    page::{Baseline, LineId, Page, Point, RecognizedCharacter, Rect, TextLine, Transcription},
};
use proptest::{collection::vec, option, prelude::*};
use quick_xml::{Reader, escape::resolve_xml_entity, events::Event};

fn line(id: u32, top: f32, text: &str, correction: Option<&str>) -> TextLine {
    let n = text.chars().count() as f32;
    let characters = text.chars().enumerate().map(|(i, character)| RecognizedCharacter {
        character,
        confidence: 0.8,
        start: i as f32 / n,
        end: (i + 1) as f32 / n,
    });
    let bounds = Rect::new(20.0, top, 380.0, top + 40.0);
    TextLine {
        id: LineId(id),
        baseline: Baseline([[20.0, top + 30.0], [380.0, top + 30.0]].map(Point::from).to_vec()),
        x_height: 12.0,
        transcription: Some(Transcription::new(characters.collect())),
        correction: correction.map(str::to_owned),
        ..TextLine::at(bounds)
    }
}

fn page() -> Page {
    let lines = vec![
        line(0, 20.0, "Salt & <pepper>", None),
        line(1, 80.0, "the qvick fox", Some("the \"quick\" fox")),
        line(2, 140.0, "", None),
    ];
    Page { width: 400, height: 200, lines }
}

#[test]
fn page_xml_and_alto_come_back_with_places_and_texts() {
    let page = page();
    let exported = [ExportedPage { name: "notes & more.jpg", page: &page }];
    for format in [ExportFormat::PageXml, ExportFormat::Alto] {
        let text = document(&exported, format).unwrap();
        let read = DescribedPage::parse(&text).unwrap().unwrap();
        assert_eq!((read.image.as_str(), read.size), ("notes & more.jpg", Some((400.0, 200.0))), "{text}");
        assert_eq!(read.lines.len(), page.lines.len());
        for (read, line) in read.lines.iter().zip(&page.lines) {
            assert_eq!(read.text, line.text(), "{format:?}");
            assert_eq!(read.outline, line.outline);
            assert_eq!(read.baseline.0, line.baseline.0);
        }
    }
}

#[test]
fn a_line_read_as_nothing_has_the_word_that_alto_asks_for() {
    let page = page();
    let text = document(&[ExportedPage { name: "a.jpg", page: &page }], ExportFormat::Alto).unwrap();
    for line in text.split("<TextLine").skip(1) {
        assert!(line.contains("<String"), "{line}");
    }
}

#[test]
fn hocr_has_every_word_with_its_box() {
    let page = page();
    let exported = ExportedPage { name: "a.jpg", page: &page };
    let text = document(&[exported, exported], ExportFormat::Hocr).unwrap();
    assert_eq!(text.matches("ocr_page\"").count(), 2);
    assert_eq!(text.matches("class=\"ocrx_word\"").count(), 2 * 6);
    assert!(text.contains(">&lt;pepper&gt;</span>") && text.contains("x_wconf"), "{text}");
    assert!(text.contains("bbox 20 20 380 60"), "{text}");
}

#[test]
fn a_pdf_shows_the_pages_and_holds_their_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.pdf");
    let page = page();
    let mut book = PdfBook::default();
    for blue in [40, 200] {
        let pixels = RgbImage::from_pixel(400, 200, Rgb([200, 120, blue]));
        book.add(&ExportedPage { name: "notes.jpg", page: &page }, &pixels).unwrap();
    }
    let bytes = book.finish();
    fs::write(&path, &bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    for word in ["(Salt )", "(<pepper>)", "(\"quick\" )", "(fox)"] {
        assert_eq!(text.matches(word).count(), 2, "{word}");
    }
    let file = PageFile::open(&path).unwrap();
    assert_eq!(file.n_pages(), 2);
    for (index, blue) in [40_u8, 200].into_iter().enumerate() {
        let shown = file.page(index).unwrap().pixels;
        assert_eq!(shown.width().div_ceil(shown.height()), 2);
        let Rgb([r, g, b]) = *shown.get_pixel(shown.width() / 2, shown.height() / 2);
        let is_near = |seen: u8, painted: u8| seen.abs_diff(painted) < 8;
        assert!(is_near(r, 200) && is_near(g, 120) && is_near(b, blue), "{r} {g} {b}");
    }
}

/// Printable text, also with blanks at its ends, blanks in a row and the characters that XML escapes.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[<&\"'> a-z;]{0,20}", "\\PC{0,20}"]
}

/// On the page, off the page and between pixels.
fn points(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Point>> {
    vec((-20.0..2100.0_f32, -20.0..3100.0_f32).prop_map(|(x, y)| Point::new(x, y)), n)
}

prop_compose! {
    fn any_line()(
        read in option::of((texts(), vec(0.0..=1.0_f32, 20))),
        correction in option::of(texts()),
        outline in points(3..8),
        baseline in points(2..6),
        x_height in 0.0..60.0_f32,
    ) -> TextLine {
        let transcription = read.map(|(text, confidences)| {
            let n = text.chars().count() as f32;
            let characters = text.chars().zip(confidences).enumerate().map(|(i, (character, confidence))| {
                RecognizedCharacter { character, confidence, start: i as f32 / n, end: (i + 1) as f32 / n }
            });
            Transcription::new(characters.collect())
        });
        let bounds = Rect::around(outline.iter().copied()).expect("outline points");
        let baseline = Baseline(baseline);
        TextLine { id: LineId(0), bounds, outline, baseline, x_height, marker: None, transcription, correction }
    }
}

prop_compose! {
    fn any_page()(width in 1..2000_u32, height in 1..3000_u32, lines in vec(any_line(), 0..6)) -> Page {
        let named = lines.into_iter().enumerate().map(|(n, line)| TextLine { id: LineId(n as u32), ..line });
        Page { width, height, lines: named.collect() }
    }
}

/// The page with what both formats round: coordinates to whole pixels from 0, confidences to three decimals.
fn rounded(page: DescribedPage) -> DescribedPage {
    let coordinate = |at: f32| at.max(0.0).round();
    let points = |points: Vec<Point>| points.iter().map(|p| Point::new(coordinate(p.x), coordinate(p.y))).collect();
    let confidence = |confidence: Option<f32>| confidence.map(|sure| format!("{sure:.3}").parse().expect("a number"));
    let lines = page.lines.into_iter().map(|line| DescribedLine {
        outline: points(line.outline),
        baseline: Baseline(points(line.baseline.0)),
        confidence: confidence(line.confidence),
        words: (line.words.into_iter())
            .map(|word| DescribedWord {
                outline: points(word.outline),
                confidence: confidence(word.confidence),
                ..word
            })
            .collect(),
        ..line
    });
    DescribedPage { lines: lines.collect(), ..page }
}

/// The rounded page with what ALTO holds of it, as documented in `formats`.
fn as_in_alto(page: DescribedPage) -> DescribedPage {
    let (width, height) = page.size.expect("a size");
    let upright = |points: Vec<Point>| {
        let around = Rect::around(points).expect("outline points");
        let (x0, x1) = (around.x0.min(width), around.x1.min(width));
        Rect::new(x0, around.y0.min(height), x1, around.y1.min(height)).corners().to_vec()
    };
    let lines = page.lines.into_iter().map(|line| DescribedLine {
        text: line.text.split_whitespace().collect::<Vec<_>>().join(" "),
        confidence: None,
        words: (line.words.into_iter()).map(|word| DescribedWord { outline: upright(word.outline), ..word }).collect(),
        ..line
    });
    DescribedPage { image: page.image.trim().to_owned(), lines: lines.collect(), ..page }
}

/// The texts of the words of an hOCR document, which is well-formed XML.
fn words_of_hocr(document: &str) -> Vec<String> {
    let mut reader = Reader::from_str(document);
    let (mut words, mut is_word) = (Vec::<String>::new(), false);
    loop {
        let more = match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => {
                is_word = start
                    .attributes()
                    .any(|attribute| &*attribute.expect("a well-formed attribute").value == "ocrx_word");
                words.extend(is_word.then(String::new));
                continue;
            }
            Event::Text(text) => text.to_string(),
            Event::GeneralRef(reference) => resolve_xml_entity(&reference).expect("a predefined entity").to_owned(),
            Event::Eof => return words,
            Event::End(_) => {
                is_word = false;
                continue;
            }
            _ => continue,
        };
        if let Some(word) = words.last_mut().filter(|_| is_word) {
            word.push_str(&more);
        }
    }
}

proptest! {
    #[test]
    fn page_xml_is_read_as_it_was_written(page in any_page(), name in texts()) {
        let exported = ExportedPage { name: &name, page: &page };
        let read = DescribedPage::parse(&document(&[exported], ExportFormat::PageXml).unwrap()).unwrap().unwrap();
        prop_assert_eq!(read, rounded(DescribedPage::from(&exported)));
    }

    #[test]
    fn alto_is_read_as_it_was_written(page in any_page(), name in texts()) {
        let exported = ExportedPage { name: &name, page: &page };
        let read = DescribedPage::parse(&document(&[exported], ExportFormat::Alto).unwrap()).unwrap().unwrap();
        prop_assert_eq!(read, as_in_alto(rounded(DescribedPage::from(&exported))));
    }

    #[test]
    fn hocr_is_well_formed_and_has_every_word(page in any_page(), name in texts()) {
        let exported = ExportedPage { name: &name, page: &page };
        let text = document(&[exported, exported], ExportFormat::Hocr).unwrap();
        let described = DescribedPage::from(&exported);
        let words = described.lines.iter().flat_map(|line| &line.words).map(|word| word.text.clone());
        let expected: Vec<String> = words.clone().chain(words).collect();
        prop_assert_eq!(words_of_hocr(&text), expected);
    }
}
