//! What a set, a profile and a comparison say of a model.

use image::{GrayImage, Luma};

use super::folder::Folder;

#[test]
fn sets_are_measured_and_missing_images_counted() {
    let folder = Folder::new();
    folder.draw_page("set/a.png", 1);
    GrayImage::from_pixel(300, 40, Luma([255])).save(folder.path("set/blank.png")).unwrap();
    folder.write("set/lines.tsv", b"writer\tfile\ttext\n1\ta.png\tHe said !\n1\tblank.png\t\n2\tgone.png\tabc\n");
    let arguments = ["evaluate", "--threads", "2", "--format", "json", "set/lines.tsv"];
    let json = folder.run(&arguments).assert_status(1).assert_says(&["gone.png", "no such file"]).json();
    assert_eq!((json["lines"].as_u64(), json["failed"].as_u64()), (Some(3), Some(1)));
    assert!(json["exact_lines"].as_u64().unwrap() >= 1);
    for number in ["cer", "wer", "median_ms"] {
        assert!(json[number].as_f64().unwrap() >= 0.0, "{number}");
    }
    let worst: Vec<_> = json["worst"].as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert!(worst.contains(&"abc"));
    let text = folder.run(&["evaluate", "set/lines.tsv"]).assert_status(1).stdout;
    assert!(text.starts_with("CER ") && text.contains("WER ") && text.contains("of 3"), "{text}");
    folder.run(&["evaluate", "set/none.tsv"]).assert_status(1).assert_says(&["set/none.tsv"]);
}

#[test]
fn profiles_add_up() {
    let folder = Folder::new();
    let json = folder.run(&["profile", "--width", "128", "--format", "json"]).assert_status(0).json();
    assert_eq!((&json["model"], &json["width"], &json["threads"]), (&"student".into(), &128.into(), &1.into()));
    assert!(json["total_ms"].as_f64().unwrap() > 0.0);
    let layers = json["layers"].as_array().unwrap();
    for (kind, is_fused) in [
        ("Conv3x3", false),
        ("Conv1x1", false),
        ("ReLU", true),
        ("MaxPool", true),
        ("DBLSTM", false),
        ("Softmax", false),
    ] {
        let of_kind: Vec<_> = layers.iter().filter(|layer| layer["kind"] == kind).collect();
        let takes_time = of_kind.iter().any(|layer| layer["ms"].as_f64().unwrap() > 0.0);
        assert!(!of_kind.is_empty() && takes_time != is_fused, "{kind}: {of_kind:?}");
    }
    let labeller = folder.run(&["profile", "--model", "ink-labeller", "--format", "json"]).assert_status(0).json();
    assert_eq!(labeller["width"], 768);
    assert!(labeller["layers"].as_array().unwrap().iter().any(|layer| layer["kind"] == "Conv3x3"));
    let text = folder.run(&["profile", "--width", "64"]).assert_status(0).stdout;
    assert!(text.contains("run inside the convolutions before them"), "{text}");
    assert!(text.contains("DBLSTM") && text.contains("measuring them adds") && text.contains("roof"), "{text}");
}

#[test]
fn profiles_of_real_lines_come_as_table_and_trace() {
    let folder = Folder::new();
    folder.draw_page("page.png", 2);
    let csv = folder.run(&["profile", "--format", "csv", "page.png"]).assert_status(0).stdout;
    assert!(csv.starts_with("name,kind,shape,multiply_adds,parameters,ms,gflops,share_of_roof\n"), "{csv}");
    let trace = folder.run(&["profile", "--format", "trace", "--lines", "1", "page.png"]).assert_status(0).json();
    let events = trace["traceEvents"].as_array().unwrap();
    assert!(events.iter().any(|event| event["cat"] == "DBLSTM" && event["dur"].as_f64().unwrap() > 0.0));
    folder.run(&["profile", "none.png"]).assert_status(1).assert_says(&["none.png"]);
}

#[test]
fn two_models_are_compared_on_a_set_and_on_a_page() {
    let folder = Folder::new();
    folder.draw_page("page.png", 2);
    folder.write("set/lines.tsv", b"file\ttext\n../page.png\tabc\ngone.png\tabc\n");
    let package = concat!(env!("CARGO_MANIFEST_DIR"), "/models/student");
    let arguments = ["compare", "student", package, "set", "--lines", "both-wrong", "--format", "json"];
    let json = folder.run(&arguments).assert_status(1).assert_says(&["gone.png"]).json();
    let totals = &json["totals"];
    assert_eq!((&totals["lines"], &totals["both_wrong"], &totals["a"]["failed"]), (&2.into(), &2.into(), &1.into()));
    assert_eq!(json["lines"][0]["a"]["text"], json["lines"][0]["b"]["text"]);
    assert!(totals["speed_up"].as_f64().unwrap() > 0.0);

    let text = folder.run(&["compare", "student", package, "page.png", "--lines", "all"]).assert_status(0).stdout;
    assert!(text.contains("2 of 2 lines read alike, 100.0 %") && text.contains("\nline 2\n"), "{text}");
    folder.run(&["compare", "student", "nobody", "page.png"]).assert_status(1).assert_says(&["nobody"]);
}
