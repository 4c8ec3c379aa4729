//! The real program in a fresh folder.
#![expect(clippy::unwrap_used, reason = "in tests")]

mod folder;
mod manual;
mod measuring;
mod results;
mod watch;

use std::{
    ffi::OsString,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::Stdio,
    thread,
    time::Duration,
};

use folder::{Answer, Folder};
use image::{GrayImage, Luma, imageops};
use longhand::recognition::sha256_hex;
use serde_json::Value;

#[cfg(feature = "train")]
#[test]
fn what_is_too_little_to_practise_on_is_read_as_usual() {
    let folder = Folder::new();
    folder.draw_page("page.png", 3);
    let usual = folder.run(&["recognize", "page.png"]).assert_status(0);
    let practised = folder.run(&["recognize", "--practise", "page.png"]).assert_status(0);
    assert_eq!(practised.stdout, usual.stdout);
    assert!(practised.stderr.contains("it takes 10 lines"), "{}", practised.stderr);
}

#[test]
fn pages_come_as_the_json_that_scripts_rely_on() {
    let folder = Folder::new();
    folder.draw_page("page.png", 3);
    let answer = folder.run(&["recognize", "--format", "json", "--threads", "2", "page.png"]).assert_status(0);
    let json = answer.json();
    let page = &json["pages"][0];
    assert_eq!(page["file"], "page.png");
    assert_eq!((page["width"].as_u64(), page["height"].as_u64()), (Some(600), Some(330)));
    for stage in ["decode_ms", "prepare_ms", "segment_ms", "recognize_ms"] {
        assert!(page["timings"][stage].as_f64().unwrap() >= 0.0, "{stage}");
    }
    let lines = page["lines"].as_array().unwrap();
    assert!(!lines.is_empty());
    for line in lines {
        assert!(line["id"].is_u64() && line["text"].is_string());
        assert!((0.0..=1.0).contains(&line["confidence"].as_f64().unwrap()));
        assert!(line["ms"].as_f64().unwrap() >= 0.0);
        let words: Vec<&str> =
            line["words"].as_array().unwrap().iter().map(|word| word["text"].as_str().unwrap()).collect();
        assert_eq!(words.join(" "), line["text"].as_str().unwrap());
        for place in line["alternatives"].as_array().unwrap() {
            assert!(place["start"].as_u64() < place["end"].as_u64() && place["others"][0]["text"].is_string());
        }
        assert_eq!(line["box"].as_array().unwrap().len(), 4);
        assert!(line["outline"].as_array().unwrap().len() >= 3);
        assert!(line["baseline"].as_array().unwrap().iter().all(|point| point.as_array().unwrap().len() == 2));
    }
    // The same page as text, and its lines alone.
    let text = folder.run(&["recognize", "page.png"]).assert_status(0).stdout;
    let texts: Vec<&str> = lines.iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert_eq!(text.trim_end_matches('\n'), texts.join("\n").trim_end_matches('\n'));
    let segmented = folder.run(&["segment", "--format", "json", "page.png"]).assert_status(0).json();
    assert_eq!(segmented["pages"][0]["lines"][0]["box"], lines[0]["box"]);
    assert!(segmented["pages"][0]["lines"][0].get("text").is_none());
    let rows = folder.run(&["segment", "page.png"]).assert_status(0).stdout;
    assert_eq!(rows.lines().count(), lines.len());
    // The images of the lines are what `recognize` reads; a folder that exists is left as it is.
    folder.run(&["segment", "--crops", "crops", "page.png"]).assert_status(0);
    let crop = format!("crops/page.png/{:03}.png", lines[0]["id"].as_u64().unwrap());
    let read = folder.run_with_input(&["recognize-lines", "--decoder", "language"], &crop).assert_status(0).stdout;
    assert!(read.contains(texts[0]), "{read}");
    folder.run(&["segment", "--crops", "crops", "page.png"]).assert_status(1).assert_says(&["crops", "page.png"]);
}

