//! Every format opens upright and in its colours; nothing that is damaged does any harm.

use std::{io::Cursor, path::Path};

use image::{DynamicImage, GrayAlphaImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fixtures' picture.
fn picture() -> RgbImage {
    RgbImage::from_fn(96, 64, |x, y| {
        if (8..24).contains(&x) && (8..24).contains(&y) {
            Rgb([0; 3])
        } else if (60..90).contains(&x) && (44..56).contains(&y) {
            Rgb([200, 20, 30])
        } else {
            Rgb([255; 3])
        }
    })
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn open(bytes: &[u8]) -> Result<PageFile, ImageError> {
    PageFile::from_bytes(bytes.to_vec(), Path::new("page"))
}

fn first_refusal(bytes: &[u8]) -> String {
    open(bytes).and_then(|file| file.page(0)).expect_err("a refusal").to_string()
}

fn first_page(bytes: &[u8]) -> PageImage {
    open(bytes).and_then(|file| file.page(0)).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn assert_shows_picture(page: &PageImage, is_colored: bool) {
    let (width, height) = (page.width(), page.height());
    assert!(width * 64 == height * 96, "{width} x {height}");
    let at = |x: u32, y: u32| page.pixels.get_pixel(x * width / 96, y * height / 64).0.map(i32::from);
    let near = |a: [i32; 3], b: [i32; 3]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 48);
    assert!(near(at(15, 15), [0, 0, 0]), "square {:?}", at(15, 15));
    assert!(near(at(40, 30), [255, 255, 255]), "paper {:?}", at(40, 30));
    assert!(near(at(85, 15), [255, 255, 255]), "upper right {:?}", at(85, 15));
    let bar = at(75, 50);
    assert!(if is_colored { near(bar, [200, 20, 30]) } else { bar[0] < 160 }, "bar {bar:?}");
}

#[test]
fn every_format_shows_its_picture() {
    let rgb = DynamicImage::ImageRgb8(picture());
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Tiff, ImageFormat::WebP, ImageFormat::Bmp] {
        assert_shows_picture(&first_page(&written(&rgb, format)), true);
    }
    assert_shows_picture(&first_page(&written(&rgb, ImageFormat::Gif)), true);
    for name in ["cmyk.jpg", "ycck.jpg", "upright.heic", "ten-bit.heic", "tiles.heic", "ycbcr.tif", "palette.tif"] {
        assert_shows_picture(&first_page(&fixture(name)), true);
    }
    assert_shows_picture(&first_page(&fixture("gray-alpha.png")), false);
    assert_shows_picture(&first_page(&fixture("fax.tif")), false);
    assert_shows_picture(&first_page(&pdf(&[0])), true);
}

#[test]
fn depths_and_transparency_become_colours_on_white_paper() {
    let deep =
        ImageBuffer::from_fn(96, 64, |x, y| Rgb(picture().get_pixel(x, y).0.map(|value| u16::from(value) * 257)));
    assert_shows_picture(&first_page(&written(&DynamicImage::ImageRgb16(deep), ImageFormat::Png)), true);
    let gray = ImageBuffer::from_fn(96, 64, |x, y| Luma([u16::from(picture().get_pixel(x, y).0[1]) * 257]));
    for format in [ImageFormat::Png, ImageFormat::Tiff] {
        assert_shows_picture(&first_page(&written(&DynamicImage::ImageLuma16(gray.clone()), format)), false);
    }
    let clear = RgbaImage::from_fn(96, 64, |x, y| {
        let [r, g, b] = picture().get_pixel(x, y).0;
        if r == 255 { Rgba([0; 4]) } else { Rgba([r, g, b, 255]) }
    });
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff] {
        assert_shows_picture(&first_page(&written(&DynamicImage::ImageRgba8(clear.clone()), format)), true);
    }
    let faint = GrayAlphaImage::from_fn(96, 64, |x, y| LumaA([0, 255 - picture().get_pixel(x, y).0[1]]));
    assert_shows_picture(&first_page(&written(&DynamicImage::ImageLumaA8(faint), ImageFormat::Png)), false);
    assert_shows_picture(&first_page(&fixture("transparent.heic")), true);
}

/// The picture as a JPEG whose EXIF block says how it has to be turned.
fn jpeg_with_orientation(stored: &RgbImage, orientation: u8) -> Vec<u8> {
    let jpeg = written(&DynamicImage::ImageRgb8(stored.clone()), ImageFormat::Jpeg);
    let exif =
        [b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[orientation], &[0; 6]].concat();
    let length = (exif.len() + 2) as u16;
    [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), &exif, &jpeg[2..]].concat()
}

#[test]
fn every_orientation_is_honoured() {
    use image::metadata::Orientation;
    for number in 1..=8 {
        // What undoes the orientation: itself, but for the two quarter turns, which undo each other.
        let undo = Orientation::from_exif(match number {
            6 => 8,
            8 => 6,
            other => other,
        });
        let mut stored = DynamicImage::ImageRgb8(picture());
        stored.apply_orientation(undo.unwrap());
        assert_shows_picture(&first_page(&jpeg_with_orientation(&stored.into_rgb8(), number)), true);
    }
    for name in ["turned.heic", "turned-by-exif.heic"] {
        assert_shows_picture(&first_page(&fixture(name)), true);
    }
}

