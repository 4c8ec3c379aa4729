//! Exported pages are read back: PAGE XML and ALTO by the readers of other programs' pages, hOCR by an XML parser, PDF
//! by the reader of PDF files.

use std::{fs, io::Cursor, path::Path};

use image::{ImageFormat, Rgb, RgbImage};
use longhand::{
    formats::{
        DescribedLine, DescribedPage, DescribedWord, ExportFormat, ExportedPage, InkSheet, PagePicture, PdfBook,
        document,
    },
    imaging::{PageFile, PageOrigin},
    ink::PaperKind,
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
    Page { width: 400, height: 200, lines, drawings: Vec::new() }
}

#[test]
fn page_xml_and_alto_come_back_with_places_and_texts() {
    let page = page();
    let exported = [ExportedPage { name: "notes & more.jpg", number: None, page: &page }];
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
    let text = document(&[ExportedPage { name: "a.jpg", number: None, page: &page }], ExportFormat::Alto).unwrap();
    for line in text.split("<TextLine").skip(1) {
        assert!(line.contains("<String"), "{line}");
    }
}

#[test]
fn hocr_has_every_word_with_its_box() {
    let page = page();
    let exported = ExportedPage { name: "a.jpg", number: None, page: &page };
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
        book.add(&ExportedPage { name: "notes.jpg", number: None, page: &page }, &PagePicture::of_pixels(&pixels))
            .unwrap();
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

/// A PDF of the only page of this file, with the lines of [`page`].
fn exported(name: &str, bytes: &[u8]) -> Vec<u8> {
    exported_with(name, bytes, &page())
}

fn exported_with(name: &str, bytes: &[u8], page: &Page) -> Vec<u8> {
    let file = PageFile::from_bytes(bytes.to_vec(), Path::new(name)).unwrap();
    let image = file.page(0).unwrap();
    let mut book = PdfBook::default();
    let picture = PagePicture { pixels: &image.pixels, origin: file.origin(0) };
    book.add(&ExportedPage { name, number: None, page }, &picture).unwrap();
    book.finish()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Width and height of the first page in points.
fn media_box(pdf: &[u8]) -> [f32; 2] {
    let text = String::from_utf8_lossy(pdf);
    let numbers = text.split("/MediaBox [").nth(1).unwrap().split(']').next().unwrap();
    let numbers: Vec<f32> = numbers.split_whitespace().map(|number| number.parse().unwrap()).collect();
    [numbers[2] - numbers[0], numbers[3] - numbers[1]]
}

#[test]
fn a_jpeg_stays_the_same_jpeg_whichever_way_it_is_turned() {
    let mut jpeg = Cursor::new(Vec::new());
    // Dark at the upper left.
    let picture = RgbImage::from_fn(400, 200, |x, y| if x < 100 && y < 50 { Rgb([10; 3]) } else { Rgb([240; 3]) });
    picture.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    for orientation in 1..=8_u8 {
        let exif =
            [b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[orientation], &[0; 6]].concat();
        let length = (exif.len() as u16 + 2).to_be_bytes();
        let turned = [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat();
        let pdf = exported("page.jpg", &turned);
        assert!(contains(&pdf, &turned));
        // It is shown as it was read.
        let upright = PageFile::from_bytes(turned, Path::new("page.jpg")).unwrap().page(0).unwrap().pixels;
        let shown = PageFile::from_bytes(pdf, Path::new("page.pdf")).unwrap().page(0).unwrap().pixels;
        for (x, y) in [(0.05, 0.05), (0.95, 0.05), (0.05, 0.95), (0.95, 0.95)] {
            let at = |image: &RgbImage| {
                image.get_pixel((x * image.width() as f32) as u32, (y * image.height() as f32) as u32).0[0] > 128
            };
            assert_eq!(at(&shown), at(&upright), "orientation {orientation} at {x}, {y}");
        }
    }
}

#[test]
fn a_fax_stays_a_fax_and_a_scan_keeps_its_paper() {
    let fixture = |name: &str| fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name));
    let fax = fixture("fax-lowest-bit-first.tif").unwrap();
    let pdf = exported("fax.tif", &fax);
    assert!(contains(&pdf, b"/CCITTFaxDecode") && !contains(&pdf, b"/DCTDecode"));
    let shown = PageFile::from_bytes(pdf, Path::new("fax.pdf")).unwrap().page(0).unwrap().pixels;
    let at = |x: u32, y: u32| shown.get_pixel(x * shown.width() / 96, y * shown.height() / 64).0[0];
    assert!(at(15, 15) < 60 && at(40, 30) > 200 && at(75, 50) < 60);
    // 300 dots an inch, as scanners write it, and 72, as cameras do.
    for (dots, longer) in [(300_u16, 96.0), (72, 842.0)] {
        let mut jpeg = Cursor::new(Vec::new());
        RgbImage::from_pixel(400, 200, Rgb([240; 3])).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
        let mut jpeg = jpeg.into_inner();
        let density = jpeg.windows(5).position(|name| name == b"JFIF\0").unwrap() + 7;
        jpeg[density] = 1;
        jpeg[density + 1..density + 3].copy_from_slice(&dots.to_be_bytes());
        jpeg[density + 3..density + 5].copy_from_slice(&dots.to_be_bytes());
        let [width, height] = media_box(&exported("page.jpg", &jpeg));
        assert!((width - longer).abs() < 0.1 && (height - longer / 2.0).abs() < 0.1, "{width} x {height}");
    }
}

#[test]
fn a_page_of_a_pdf_keeps_its_size_and_its_picture() {
    // A PDF with a JPEG, on paper of its own size.
    let mut jpeg = Cursor::new(Vec::new());
    RgbImage::from_pixel(400, 200, Rgb([200, 120, 40])).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    let page = page();
    let mut book = PdfBook::default();
    let file = PageFile::from_bytes(jpeg.clone(), Path::new("page.jpg")).unwrap();
    let pixels = file.page(0).unwrap().pixels;
    let origin = PageOrigin { points: Some([420.0, 210.0]), ..file.origin(0) };
    let blank = Page { lines: Vec::new(), ..page };
    book.add(&ExportedPage { name: "page.jpg", number: None, page: &blank }, &PagePicture { pixels: &pixels, origin })
        .unwrap();
    let first = book.finish();
    let second = exported("page.pdf", &first);
    assert!(contains(&second, &jpeg));
    assert_eq!(media_box(&second).map(|side| side as u32), [420, 210]);
    let shown = PageFile::from_bytes(second, Path::new("again.pdf")).unwrap().page(0).unwrap().pixels;
    assert!(shown.get_pixel(shown.width() / 2, shown.height() / 2).0[0].abs_diff(200) < 8);
}

#[test]
fn ink_stays_ink_on_its_paper() {
    let ink = r##"<ink xmlns="http://www.w3.org/2003/InkML"><definitions><brush xml:id="b">
        <brushProperty name="width" value="20"/><brushProperty name="color" value="#ff0000"/></brush></definitions>
        <trace brushRef="#b">100 100, 400 100</trace><trace brushRef="#b">300 300</trace></ink>"##;
    let pdf = exported("sheet.inkml", ink.as_bytes());
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.contains("1 0 0 RG") && text.contains("20 w") && text.contains("100 100 m\n400 100 l\nS"), "{text}");
    assert!(!text.contains("/XObject") && text.contains("(Salt )"), "{text}");
    let shown = PageFile::from_bytes(pdf, Path::new("sheet.pdf")).unwrap().page(0).unwrap().pixels;
    // The sheet has 60 pixels of paper behind the ink.
    let [width, height] = [470.0, 370.0];
    let at = |x: f32, y: f32| {
        let place = [x / width * shown.width() as f32, y / height * shown.height() as f32].map(|side| side as u32);
        shown.get_pixel(place[0], place[1]).0
    };
    assert_eq!([at(250.0, 100.0), at(300.0, 300.0), at(250.0, 200.0)], [[255, 0, 0], [255, 0, 0], [255; 3]]);

    let sheet = |paper| InkSheet::new([400, 400], Vec::new(), paper);
    for (paper, n_paths) in [(PaperKind::Ruled, 3), (PaperKind::Squared, 16), (PaperKind::Dotted, 64)] {
        let sheet = sheet(paper);
        let (page, pixels) = (page(), RgbImage::new(400, 400));
        let mut book = PdfBook::default();
        let picture = PagePicture { pixels: &pixels, origin: PageOrigin::of_ink(&sheet) };
        book.add(&ExportedPage { name: "sheet", number: None, page: &page }, &picture).unwrap();
        let pdf = book.finish();
        assert_eq!(String::from_utf8_lossy(&pdf).lines().filter(|line| *line == "S").count(), n_paths, "{paper:?}");
    }
}

