//! Pages of PDFs are drawn as their readers draw them, within the limits of memory.

use image::{DynamicImage, ImageFormat};

use super::{Contents, MAX_PAGE_PIXELS, scale_of};
use crate::imaging::{
    import::tests::{assert_shows_picture, first_page, first_refusal, open, picture, written},
    page_image::PageImage,
};

/// A PDF of A6 pages that show the picture, each rotated by one of `turns`, in degrees.
pub(in crate::imaging::import) fn pdf(turns: &[u32]) -> Vec<u8> {
    let jpeg = written(&DynamicImage::ImageRgb8(picture()), ImageFormat::Jpeg);
    let kids = (0..turns.len()).map(|n| format!("{} 0 R", n + 5)).collect::<Vec<_>>().join(" ");
    let draw = "q 288 0 0 192 0 0 cm /P Do Q";
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Count {} /Kids [{kids}] >>", turns.len()).into_bytes(),
        [
            format!(
                "<< /Type /XObject /Subtype /Image /Width 96 /Height 64 /ColorSpace /DeviceRGB /BitsPerComponent 8 \
                 /Filter /DCTDecode /Length {} >>\nstream\n",
                jpeg.len()
            )
            .as_bytes(),
            &jpeg,
            b"\nendstream",
        ]
        .concat(),
        format!("<< /Length {} >>\nstream\n{draw}\nendstream", draw.len()).into_bytes(),
    ];
    objects.extend(turns.iter().map(|degrees| {
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 192] /Rotate {degrees} /Contents 4 0 R /Resources << \
             /XObject << /P 3 0 R >> >> >>"
        )
        .into_bytes()
    }));
    pdf_of(&objects)
}

/// A PDF of these objects, of which the first is its catalogue.
fn pdf_of(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", index + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let table_at = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in &places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    bytes.extend(
        format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF\n", places.len() + 1).bytes(),
    );
    bytes
}

#[test]
fn pages_of_a_pdf_are_drawn_at_300_dots_an_inch_and_turned_as_they_say() {
    let file = open(&pdf(&[0, 90, 180])).unwrap();
    assert_eq!(file.n_pages(), 3);
    let pages: Vec<PageImage> = (0..3).map(|index| file.page(index).unwrap()).collect();
    assert_eq!((pages[0].width(), pages[0].height()), (1200, 800));
    assert_eq!((pages[1].width(), pages[1].height()), (800, 1200));
    assert_shows_picture(&pages[0], true);
    // The square at the upper left comes to the upper right by a quarter turn, to the lower right by two.
    assert!(pages[1].pixels.get_pixel(800 - 190, 190).0[0] < 60);
    assert!(pages[2].pixels.get_pixel(1200 - 190, 800 - 190).0[0] < 60);
}

#[test]
fn a_pdf_with_a_picture_of_gigapixels_is_refused_before_it_is_drawn() {
    let damaged = |from: &str, to: &str| {
        let text = pdf(&[0]);
        let at = text.windows(from.len()).position(|bytes| bytes == from.as_bytes()).unwrap();
        [&text[..at], to.as_bytes(), &text[at + from.len()..]].concat()
    };
    for (from, to) in [("/Width 96 /Height 64", "/Width 60000 /Height 60000"), ("/Width 96", "/Width 40000")] {
        let refusal = first_refusal(&damaged(from, to));
        assert!(refusal.contains("at most") && refusal.contains("make it smaller"), "{refusal}");
    }
}

#[test]
fn two_hundred_pages_of_a_pdf_are_drawn_one_by_one() {
    let file = open(&pdf(&[0; 200])).unwrap();
    assert_eq!(file.n_pages(), 200);
    assert_shows_picture(&file.page(199).unwrap(), true);
}

/// A PDF of one page of 288 × 192 units with these contents, further entries and further objects, from number 5 on.
fn page_with(contents: &str, entries: &str, objects: &[String]) -> Vec<u8> {
    let size = if entries.contains("/MediaBox") { "" } else { "/MediaBox [0 0 288 192]" };
    let mut all = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R {size} /Contents 4 0 R {entries} >>").into_bytes(),
        format!("<< /Length {} >>\nstream\n{contents}\nendstream", contents.len()).into_bytes(),
    ];
    all.extend(objects.iter().map(|object| object.clone().into_bytes()));
    pdf_of(&all)
}

/// What draws the picture's square and bar, in these colours.
fn square_and_bar(square: &str, bar: &str) -> String {
    format!("{square} rg 24 120 48 48 re f {bar} rg 180 24 90 36 re f")
}

#[test]
fn bright_ink_without_a_ground_is_drawn_on_black() {
    let page = first_page(&page_with(&square_and_bar("1 1 1", "0.9 1 1"), "", &[]));
    let at = |x, y| page.pixels.get_pixel(x, y).0;
    assert_eq!((at(200, 200), at(600, 300)), ([255; 3], [0; 3]));
    // On a ground of its own it stays as it is, and a blank page is white.
    let dark = format!("0 g 0 0 288 192 re f {}", square_and_bar("1 1 1", "1 1 1"));
    assert_eq!(first_page(&page_with(&dark, "", &[])).pixels.get_pixel(600, 300).0, [0; 3]);
    assert!(first_page(&page_with("", "", &[])).pixels.iter().all(|&value| value == 255));
}