/// A TIFF of grey pictures of 4 × 4 pixels, one for each kind of image; each one's pixels are its number.
fn tiff(subfile_types: &[u32]) -> Vec<u8> {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    let mut link_at = 4;
    for (number, &subfile_type) in subfile_types.iter().enumerate() {
        let pixels_at = bytes.len() as u32;
        bytes.extend([number as u8 * 10; 16]);
        let directory_at = (bytes.len() as u32).to_le_bytes();
        bytes[link_at..link_at + 4].copy_from_slice(&directory_at);
        let entries = [
            (254_u16, subfile_type),
            (256, 4),
            (257, 4),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, pixels_at),
            (277, 1),
            (278, 4),
            (279, 16),
        ];
        bytes.extend((entries.len() as u16).to_le_bytes());
        for (tag, value) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(4_u16.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        link_at = bytes.len();
        bytes.extend([0; 4]);
    }
    bytes
}

#[test]
fn every_full_size_image_of_a_tiff_is_a_page() {
    let file = open(&tiff(&[0, 1, 2, 4, 0])).unwrap();
    assert_eq!(file.n_pages(), 3);
    let values: Vec<u8> = (0..3).map(|index| file.page(index).unwrap().pixels.get_pixel(1, 1).0[0]).collect();
    assert_eq!(values, [0, 20, 40]);
    assert_eq!(open(&tiff(&[1])).unwrap().n_pages(), 1);
    let fax = open(&fixture("fax.tif")).unwrap();
    assert_eq!(fax.n_pages(), 3);
    assert_shows_picture(&fax.page(2).unwrap(), false);
    assert!(fax.page(1).unwrap().pixels.get_pixel(80, 48).0[0] < 50, "the second page is upside down");
}

#[test]
fn a_tiff_whose_pages_go_in_circles_ends() {
    let mut bytes = tiff(&[0, 0]);
    let first = bytes[4..8].to_vec();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&first);
    assert_eq!(open(&bytes).unwrap().n_pages(), 2);
}

/// A PDF of A6 pages that show the picture, each rotated by one of `turns`, in degrees.
fn pdf(turns: &[u32]) -> Vec<u8> {
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
fn refusals_name_the_file_and_say_what_to_do() {
    let text = first_refusal;
    assert!(text(b"dear diary").contains("page is not an image that Longhand can open"));
    assert!(text(b"").contains("page is not an image"));
    assert!(text(b"%PDF-1.4 and nothing else").contains("page is damaged"));
    // A bitmap that says it is 40000 pixels wide.
    let mut wide = written(&DynamicImage::ImageRgb8(picture()), ImageFormat::Bmp);
    wide[18..22].copy_from_slice(&40_000_u32.to_le_bytes());
    let refusal = text(&wide);
    assert!(refusal.contains("40000 × 64") && refusal.contains("make it smaller"), "{refusal}");
    let many = vec![0; MAX_PAGES + 1];
    assert!(text(&tiff(&many)).contains("split it"));
    let mut file = tiff(&[0, 0]);
    let second = file.len() - 20 - 4 - 8;
    file[second..second + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let error = open(&file).unwrap().page(1).expect_err("pixels that are not there").to_string();
    assert!(error.starts_with("page 2 of page "), "{error}");
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

#[test]
fn pages_are_counted_without_decoding_them() {
    let folder = tempfile::tempdir().unwrap();
    let count = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        PageFile::count_pages(&path)
    };
    assert_eq!(count("a.pdf", &pdf(&[0, 0])).unwrap(), 2);
    assert_eq!(count("a.tif", &fixture("fax.tif")).unwrap(), 3);
    assert_eq!(count("a.heic", &fixture("upright.heic")).unwrap(), 1);
    assert_eq!(count("a.png", b"whatever").unwrap(), 1);
    assert!(PageFile::count_pages(&folder.path().join("none")).is_err());
}

/// Small files of every format.
fn small_files() -> Vec<(&'static str, Vec<u8>)> {
    let rgb = DynamicImage::ImageRgb8(picture());
    let mut files: Vec<(&'static str, Vec<u8>)> = [
        ("png", ImageFormat::Png),
        ("jpeg", ImageFormat::Jpeg),
        ("tiff", ImageFormat::Tiff),
        ("webp", ImageFormat::WebP),
        ("bmp", ImageFormat::Bmp),
        ("gif", ImageFormat::Gif),
    ]
    .into_iter()
    .map(|(name, format)| (name, written(&rgb, format)))
    .collect();
    files.push(("pdf", pdf(&[0])));
    for name in ["upright.heic", "tiles.heic", "transparent.heic", "fax.tif", "palette.tif", "ycbcr.tif", "cmyk.jpg"] {
        files.push((name, fixture(name)));
    }
    files
}

#[test]
fn half_a_file_is_told_in_a_sentence() {
    for (name, bytes) in small_files() {
        for part in [2, 3, 5, 8] {
            let cut = &bytes[..bytes.len() * (part - 1) / part];
            let outcome = open(cut).and_then(|file| file.page(0));
            // A PDF is found again without its table, and what is left of it is drawn; of a fax the rows that came.
            assert!(outcome.is_err() || ["pdf", "fax.tif"].contains(&name), "{name} without its last {part}th opens");
        }
    }
}

#[path = "../../../tests/support/import_target.rs"]
mod import_target;
#[path = "../../../tests/support/mutate.rs"]
mod mutate;

/// Files of each kind that [`many_mutated_files_are_survived`] makes up.
const N_MUTATED: u64 = 5000;

#[test]
#[ignore = "takes minutes: for changes of what opens files"]
fn many_mutated_files_are_survived() {
    for (_, bytes) in small_files() {
        for seed in 0..N_MUTATED {
            import_target::import_bytes(&mutate::mutated(&bytes, seed));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn any_damage_is_survived(
        which in any::<prop::sample::Index>(),
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        keep in 0.3_f32..1.3,
    ) {
        let files = small_files();
        let (_, mut bytes) = which.get(&files).clone();
        for (place, value) in flips {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        bytes.truncate((bytes.len() as f32 * keep) as usize);
        import_target::import_bytes(&bytes);
    }
}