#[test]
fn a_pdf_is_one_for_archives_unless_a_page_forbids_it() {
    let claims = |pdf: &[u8]| {
        let text = String::from_utf8_lossy(pdf);
        let parts = ["<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</", "/S /GTS_PDFA1", "/DestOutputProfile"];
        parts.map(|part| text.contains(part))
    };
    let mut jpeg = Cursor::new(Vec::new());
    RgbImage::from_pixel(40, 20, Rgb([200, 120, 40])).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let own = exported("a & b.jpg", jpeg.get_ref());
    assert_eq!(claims(&own), [true; 3]);
    let text = String::from_utf8_lossy(&own);
    assert!(
        text.contains("<rdf:li xml:lang=\"x-default\">a &amp; b.jpg</rdf:li>") && text.contains("/Title (a & b.jpg)")
    );
    assert!(text.contains("/ID [") && text.contains("<dc:language><rdf:Bag><rdf:li>en</rdf:li>"), "{text}");
    // What a page does that is taken over from another file, nobody knows; one with text is not taken over.
    assert_eq!(claims(&exported("page.pdf", &own)), [true; 3]);
    let without_text = exported_with("a.jpg", jpeg.get_ref(), &Page { lines: Vec::new(), ..page() });
    let of_other = exported("page.pdf", &without_text);
    assert_eq!(claims(&of_other), [false; 3]);
    assert!(String::from_utf8_lossy(&of_other).contains("<dc:title>"), "it describes itself all the same");
}

