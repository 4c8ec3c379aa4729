//! What is written keeps what was there, whatever the names; what is read may have any name, or none.

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use super::folder::{Answer, Folder};
use longhand::formats::DescribedPage;

impl Folder {
    fn names_in(&self, name: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn run_with_bytes(&self, arguments: &[&str], input: &[u8]) -> Answer {
        let mut command: Command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Answer::from(child.wait_with_output().unwrap())
    }
}

#[test]
fn files_of_the_same_name_give_results_of_their_own() {
    let folder = Folder::new();
    for name in ["a.jpg", "a.png", "mon/p.png", "tue/p.png"] {
        folder.draw_page(name, 1);
    }
    let export = ["export", "--format", "txt", "--out", "out"];
    folder.run(&[&export[..], &["a.jpg", "a.png", "mon", "tue"]].concat()).assert_status(0);
    assert_eq!(folder.names_in("out"), ["a.jpg.txt", "a.png.txt", "mon p.txt", "tue p.txt"]);
    folder.run(&["segment", "--crops", "crops", "mon", "tue"]).assert_status(0);
    assert_eq!(folder.names_in("crops"), ["mon p", "tue p"]);
}

#[test]
fn what_was_there_before_is_kept_and_the_others_are_written() {
    let folder = Folder::new();
    for name in ["in/a.png", "in/b.png", "in/c.png"] {
        folder.draw_page(name, 1);
    }
    folder.write("out/a.txt", b"corrected");
    fs::create_dir_all(folder.path("out/b.txt/x")).unwrap();
    let export = ["export", "--format", "txt", "--out", "out", "in"];
    let answer = folder.run(&export).assert_status(1);
    assert_eq!(answer.stdout.lines().count(), 1, "{answer:?}");
    let answer = answer.assert_says(&["out/a.txt", "is there already", "--overwrite"]);
    answer.assert_says(&["out/b.txt"]);
    assert_eq!(fs::read(folder.path("out/a.txt")).unwrap(), b"corrected");
    assert!(folder.path("out/c.txt").is_file());
    // A folder cannot be replaced; the others are.
    folder.run(&[&export[..], &["--overwrite"]].concat()).assert_status(1).assert_says(&["cannot write", "out/b.txt"]);
    assert_ne!(fs::read(folder.path("out/a.txt")).unwrap(), b"corrected");
    // Lines' images, too.
    fs::create_dir_all(folder.path("crops/a.png")).unwrap();
    folder.run(&["segment", "--crops", "crops", "in"]).assert_status(1).assert_says(&["a.png"]);
    assert_eq!(folder.names_in("crops"), ["a.png", "b.png", "c.png"]);
    assert!(folder.names_in("crops/a.png").is_empty());
}

#[test]
fn inputs_are_never_replaced_and_own_results_never_read() {
    let folder = Folder::new();
    folder.draw_page("n.png", 2);
    folder.run(&["export", "--out", ".", "."]).assert_status(0);
    let written = fs::read(folder.path("n.pdf")).unwrap();
    let answer = folder.run(&["export", "--out", ".", "."]).assert_status(1);
    let answer = answer.assert_says(&["n.pdf", "was written by Longhand and is left out"]);
    answer.assert_says(&["n.pdf", "is there already"]);
    for options in [&["--overwrite"][..], &[]] {
        let export = [&["export", "--out", "."], options, &["n.pdf"]].concat();
        folder.run(&export).assert_status(1).assert_says(&["n.pdf", "is read and not replaced"]);
    }
    assert_eq!(fs::read(folder.path("n.pdf")).unwrap(), written);
    // Named, it is read.
    assert_eq!(folder.run(&["segment", "n.pdf"]).assert_status(0).stdout.lines().count(), 2);
}

#[test]
fn names_of_any_kind_are_read_and_shown_in_one_line() {
    let folder = Folder::new();
    let long = format!("{}.png", "ж".repeat(120));
    for name in ["a\u{8}b.png", "two\nlines.png", "tab\t.png", &long] {
        folder.draw_page(name, 1);
        for format in ["page-xml", "alto", "hocr"] {
            let out = format!("out {format}");
            let written = folder.run(&["export", "--format", format, "--out", &out, name]).assert_status(0).stdout;
            assert_eq!(written.lines().count(), 1, "{written}");
        }
        let rows = folder.run(&["segment", name]).assert_status(0).stdout;
        assert_eq!(rows.trim_end().split('\t').count(), 6, "{rows}");
    }
    for name in folder.names_in("out page-xml") {
        let page = DescribedPage::open(&folder.path("out page-xml").join(name)).unwrap().unwrap();
        assert_eq!(page.lines.len(), 1);
    }
    let answer = folder.run(&["recognize", "gone\u{1b}[2J.png"]).assert_status(1);
    assert!(!answer.stderr.contains('\u{1b}') && answer.stderr.contains("gone\\u{1b}[2J.png"), "{answer:?}");
}

#[cfg(unix)]
#[test]
fn paths_that_are_no_utf_8_or_have_line_ends_are_asked_for() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let folder = Folder::new();
    folder.draw_page("page.png", 1);
    let name = b"caf\xe9\n.png";
    fs::copy(folder.path("page.png"), folder.path("").join(PathBuf::from(OsStr::from_bytes(name)))).unwrap();
    let asked = folder.run_with_bytes(&["recognize-lines", "-0"], &[&name[..], b"\0page.png\0"].concat());
    let answers = asked.assert_status(0).stdout;
    let answers: Vec<&str> = answers.lines().collect();
    assert!(answers.len() == 2 && answers[0] == answers[1], "{answers:?}");
}

