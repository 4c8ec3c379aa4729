//! Exported pages are read back: PAGE XML and ALTO by the readers of other programs' pages, hOCR by an XML parser, PDF
//! by the reader of PDF files.

use std::fs;

use image::{Rgb, RgbImage};
use longhand::{
    formats::{DescribedPage, ExportFormat, ExportedPage, PdfBook, document},
    imaging::PageFile,
    page::{Baseline, LineId, Page, Point, RecognizedCharacter, Rect, TextLine, Transcription},
};

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