#[test]
fn words_of_all_scripts_are_found_in_a_pdf() {
    let mut jpeg = Cursor::new(Vec::new());
    RgbImage::from_pixel(400, 200, Rgb([240; 3])).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let lines = vec![line(0, 20.0, "Zażółć the gęślą jaźń", None), line(1, 80.0, "Ω 漢字 😀", None)];
    let pdf = exported_with("a.jpg", jpeg.get_ref(), &Page { lines, ..page() });
    let text = String::from_utf8_lossy(&pdf);
    // What a word of the usual encoding says stands there, what others say is told character by character.
    assert!(text.contains("(the )"), "{text}");
    for meaning in ["<017C>", "<0119>", "<03A9>", "<6F22>", "<D83DDE00>"] {
        assert!(text.contains(meaning), "{meaning}: {text}");
    }
    assert!(text.contains("/FontFile2") && text.contains("/Identity-H"), "{text}");
    assert!(!String::from_utf8_lossy(&exported("a.jpg", jpeg.get_ref())).contains("/FontFile2"), "only if needed");
}

#[test]
fn words_of_slanting_lines_run_level_and_turned_pages_are_upright() {
    let slanting = |angle: f32| {
        let (sin, cos) = angle.to_radians().sin_cos();
        let turned = |p: Point| Point::new(200.0 + p.x * cos - p.y * sin, 200.0 + p.x * sin + p.y * cos);
        let line = line(0, 0.0, "the quick fox", None).moved(turned);
        let page = Page { width: 400, height: 400, lines: vec![line], drawings: Vec::new() };
        let pixels = RgbImage::from_pixel(400, 400, Rgb([240; 3]));
        let mut book = PdfBook::default();
        book.add(&ExportedPage { name: "a", number: None, page: &page }, &PagePicture::of_pixels(&pixels)).unwrap();
        String::from_utf8_lossy(&book.finish()).into_owned()
    };
    // A line that slants has its words at their own heights.
    for (angle, matrix, n_matrices, turn) in
        [(7.0, "1 0 0 1 ", 3, 0), (-18.0, "1 0 0 1 ", 3, 0), (93.0, "0 -1 1 0 ", 1, 270), (180.0, "-1 ", 1, 180)]
    {
        let pdf = slanting(angle);
        let matrices: Vec<&str> = pdf.lines().filter(|line| line.ends_with(" Tm")).collect();
        assert_eq!(matrices.len(), n_matrices, "{angle}: {pdf}");
        assert!(matrices.iter().all(|line| line.replace("-0 ", "0 ").starts_with(matrix)), "{angle}: {matrices:?}");
        assert!(pdf.contains(&format!("/Rotate {turn}")), "{angle}: {pdf}");
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
        TextLine { id: LineId(0), bounds, outline, baseline, x_height, marker: None, transcription, correction, is_checked: false }
    }
}

prop_compose! {
    fn any_page()(width in 1..2000_u32, height in 1..3000_u32, lines in vec(any_line(), 0..6)) -> Page {
        let named = lines.into_iter().enumerate().map(|(n, line)| TextLine { id: LineId(n as u32), ..line });
        Page { width, height, lines: named.collect(), drawings: Vec::new() }
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
        let exported = ExportedPage { name: &name, number: None, page: &page };
        let read = DescribedPage::parse(&document(&[exported], ExportFormat::PageXml).unwrap()).unwrap().unwrap();
        prop_assert_eq!(read, rounded(DescribedPage::from(&exported)));
    }

    #[test]
    fn alto_is_read_as_it_was_written(page in any_page(), name in texts()) {
        let exported = ExportedPage { name: &name, number: None, page: &page };
        let read = DescribedPage::parse(&document(&[exported], ExportFormat::Alto).unwrap()).unwrap().unwrap();
        prop_assert_eq!(read, as_in_alto(rounded(DescribedPage::from(&exported))));
    }

    #[test]
    fn hocr_is_well_formed_and_has_every_word(page in any_page(), name in texts()) {
        let exported = ExportedPage { name: &name, number: None, page: &page };
        let text = document(&[exported, exported], ExportFormat::Hocr).unwrap();
        let described = DescribedPage::from(&exported);
        let words = described.lines.iter().flat_map(|line| &line.words).map(|word| word.text.clone());
        let expected: Vec<String> = words.clone().chain(words).collect();
        prop_assert_eq!(words_of_hocr(&text), expected);
    }
}