#[test]
fn standard_input_is_read_for_a_dash() {
    let folder = Folder::new();
    folder.draw_page("page.png", 2);
    let bytes = fs::read(folder.path("page.png")).unwrap();
    let piped = folder.run_with_bytes(&["recognize", "-"], &bytes).assert_status(0).stdout;
    assert_eq!(piped, folder.run(&["recognize", "page.png"]).assert_status(0).stdout);
    folder.run_with_bytes(&["export", "--format", "alto", "--out", "out", "-"], &bytes).assert_status(0);
    assert_eq!(folder.names_in("out"), ["standard input.alto.xml"]);
    folder.run_with_bytes(&["recognize", "-"], b"").assert_status(1).assert_says(&["standard input is not an image"]);
}

#[test]
fn a_tiny_picture_in_one_colour_does_not_keep_the_next_page_from_being_read() {
    let folder = Folder::new();
    image::RgbImage::from_pixel(8, 8, image::Rgb([255, 0, 0])).save(folder.path("dot.png")).unwrap();
    folder.draw_page("page.png", 2);
    let answer =
        folder.run(&["recognize", "dot.png", "page.png"]).assert_status(0).assert_says(&["dot.png", "no writ"]);
    assert_eq!(answer.stdout, folder.run(&["recognize", "page.png"]).stdout);
}

/// Two pages, the second with a line more, in one TIFF.
fn two_pages(folder: &Folder) {
    let mut file = fs::File::create(folder.path("two.tif")).unwrap();
    let mut tiff = tiff::encoder::TiffEncoder::new(&mut file).unwrap();
    for n_lines in [1, 2] {
        folder.draw_page("page.png", n_lines);
        let page = image::open(folder.path("page.png")).unwrap().to_luma8();
        tiff.write_image::<tiff::encoder::colortype::Gray8>(page.width(), page.height(), &page).unwrap();
    }
}

