//! A folder of many pages in the window, without a display: how much memory it takes and how long its frames do.
//!
//!     cargo run --release --example many_pages -- --copies 200 assets/samples/first-page.jpg

#![expect(clippy::print_stdout, reason = "the figures are its answer")]

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use egui_kittest::{Harness, kittest::Queryable as _};
use longhand::{
    app::{Command, LabOptions, LonghandApp, Options},
    recognition::{CtcDecoder, ModelPackage, PageReader},
};

/// Between frames while pages are read: drawing is not to take the time of reading.
const BETWEEN_FRAMES: Duration = Duration::from_millis(200);
/// Frames drawn on each page while paging through.
const FRAMES_A_PAGE: usize = 6;

#[derive(Parser)]
struct Arguments {
    /// Pages, made of the image by a point of another grey in its corner.
    #[arg(long, value_name = "N", default_value_t = 200)]
    copies: usize,
    /// Lines read at once.
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,
    /// Image of a page.
    image: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let pages = folder.path().join("pages");
    fs::create_dir(&pages)?;
    let mut image = image::open(&arguments.image)?.to_luma8();
    for number in 0..arguments.copies {
        image.put_pixel(0, 0, image::Luma([(number % 256) as u8]));
        image.put_pixel(1, 0, image::Luma([(number / 256) as u8]));
        image.save(pages.join(format!("page-{number:04}.png")))?;
    }
    let n_threads = arguments.threads;
    let options = Options {
        settings_path: None,
        recovery_folder: Some(folder.path().join("recovery")),
        load_reader: Box::new(move || Ok(PageReader::open(&ModelPackage::built_in()?, n_threads, CtcDecoder::Greedy)?)),
        lab: LabOptions::default(),
        renderer_failed: None,
        started: Instant::now(),
    };
    let mut harness = Harness::builder()
        .with_size([1280.0, 800.0])
        .build_eframe(move |creation| LonghandApp::new(&creation.egui_ctx, vec![pages], options));
    let empty_mib = resident_mib()?;
    let (mut while_reading, mut peak_mib) = (Vec::new(), 0);
    let start = Instant::now();
    let last = format!("Page page-{:04}.png, read", arguments.copies - 1);
    while harness.query_by_label_contains(&last).is_none() {
        while_reading.push(frame_ms(&mut harness)?);
        peak_mib = peak_mib.max(resident_mib()?);
        std::thread::sleep(BETWEEN_FRAMES);
        ensure!(start.elapsed() < Duration::from_hours(2), "the pages are not read in two hours");
    }
    let read_secs = start.elapsed().as_secs_f64();
    let mut while_paging = Vec::new();
    for command in [Command::NextPage, Command::PreviousPage] {
        for _ in 0..arguments.copies {
            harness.state_mut().send(command.clone());
            for _ in 0..FRAMES_A_PAGE {
                while_paging.push(frame_ms(&mut harness)?);
                std::thread::sleep(Duration::from_millis(5));
            }
            peak_mib = peak_mib.max(resident_mib()?);
        }
    }
    println!("{} pages read in {read_secs:.0} s", arguments.copies);
    println!("resident: {empty_mib} MiB empty, {peak_mib} MiB at most, {} MiB at the end", resident_mib()?);
    for (name, mut times) in [("reading", while_reading), ("paging", while_paging)] {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times.get((share * times.len() as f64) as usize).copied().unwrap_or_default();
        println!(
            "{name}: {} frames, CPU time of the drawing thread p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
            times.len(),
            at(0.5),
            at(0.99),
            times.last().copied().unwrap_or_default()
        );
    }
    Ok(())
}

/// Milliseconds of processor time that a frame takes in the drawing thread: input, logic, layout and triangles.
fn frame_ms(harness: &mut Harness<'_, LonghandApp>) -> Result<f64> {
    let before = thread_ns()?;
    harness.step();
    let output = harness.output();
    harness.ctx.tessellate(output.shapes.clone(), output.pixels_per_point);
    Ok((thread_ns()? - before) as f64 / 1e6)
}

fn thread_ns() -> Result<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").context("Linux tells the time of threads")?;
    Ok(text.split_whitespace().next().context("a time")?.parse()?)
}

fn resident_mib() -> Result<u32> {
    longhand::jobs::resident_mib().context("the system tells no memory")
}