#[test]
fn lines_are_found_by_the_numbers_of_a_file() {
    let folder = Folder::new();
    folder.draw_page("page.png", 3);
    let n_lines = |options: &[&str]| {
        folder.run(&[&["segment"], options, &["page.png"]].concat()).assert_status(0).stdout.lines().count()
    };
    let defaults = folder.run(&["segment", "--print-tuning"]).assert_status(0).stdout;
    assert!(defaults.contains("# No measurement recorded") && defaults.contains("max_gap_letters = 4.0"));
    folder.write("defaults.toml", defaults.as_bytes());
    folder.write("strict.toml", b"[segment.line_filter]\nmin_area_letter_strokes = 100.0\n");
    assert_eq!((n_lines(&[]), n_lines(&["--tuning", "defaults.toml"])), (3, 3));
    assert_eq!(n_lines(&["--tuning", "strict.toml"]), 0);
    for (text, reason) in [
        ("[segment.gap_cuts]\nmax_gap = 1.0\n", "line 2: unknown field `max_gap`"),
        ("[segment.gap_cuts]\nmax_gap_letters = -1.0\n", "max_gap_letters is -1"),
    ] {
        folder.write("wrong.toml", text.as_bytes());
        folder
            .run(&["segment", "--tuning", "wrong.toml", "page.png"])
            .assert_status(1)
            .assert_says(&["wrong.toml", reason]);
    }
    folder.run(&["segment", "--tuning", "none.toml", "page.png"]).assert_status(1).assert_says(&["none.toml"]);
    folder.run(&["evaluate-lines", "--tuning", "strict.toml", "page.png"]).assert_status(2);
}

#[test]
fn boxes_to_tick_before_the_lines_of_a_photo_come_with_their_text() {
    let folder = Folder::new();
    let mut photo = image::load_from_memory(&fixture("../pages/notes.jpg")).unwrap().to_luma8();
    // Before three words below each other, in strokes of four pixels; the second box is crossed.
    for (middle, is_ticked) in [(473, false), (530, true), (597, false)] {
        for (right, down) in (-17..=17i32).flat_map(|down| (-17..=17i32).map(move |right| (right, down))) {
            if right.abs().max(down.abs()) > 13 || is_ticked && (right - down).abs() < 3 {
                photo.put_pixel((60 + right) as u32, (middle + down) as u32, Luma([50]));
            }
        }
    }
    photo.save(folder.path("list.png")).unwrap();
    let answer = folder.run(&["recognize", "--format", "json", "list.png"]).assert_status(0).json();
    let lines = answer["pages"][0]["lines"].as_array().unwrap();
    let items: Vec<(&str, &str)> =
        lines.iter().filter_map(|line| Some((line["marker"]["kind"].as_str()?, line["text"].as_str()?))).collect();
    assert_eq!(items, [("box", "☐ Calendar"), ("ticked_box", "☑ Document"), ("box", "☐ Important")]);
}

#[test]
fn pages_are_exported_as_files_for_other_programs() {
    let folder = Folder::new();
    folder.draw_page("page.png", 2);
    for (format, name, begins) in [
        ("pdf", "page.pdf", "%PDF-"),
        ("page-xml", "page.xml", "<?xml"),
        ("alto", "page.alto.xml", "<?xml"),
        ("hocr", "page.hocr", "<?xml"),
        ("txt", "page.txt", ""),
    ] {
        let answer = folder.run(&["export", "--format", format, "--out", "out", "page.png", "missing.png"]);
        answer.assert_says(&["missing.png"]);
        let bytes = fs::read(folder.path("out").join(name)).unwrap();
        assert!(bytes.len() > 10 && bytes.starts_with(begins.as_bytes()), "{format}");
    }
    let again = folder.run(&["segment", "out/page.pdf"]).assert_status(0).stdout;
    assert_eq!(again.lines().count(), 2, "the PDF shows the page: {again}");
}

#[test]
fn a_sheet_on_a_table_is_cut_out_for_a_pdf_and_keeps_its_places_elsewhere() {
    let folder = Folder::new();
    folder.draw_page("sheet.png", 4);
    let sheet = image::open(folder.path("sheet.png")).unwrap().to_luma8();
    let mut photo = GrayImage::from_pixel(1000, 800, Luma([60]));
    imageops::replace(&mut photo, &sheet, 200, 150);
    photo.save(folder.path("photo.png")).unwrap();
    let export = |format| {
        folder.run(&["export", "--straighten", "--format", format, "--out", "out", "photo.png"]).assert_status(0);
    };
    export("pdf");
    let shown = &folder.run(&["segment", "--format", "json", "out/photo.pdf"]).json()["pages"][0];
    let side = |name: &str| shown[name].as_f64().unwrap();
    let sheet_sides = f64::from(sheet.width()) / f64::from(sheet.height());
    assert!((side("width") / side("height") - sheet_sides).abs() < 0.05, "the table is still there: {shown}");
    export("page-xml");
    let transcript = fs::read_to_string(folder.path("out/photo.xml")).unwrap();
    assert!(transcript.contains("imageWidth=\"1000\""), "{transcript}");
    let first = transcript.split_once("<Baseline points=\"").unwrap().1.split([',', ' ']).next().unwrap();
    assert!((200.0..300.0).contains(&first.parse::<f64>().unwrap()), "{first}");
}

