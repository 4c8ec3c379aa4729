//! Files of formats that are not opened, told by their beginning, so that nobody takes them for damaged.

/// Signatures: what stands at which place, and what such a file is.
const SIGNATURES: [(usize, &[u8], &str); 38] = [
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (0, b"8BPS", "a Photoshop picture"),
    (0, b"gimp xcf", "a GIMP picture"),
    (0, b"BPG\xfb", "a BPG picture"),
    (0, b"FLIF", "a FLIF picture"),
    (0, b"qoif", "a QOI picture"),
    (0, b"farbfeld", "a farbfeld picture"),
    (0, b"DDS ", "a DDS texture"),
    (0, b"icns", "an icon of macOS"),
    (0, b"\0\0\x01\0", "an icon of Windows"),
    (0, b"\0\0\x02\0", "a cursor of Windows"),
    (0, b"\x8aMNG", "an MNG animation"),
    (0, b"\x8bJNG", "a JNG picture"),
    (0, b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (0, b"#?RADIANCE", "a Radiance picture"),
    (0, b"\x0a\x05\x01\x08", "a PCX picture"),
    (0, b"\xd7\xcd\xc6\x9a", "a WMF picture"),
    (40, b" EMF", "an EMF picture"),
    (0, b"SIMPLE  =", "a FITS picture"),
    (0, b"AT&TFORM", "a DjVu document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"\xc5\xd0\xd3\xc6", "an EPS picture"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"\xd0\xcf\x11\xe0", "a document of an older office program"),
    (0, b"PK\x03\x04", "a ZIP file or an office document"),
    (0, b"\x1f\x8b", "a packed file"),
    (0, b"7z\xbc\xaf", "a packed file"),
    (0, b"Rar!", "a packed file"),
    (0, b"FUJIFILMCCD-RAW", "a camera's raw picture"),
    (0, b"IIRO", "a camera's raw picture"),
    (0, b"IIU\0", "a camera's raw picture"),
    (0, b"\0MRM", "a camera's raw picture"),
    (0, b"FOVb", "a camera's raw picture"),
    (0, b"\x1aE\xdf\xa3", "a film"),
    (0, b"RIFF\0\0\0\0AVI ", "a film"),
    (0, b"%FDF-", "a form's data without its PDF"),
    (12, b"CgBI", "a PNG packed for iPhones"),
];
/// Brands of files in the ISO container, and what such a file is.
const BRANDS: [(&[u8], &str); 7] = [
    (b"avif", "an AVIF picture"),
    (b"avis", "an AVIF picture"),
    (b"crx ", "a camera's raw picture"),
    (b"qt  ", "a film"),
    (b"isom", "a film"),
    (b"mp41", "a film"),
    (b"mp42", "a film"),
];
/// Bytes of a RIFF file's length, which may be any.
const RIFF_LENGTH: std::ops::Range<usize> = 4..8;

/// What a file that begins with `head` is, if it is of a known format that is not opened.
pub(super) fn format_name(head: &[u8]) -> Option<&'static str> {
    let mut plain = head.to_vec();
    if head.starts_with(b"RIFF") {
        plain.get_mut(RIFF_LENGTH)?.fill(0);
    }
    let has = |&&(at, signature, _): &&(usize, &[u8], &'static str)| {
        plain.get(at..).is_some_and(|rest| rest.starts_with(signature))
    };
    let by_signature = SIGNATURES.iter().find(has).map(|(.., name)| *name);
    by_signature.or_else(|| by_brand(head)).or_else(|| by_text(head))
}

fn by_brand(head: &[u8]) -> Option<&'static str> {
    let brand = head.get(4..12)?.strip_prefix(b"ftyp")?;
    BRANDS.iter().find(|(known, _)| *known == brand).map(|(_, name)| *name)
}

fn by_text(head: &[u8]) -> Option<&'static str> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let contains = |tag: &[u8]| text.windows(tag.len()).any(|part| part.eq_ignore_ascii_case(tag));
    match text {
        [b'P', b'1'..=b'7', b' ' | b'\n' | b'\r' | b'\t', ..] => Some("a picture of the Netpbm formats"),
        [b'<', ..] if contains(b"<svg") => Some("an SVG drawing"),
        [b'<', ..] if contains(b"<html") => Some("a web page"),
        [b'<', b'?', ..] => Some("an XML file"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_beginning() {
        for (head, name) in [
            (&b"\0\0\0\x20ftypavif\0\0\0\0"[..], "AVIF"),
            (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
            (b"RIFF\x12\x34\0\0AVI LIST", "film"),
            (b"P4\n12 14\n", "Netpbm"),
            (b"\xef\xbb\xbf<?xml version='1.0'?>\n<SVG >", "SVG"),
        ] {
            assert!(format_name(head).is_some_and(|found| found.contains(name)), "{name}");
        }
        for head in [&b"RIFF\x12\x34\0\0WEBPVP8 "[..], b"\x89PNG", b"dear diary", b"", b"\0\0\0\x18ftypheic"] {
            assert_eq!(format_name(head), None);
        }
    }
}
