//! Times of the phases that read the sample page: prepare, segment, normalize, network, decode.
//!
//! `cargo bench --bench reading` measures all of them, `cargo bench --bench reading -- --quick decode` those whose
//! names contain "decode", in seconds.

use std::{hint::black_box, path::Path};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use longhand::{
    imaging::{LineImage, PageImage, crop_line, normalize, prepare, segment},
    recognition::{
        CtcDecoder, LabelPosteriors, LineModel as _, ModelPackage, TractModel, ink_labeller, line_of_strokes,
    },
};

/// Columns of the line that the network reads; the README states its time.
const COLUMNS: usize = 512;

fn sample() -> PageImage {
    PageImage::open(Path::new("assets/samples/notes.jpg")).expect("the sample page")
}

fn sample_lines() -> Vec<LineImage> {
    let page = prepare(&sample());
    segment(&page, ink_labeller()).lines.iter().map(|line| crop_line(&page, line)).collect()
}

fn imaging(criterion: &mut Criterion) {
    let image = sample();
    let page = prepare(&image);
    let lines = sample_lines();
    criterion.bench_function("prepare a page", |bencher| bencher.iter(|| prepare(black_box(&image))));
    criterion.bench_function("segment a page", |bencher| bencher.iter(|| segment(black_box(&page), ink_labeller())));
    criterion.bench_function("normalize the lines of a page", |bencher| {
        bencher.iter(|| lines.iter().map(|line| normalize(black_box(line)).width).sum::<usize>());
    });
}

fn network(criterion: &mut Criterion) {
    let package = ModelPackage::built_in().expect("the bundled model");
    let mut model = TractModel::open(&package).expect("the bundled model");
    let line = line_of_strokes(COLUMNS);
    model.prepare(line.width).expect("a plan");
    criterion.bench_function("run the network on a line of 512 columns", |bencher| {
        bencher.iter_batched(|| &line, |line| model.run(black_box(line)).expect("it runs"), BatchSize::SmallInput);
    });
}

/// What the bundled model gives for each line of the sample page.
fn sample_posteriors(package: &ModelPackage) -> Vec<LabelPosteriors> {
    let mut model = TractModel::open(package).expect("the bundled model");
    sample_lines().iter().map(|line| model.run(&normalize(line)).expect("it runs")).collect()
}

fn decode(criterion: &mut Criterion) {
    let package = ModelPackage::built_in().expect("the bundled model");
    let posteriors = sample_posteriors(&package);
    let english = CtcDecoder::english(&package.character_set);
    for (name, decoder) in [("greedy", CtcDecoder::Greedy), ("with the language model", english)] {
        criterion.bench_function(&format!("decode the lines of a page, {name}"), |bencher| {
            bencher.iter(|| posteriors.iter().map(|line| decoder.decode(black_box(line)).labels.len()).sum::<usize>());
        });
    }
}

criterion_group! {
    name = reading;
    config = Criterion::default().sample_size(20);
    targets = imaging, network, decode
}
criterion_main!(reading);