#[test]
fn bad_images_get_a_sentence_with_name_and_reason() {
    let folder = Folder::new();
    folder.draw_page("whole.jpg", 2);
    let jpeg = fs::read(folder.path("whole.jpg")).unwrap();
    folder.write("cut.jpg", &jpeg[..jpeg.len() / 3]);
    folder.write("text.png", b"This is no picture.\n");
    folder.write("huge.png", &png_claiming(40_000, 40_000));
    for (file, reason) in [
        ("cut.jpg", "damaged"),
        ("text.png", "is not an image"),
        ("huge.png", "40000 × 40000"),
        ("missing.png", "there is no such file"),
    ] {
        for command in [&["recognize"][..], &["recognize", "--format", "json"], &["segment"]] {
            folder.run(&[command, &[file]].concat()).assert_status(1).assert_says(&[file, reason]);
        }
    }
    let error = &folder.run(&["recognize", "--format", "json", "text.png"]).json()["pages"][0];
    assert_eq!(error["file"], "text.png");
    assert!(error["error"].as_str().unwrap().contains("is not an image"));
}

/// A file of `tests/fixtures/import`.
fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)).unwrap()
}

#[test]
fn every_page_of_a_file_is_an_answer_of_its_own() {
    let folder = Folder::new();
    folder.write("fax.tif", &fixture("fax.tif"));
    folder.write("photo.heic", &fixture("tiles.heic"));
    let json = folder.run(&["segment", "--format", "json", "fax.tif", "photo.heic"]).assert_status(0).json();
    let pages = json["pages"].as_array().unwrap();
    let numbers: Vec<Option<u64>> = pages.iter().map(|page| page.get("page").and_then(Value::as_u64)).collect();
    assert_eq!(numbers, [Some(1), Some(2), Some(3), None]);
    assert!(pages.iter().all(|page| page["width"] == 96 && page["lines"].is_array()));
    folder.run(&["segment", "fax.tif"]).assert_status(0).assert_says(&["page 2 of fax.tif", "no writing"]);
}

#[test]
fn damaged_files_of_every_kind_get_a_sentence() {
    let folder = Folder::new();
    for name in ["tiles.heic", "palette.tif", "ycck.jpg", "gray-alpha.png"] {
        let bytes = fixture(name);
        folder.write(name, &bytes[..bytes.len() * 4 / 5]);
        folder.run(&["segment", name]).assert_status(1).assert_says(&[name]);
    }
    folder.write("empty.pdf", b"%PDF-1.7\n");
    folder.run(&["recognize", "empty.pdf"]).assert_status(1).assert_says(&["empty.pdf is damaged"]);
}

#[test]
fn pages_without_writing_are_no_failure_but_are_said() {
    let folder = Folder::new();
    GrayImage::from_pixel(1, 1, Luma([255])).save(folder.path("dot.png")).unwrap();
    GrayImage::from_pixel(900, 700, Luma([250])).save(folder.path("paper.png")).unwrap();
    GrayImage::from_fn(900, 700, |x, y| Luma([(120 + x / 20 + y / 20) as u8])).save(folder.path("table.png")).unwrap();
    for file in ["dot.png", "paper.png", "table.png"] {
        let answer = folder.run(&["recognize", file]).assert_status(0).assert_says(&[file, "no writing"]);
        assert_eq!(answer.stdout, "");
        let json = folder.run(&["recognize", "--format", "json", file]).assert_status(0).json();
        assert_eq!(json["pages"][0]["lines"], Value::Array(Vec::new()));
    }
}

