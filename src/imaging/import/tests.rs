//! Every format opens upright and in its colours; nothing that is damaged does any harm.

use std::{fs, io::Cursor, path::Path};

use image::{DynamicImage, GrayAlphaImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::{pdf::tests::pdf, *};

pub(super) fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fixtures' picture.
pub(super) fn picture() -> RgbImage {
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

pub(super) fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub(super) fn open(bytes: &[u8]) -> Result<PageFile, ImageError> {
    PageFile::from_bytes(bytes.to_vec(), Path::new("page"))
}

pub(super) fn first_refusal(bytes: &[u8]) -> String {
    open(bytes).and_then(|file| file.page(0)).expect_err("a refusal").to_string()
}

pub(super) fn first_page(bytes: &[u8]) -> PageImage {
    open(bytes).and_then(|file| file.page(0)).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
pub(super) fn assert_shows_picture(page: &PageImage, is_colored: bool) {
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
    let colored = ["cmyk.jpg", "ycck.jpg", "upright.heic", "ten-bit.heic", "tiles.heic", "ycbcr.tif", "palette.tif"];
    for name in colored.into_iter().chain(["color.jp2"]) {
        assert_shows_picture(&first_page(&fixture(name)), true);
    }
    assert_shows_picture(&first_page(&fixture("gray-alpha.png")), false);
    for name in ["fax.tif", "gray.j2k"] {
        assert_shows_picture(&first_page(&fixture(name)), false);
    }
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
    for name in ["transparent.heic", "transparent.jp2"] {
        assert_shows_picture(&first_page(&fixture(name)), true);
    }
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
    files.extend(["color.jp2", "gray.j2k"].map(|name| (name, fixture(name))));
    for name in ["fax-g3.tif", "fax-g3-2d.tif", "fax-rle.tif", "fax-lowest-bit-first.tif"] {
        files.push((name, fixture(name)));
    }
    files
}

#[test]
fn half_a_file_is_told_in_a_sentence() {
    for (name, bytes) in small_files() {
        for part in [2, 3, 5, 8] {
            let cut = &bytes[..bytes.len() * (part - 1) / part];
            let decoded = open(cut).and_then(|file| file.decode(0));
            let is_told = decoded.is_ok_and(|page| page.defect.is_none());
            // A PDF is found again without its table, and what is left of it is drawn; of a fax the rows that came.
            assert!(
                !is_told || (name == "pdf" || name.starts_with("fax")),
                "{name} without its last {part}th seems whole"
            );
        }
    }
}

#[test]
fn what_is_there_of_a_picture_that_is_cut_short_is_shown() {
    let rgb = DynamicImage::ImageRgb8(picture());
    let defect = |bytes: &[u8]| {
        let page = open(bytes).and_then(|file| file.decode(0)).unwrap();
        // The square at the top.
        assert!(page.image.pixels.get_pixel(15, 15).0[0] < 48);
        page.defect
    };
    let (jpeg, png) = (written(&rgb, ImageFormat::Jpeg), written(&rgb, ImageFormat::Png));
    assert_eq!((defect(&jpeg), defect(&png)), (None, None));
    // Without end marks, with a trailer of a phone instead, and within the end mark.
    let trailer = [&jpeg[..jpeg.len() - 2], b"\0\0\x01\x0aPanorama_Shot_Info and more", &[7; 50]].concat();
    for whole in [&jpeg[..jpeg.len() - 2], &trailer, &png[..png.len() - 12], &png[..png.len() - 7]] {
        assert_eq!(defect(whole), Some(ImageDefect::EndMissing));
    }
    let half = jpeg.len() - 200;
    assert_eq!(defect(&jpeg[..half]), Some(ImageDefect::PixelsMissing));
    let bmp = written(&rgb, ImageFormat::Bmp);
    let lower_half = open(&bmp[..bmp.len() / 2]).and_then(|file| file.decode(0)).unwrap();
    assert_eq!(lower_half.defect, Some(ImageDefect::PixelsMissing));
}

#[test]
fn formats_that_are_not_opened_say_what_they_are() {
    let refusal = |mut bytes: &[u8]| read_file(&mut bytes, Path::new("page")).expect_err("a refusal").to_string();
    assert!(refusal(b"\0\0\0\x20ftypavif\0\0\0\0").contains("an AVIF picture, which Longhand cannot open"));
    assert!(refusal(b"dear diary").contains("is not an image that Longhand can open"));
    let mut jpeg = written(&DynamicImage::ImageRgb8(picture()), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 1] = 0xc9;
    assert!(first_refusal(&jpeg).contains("of a kind that Longhand cannot open (JPEG with arithmetic coding)"));
}

#[test]
fn an_endless_pipe_is_left_after_its_beginning_or_its_limit() {
    let mut zeros = std::io::repeat(0);
    assert!(matches!(read_file(&mut zeros, Path::new("zero")), Err(ImageError::NotAnImage { .. })));
    let mut png = b"\x89PNG\r\n\x1a\n".chain(std::io::repeat(0));
    assert!(matches!(read_file(&mut png, Path::new("png")), Err(ImageError::FileTooLarge { .. })));
}

#[path = "../../../tests/support/import_target.rs"]
mod import_target;
#[path = "../../../tests/support/mutate.rs"]
mod mutate;

/// Seconds for which [`damaged_files_are_survived_for_a_while`] makes up files.
const SECONDS: &str = "LONGHAND_FUZZ_SECONDS";

#[test]
#[ignore = "takes as long as LONGHAND_FUZZ_SECONDS says: for changes of what opens files"]
fn damaged_files_are_survived_for_a_while() {
    let seconds = std::env::var(SECONDS).ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    let (started, files) = (std::time::Instant::now(), small_files());
    let mut seed = 0;
    while started.elapsed() < std::time::Duration::from_secs(seconds) {
        for (_, bytes) in &files {
            import_target::import_bytes(&mutate::mutated(bytes, seed));
        }
        seed += 1;
    }
    assert!(seed > 0);
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