#[test]
fn strokes_of_annotations_without_appearance_are_drawn() {
    let annotation = |kind: &str| {
        let annots = format!("/Annots [<< /Type /Annot /Rect [0 0 288 192] /BS << /W 6 >> {kind} >>]");
        first_page(&page_with("", &annots, &[])).pixels
    };
    // Through the middle, 144 96, in pixels of 300 an inch.
    let ink = annotation("/Subtype /Ink /C [1 0 0] /InkList [[20 20 144 96 200 96] [10 10]]");
    assert_eq!(ink.get_pixel(600, 400).0, [255, 0, 0]);
    assert_eq!(ink.get_pixel(42, 800 - 42).0, [255, 0, 0], "a dot");
    let line = annotation("/Subtype /Line /L [0 96 288 96]");
    assert_eq!(line.get_pixel(600, 400).0, [0; 3]);
    let polygon = annotation("/Subtype /Polygon /C [0 0 1] /Vertices [20 96 268 96 144 180]");
    assert_eq!((polygon.get_pixel(600, 400).0, polygon.get_pixel(300, 100).0[1] < 200), ([0, 0, 255], false));
    for hidden in ["/F 2 /Subtype /Line /L [0 96 288 96]", "/Subtype /Highlight /L [0 96 288 96]"] {
        assert!(annotation(hidden).iter().all(|&value| value == 255));
    }
}

#[test]
fn pages_are_as_large_as_their_unit_says() {
    let page = first_page(&page_with(&square_and_bar("0 0 0", "0.8 0.1 0.1"), "/UserUnit 2", &[]));
    assert_eq!((page.width(), page.height()), (2400, 1600));
    assert_shows_picture(&page, true);
}

/// An image of nothing but white, of this size.
fn white_image(width: u32, height: u32) -> String {
    // A fax of group 4, in which a row of white is one bit.
    let data = "FF".repeat((height as usize).div_ceil(8));
    format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 1 \
         /Filter [/ASCIIHexDecode /CCITTFaxDecode] /DecodeParms [null << /K -1 /Columns {width} /Rows {height} >>] \
         /Length {} >>\nstream\n{data}\nendstream",
        data.len()
    )
}

#[test]
fn a_picture_finer_than_its_page_tells_is_drawn_at_its_own_resolution() {
    let resources = "/Resources << /XObject << /P 5 0 R >> >>";
    let size = |contents: &str, width, height| {
        let page = first_page(&page_with(contents, resources, &[white_image(width, height)]));
        (page.width(), page.height())
    };
    assert_eq!(size("q 288 0 0 192 0 0 cm /P Do Q", 2880, 1920), (2880, 1920));
    // Not beyond what photos have, not for a small picture, and not below a scanner's.
    assert_eq!(size("q 288 0 0 192 0 0 cm /P Do Q", 14_400, 9600), (5000, 3333));
    assert_eq!(size("q 28 0 0 19 0 0 cm /P Do Q", 2880, 1920), (1200, 800));
    assert_eq!(size("q 288 0 0 192 0 0 cm /P Do Q", 288, 192), (1200, 800));
}

#[test]
fn patterns_and_masks_cost_resolution_and_not_memory() {
    let pattern = |step: u32, side: u32| {
        let cell = "0 0 1 rg 0 0 9 9 re f";
        format!(
            "<< /Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 {side} {side}] /XStep {step} \
             /YStep {step} /Resources << >> /Length {} >>\nstream\n{cell}\nendstream",
            cell.len()
        )
    };
    let resources = "/MediaBox [0 0 1200 1600] /Resources << /Pattern << /P 5 0 R >> >>";
    let painted = |n: usize, pattern: String| {
        let contents = format!("/Pattern cs /P scn {}", "0 0 1200 1600 re f ".repeat(n));
        open(&page_with(&contents, resources, &[pattern])).and_then(|file| file.page(0))
    };
    // At 300 dots an inch the page would be 5000 pixels wide, and each of the 60 cells take 130 MB.
    let often = painted(60, pattern(1190, 1190)).unwrap();
    assert!(often.width() < 2000, "{}", often.width());
    let refusal = painted(1, pattern(1, 900)).expect_err("a million copies").to_string();
    assert!(refusal.contains("too intricate"), "{refusal}");
}

#[test]
fn pages_get_300_dots_an_inch_unless_they_are_posters() {
    let scale_of = |width, height| scale_of((width, height), 1.0, &Contents::default());
    let a4 = scale_of(595.0, 842.0).unwrap();
    assert!((a4 * 842.0 - 3508.0).abs() < 2.0);
    let poster = scale_of(5000.0, 7000.0).unwrap();
    assert!(poster * 5000.0 * poster * 7000.0 < 1.01 * MAX_PAGE_PIXELS);
    assert_eq!(scale_of(f64::NAN, 842.0), None);
    assert_eq!(scale_of(0.0, 842.0), None);
}