#[test]
fn a_broken_file_does_not_keep_the_other_nine_from_being_read() {
    let folder = Folder::new();
    for number in 0..10 {
        folder.draw_page(&format!("pages/p{number}.png"), 1);
    }
    folder.write("pages/p4.png", b"not a picture");
    folder.write("pages/notes.txt", b"not meant");
    let answer = folder.run(&["recognize", "--format", "json", "pages"]).assert_status(1).assert_says(&["p4.png"]);
    let json = answer.json();
    let pages = json["pages"].as_array().unwrap();
    let names: Vec<_> =
        pages.iter().map(|page| Path::new(page["file"].as_str().unwrap()).file_name().unwrap()).collect();
    assert_eq!(names, (0..10).map(|number| OsString::from(format!("p{number}.png"))).collect::<Vec<_>>());
    assert_eq!(pages.iter().filter(|page| page["lines"].is_array()).count(), 9);
    fs::create_dir(folder.path("nothing")).unwrap();
    folder.run(&["recognize", "nothing"]).assert_status(1).assert_says(&["nothing", "no images"]);
}

/// A folder `models/broken` with the built-in package, one of its files changed.
fn damaged_package(file: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Folder {
    let folder = Folder::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/student");
    for name in ["model.toml", "model.onnx", "charset.txt", "README.md"] {
        folder.write(&format!("models/broken/{name}"), &fs::read(source.join(name)).unwrap());
    }
    let damaged = change(fs::read(source.join(file)).unwrap());
    folder.write(&format!("models/broken/{file}"), &damaged);
    folder.draw_page("page.png", 1);
    folder
}

fn edited(bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains(from));
    text.replace(from, to).into_bytes()
}

#[track_caller]
fn assert_refused(folder: &Folder, reason: &[&str]) {
    let parts = [&["models/broken"], reason].concat();
    folder
        .run(&["recognize", "--models", "models", "--model", "broken", "page.png"])
        .assert_status(1)
        .assert_says(&parts);
    // The others are still listed and used.
    let listed = folder.run(&["models", "--models", "models"]).assert_status(1).assert_says(&parts);
    assert!(listed.stdout.lines().any(|line| line.starts_with("student\t")), "{listed:?}");
    folder.run(&["recognize", "--models", "models", "page.png"]).assert_status(0);
}

#[test]
fn damaged_packages_are_refused() {
    let flipped = damaged_package("model.onnx", |mut bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    });
    assert_refused(&flipped, &["model.onnx is damaged"]);
    assert_refused(&damaged_package("model.onnx", |bytes| bytes[..1000].to_vec()), &["model.onnx is damaged"]);
    let short_charset = damaged_package("charset.txt", |bytes| bytes[..bytes.len() - "Ü\n".len()].to_vec());
    assert_refused(&short_charset, &["156 labels", "157"]);
    let other_version = damaged_package("model.toml", |bytes| {
        let version = longhand::imaging::NORMALIZE_VERSION;
        edited(bytes, &format!("normalize_version = {version}"), "normalize_version = 999")
    });
    let ours = format!("normalization {}", longhand::imaging::NORMALIZE_VERSION);
    assert_refused(&other_version, &["normalization 999", &ours]);
    let newer = damaged_package("model.toml", |bytes| edited(bytes, "format = 1\n", "format = 7\n"));
    assert_refused(&newer, &["format 7", "format 1"]);
    let without_card = damaged_package("README.md", |bytes| bytes);
    fs::remove_file(without_card.path("models/broken/README.md")).unwrap();
    assert_refused(&without_card, &["README.md is missing"]);
}

#[test]
fn a_network_that_the_engine_cannot_load_is_refused_with_its_reason() {
    let garbage = b"an ONNX file this is not".to_vec();
    let folder = damaged_package("model.toml", |bytes| {
        let text = String::from_utf8(bytes).unwrap();
        let lines = text.lines().map(|line| {
            if line.starts_with("sha256") { format!("sha256 = \"{}\"", sha256_hex(&garbage)) } else { line.to_owned() }
        });
        lines.collect::<Vec<_>>().join("\n").into_bytes()
    });
    folder.write("models/broken/model.onnx", &garbage);
    folder
        .run(&["recognize", "--models", "models", "--model", "broken", "page.png"])
        .assert_status(1)
        .assert_says(&["models/broken", "model.onnx cannot be loaded: "]);
}

#[test]
fn models_are_found_by_option_then_environment() {
    let folder = damaged_package("model.toml", |bytes| edited(bytes, "title = \"", "title = \"Renamed "));
    let listed = folder.command(&["models", "--format", "json"]).env("LONGHAND_MODELS", "models").output().unwrap();
    let json = Answer::from(listed).assert_status(0).json();
    let title = |name: &str| {
        let model = json.as_array().unwrap().iter().find(|model| model["name"] == name);
        model.unwrap()["title"].as_str().unwrap()
    };
    assert!(title("broken").starts_with("Renamed "));
    assert_eq!([title("student"), title("ink-labeller")], ["Longhand student", "Longhand ink labeller"]);
    assert_eq!(title("teacher"), "Longhand teacher", "the models of the sources are found from where they are built");
    folder.run(&["models", "--models", "nowhere"]).assert_status(2).assert_says(&["nowhere", "no such folder"]);
    folder.run(&["recognize", "--model", "nobody", "page.png"]).assert_status(1).assert_says(&["\"nobody\""]);
}