#[test]
fn a_page_of_several_is_measured_by_its_number_or_not_at_all() {
    let folder = Folder::new();
    two_pages(&folder);
    for (format, ending) in [("page-xml", "xml"), ("alto", "alto.xml")] {
        folder.run(&["export", "--format", format, "--out", ".", "two.tif"]).assert_status(0);
        let label = format!("two page 2.{ending}");
        // What was read at the places of page 2 is what is read there again.
        let measured = folder.run(&["evaluate", "--decoder", "language", &label]).assert_status(0).stdout;
        let first = measured.lines().next().unwrap();
        assert!(first.starts_with("CER ") && first.ends_with(" 0.00 %"), "{format}: {measured}");
        let text = fs::read_to_string(folder.path(&label)).unwrap();
        assert!(text.contains("two.tif#page=2"), "{text}");
        for (number, reason) in [("", "nothing says which one is meant"), ("#page=3", "has no page 3")] {
            folder.write("other.xml", text.replace("#page=2", number).as_bytes());
            folder.run(&["evaluate", "other.xml"]).assert_status(1).assert_says(&["two.tif", reason]);
        }
    }
    // The label beside the image, as `evaluate-lines` looks for it.
    fs::copy(folder.path("two page 2.xml"), folder.path("two.xml")).unwrap();
    folder.run(&["evaluate-lines", "two.tif"]).assert_status(0);
    folder.write("two.xml", fs::read_to_string(folder.path("two.xml")).unwrap().replace("#page=2", "").as_bytes());
    folder.run(&["evaluate-lines", "two.tif"]).assert_status(1).assert_says(&["two.tif has 2 pages"]);
}

#[test]
fn a_described_page_keeps_its_text_and_what_has_none_is_read() {
    let folder = Folder::new();
    two_pages(&folder);
    folder.run(&["export", "--format", "page-xml", "--out", ".", "two.tif"]).assert_status(0);
    let read = folder.run(&["recognize", "two page 2.xml"]).assert_status(0).stdout;
    let lines: Vec<&str> = read.lines().collect();
    let [first, second] = lines[..] else { panic!("{read:?}") };
    let described = fs::read_to_string(folder.path("two page 2.xml")).unwrap();
    // The last text of a line is the whole line's; the words' come before.
    let (before, behind) = described.rsplit_once(&format!("<Unicode>{second}</Unicode>")).unwrap();
    folder.write("corrected.xml", format!("{before}<Unicode>was corrected</Unicode>{behind}").as_bytes());
    folder.run(&["export", "--format", "txt", "--out", ".", "corrected.xml"]).assert_status(0);
    assert_eq!(fs::read_to_string(folder.path("corrected.txt")).unwrap(), format!("{first}\nwas corrected\n"));
    let page = DescribedPage::open(&folder.path("two page 2.xml")).unwrap().unwrap();
    assert_eq!((page.number, page.lines.len()), (Some(2), 2));

    let mut without_text = String::new();
    let mut rest = described.as_str();
    while let Some((kept, removed)) = rest.split_once("<TextEquiv") {
        without_text.push_str(kept);
        rest = removed.split_once("</TextEquiv>").unwrap().1;
    }
    folder.write("unread.xml", (without_text + rest).as_bytes());
    assert_eq!(
        folder.run(&["recognize", "unread.xml"]).assert_status(0).stdout,
        read,
        "read at the places of its lines"
    );
    folder.write("lost.xml", described.replace("#page=2", "#page=7").as_bytes());
    folder.run(&["recognize", "lost.xml"]).assert_status(1).assert_says(&["two.tif has no page 7"]);
}

#[test]
fn what_is_missing_of_a_picture_is_told_and_the_rest_read() {
    let folder = Folder::new();
    folder.draw_page("page.jpg", 3);
    let jpeg = fs::read(folder.path("page.jpg")).unwrap();
    let lines = folder.run(&["segment", "page.jpg"]).assert_status(0).stdout;
    folder.write("page.jpg", &jpeg[..jpeg.len() - 2]);
    let answer = folder.run(&["segment", "page.jpg"]).assert_status(0).assert_says(&["page.jpg", "is cut short"]);
    assert_eq!(answer.stdout, lines);
    folder.write("page.jpg", &jpeg[..jpeg.len() * 3 / 4]);
    let answer = folder.run(&["segment", "page.jpg"]).assert_status(1).assert_says(&["page.jpg", "left white"]);
    assert!(!answer.stdout.is_empty());
}