#[test]
fn every_line_of_input_gets_one_line_of_output_in_order() {
    let folder = Folder::new();
    folder.draw_page("line.png", 1);
    GrayImage::from_pixel(300, 40, Luma([255])).save(folder.path("blank.png")).unwrap();
    let input = "line.png\nmissing.png\r\nblank.png\n\nline.png";
    let arguments = ["recognize-lines", "--threads", "3"];
    let answer = folder.run_with_input(&arguments, input).assert_status(1).assert_says(&["missing.png"]);
    let lines: Vec<&str> = answer.stdout.split('\n').collect();
    assert_eq!(lines.len(), 6, "{lines:?}");
    assert_eq!((lines[1], lines[2], lines[3], lines[5]), ("", "", "", ""));
    assert_eq!(lines[0], lines[4]);
    for decoder in ["greedy", "beam", "language"] {
        let arguments = ["recognize-lines", "--decoder", decoder, "--timing"];
        let timed = folder.run_with_input(&arguments, "line.png\n").assert_status(0).stdout;
        let milliseconds = timed.trim_end().rsplit_once('\t').unwrap().1;
        assert!(milliseconds.parse::<f64>().unwrap() > 0.0, "{timed}");
    }
}

#[test]
fn a_quick_reading_is_the_first_one() {
    let folder = Folder::new();
    folder.draw_page("page.png", 2);
    let read =
        |options: &[&str]| folder.run(&[&["recognize"], options, &["page.png"]].concat()).assert_status(0).stdout;
    assert_eq!(read(&["--quick"]), read(&["--decoder", "greedy"]));
    folder.run(&["recognize", "--quick", "--decoder", "beam", "page.png"]).assert_status(2);
}

#[test]
fn answers_do_not_wait_for_the_next_question() {
    let folder = Folder::new();
    GrayImage::from_pixel(300, 40, Luma([255])).save(folder.path("blank.png")).unwrap();
    let mut command = folder.command(&["recognize-lines"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut questions, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (heard, hear) = crossbeam_channel::bounded(2);
    let listener = thread::Builder::new().spawn(move || {
        BufReader::new(answers).lines().for_each(|line| heard.send(line.unwrap()).unwrap());
    });
    for _ in 0..2 {
        questions.write_all(b"blank.png\n").unwrap();
        assert_eq!(hear.recv_timeout(Duration::from_mins(1)).unwrap(), "");
    }
    drop(questions);
    assert!(child.wait().unwrap().success());
    listener.unwrap().join().unwrap();
}

#[test]
fn a_reader_that_has_gone_ends_the_program_quietly() {
    let folder = Folder::new();
    let mut command = folder.command(&["recognize-lines"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut questions = child.stdin.take().unwrap();
    questions.write_all(b"missing.png\n").unwrap();
    let mut child = child;
    assert_eq!(child.wait().unwrap().code(), Some(0));
    // Standard input was open all the while.
    drop(questions);
}

#[test]
fn bad_use_ends_with_status_2_and_help_with_0() {
    let folder = Folder::new();
    for arguments in [&["recognize"][..], &["recognize-lines", "--threads", "0"], &["segment", "--format", "xml", "a"]]
    {
        let answer = folder.run(arguments).assert_status(2);
        assert_eq!(answer.stdout, "");
    }
    for command in ["recognize", "recognize-lines", "segment", "evaluate", "models", "profile"] {
        assert!(folder.run(&[command, "--help"]).assert_status(0).stdout.contains("Example"));
    }
    assert!(folder.run(&["--help"]).assert_status(0).stdout.contains("recognize-lines"));
}

/// A PNG whose header claims a size, with nothing behind it.
fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(&header);
    png.extend(crc32(&header).to_be_bytes());
    png.extend(b"\0\0\0\x01IDAT\x78");
    png.extend(crc32(b"IDAT\x78").to_be_bytes());
    png
}

/// The checksum of PNG's chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}
