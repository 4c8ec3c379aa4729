//! Draws the plan of a new run.

use eframe::egui::{Button, CollapsingHeader, ComboBox, DragValue, Grid, Label, RichText, TextEdit, Ui};

use super::{
    DistillPanel,
    plan::{Budget, Plan, SourceKind},
};
use crate::{
    app::{
        lab::{lab_view::LabView, model_choice, training::command::DistillCommand},
        ui::{
            icons,
            theme::{palette, space},
            widgets::{button, primary_button, weak},
        },
    },
    training::{Front, criteria::Criterion},
};

/// Measured in the trials of `models/pytorch/TABLES.md`, on 211 lines of writers that the student never saw.
const WHAT_IT_BRINGS: &str = "What it brings: with thousands of labelled lines to learn from, a student after the \
                              teacher read 10 % of the letters wrong after 9,000 lines shown, 5 % after 36,000 and \
                              4.2 % after 390,000; typefaces alone bring less.";

impl DistillPanel {
    /// Draws the plan; a changed plan is sent as a whole.
    pub(super) fn form(&self, ui: &mut Ui, view: LabView<'_>, send: &mut impl FnMut(DistillCommand)) {
        let mut plan = self.plan.clone();
        Grid::new("plan").num_columns(2).spacing([space::L, space::S]).min_col_width(96.0).show(ui, |ui| {
            row(ui, "Name", |ui| {
                ui.add(TextEdit::singleline(&mut plan.name).desired_width(180.0)).accessible_name("Name of the run");
            });
            row(ui, "Teacher", |ui| teacher(ui, &mut plan, view));
            row(ui, "Learn from", |ui| sources(ui, &mut plan, send));
            row(ui, "Measure by", |ui| valid(ui, &mut plan, send));
            row(ui, "How long", |ui| self.budget(ui, &mut plan));
        });
        CollapsingHeader::new("Student, criterion, steps").id_salt("details of the plan").show(ui, |ui| {
            Grid::new("details").num_columns(2).spacing([space::L, space::S]).min_col_width(96.0).show(ui, |ui| {
                row(ui, "Student", |ui| student(ui, &mut plan));
                row(ui, "Criterion", |ui| criterion(ui, &mut plan));
                row(ui, "Steps", |ui| steps(ui, &mut plan));
            });
        });
        ui.add_space(space::S);
        let problem = plan.problem(|name| self.is_taken(name));
        let can_start = problem.is_none() && !self.training.is_running();
        ui.horizontal_wrapped(|ui| {
            if primary_button(ui, can_start, icons::PLAY, "Start").clicked() {
                send(DistillCommand::Start);
            }
            let all = ui.add_enabled(can_start, Button::new("Try every criterion")).on_hover_text(
                "Six runs one after the other, which share the time, and a table of what came of them; runs that are \
                 there already go on",
            );
            if all.clicked() {
                send(DistillCommand::StartAllCriteria);
            }
            let reason = if self.training.is_running() { Some("One run at a time") } else { problem };
            if let Some(reason) = reason {
                ui.label(RichText::new(reason).color(palette(ui).weak_text));
            }
        });
        if plan != self.plan {
            send(DistillCommand::Edit(Box::new(plan)));
        }
    }

    /// The recommended lengths, and what they bring.
    fn budget(&self, ui: &mut Ui, plan: &mut Plan) {
        ui.vertical(|ui| {
            ui.horizontal_wrapped(|ui| {
                for budget in Budget::ALL {
                    if ui.selectable_label(plan.budget() == Some(budget), budget.name()).clicked() {
                        plan.set_budget(budget);
                    }
                }
                if plan.budget().is_none() {
                    ui.label(weak(ui, "or as set below"));
                }
            });
            ui.add(Label::new(weak(ui, self.expectation(plan))).wrap());
        });
    }

    /// What a run of this length brings, in sentences.
    fn expectation(&self, plan: &Plan) -> String {
        let lines_per_sec = self.runs.iter().flatten().map(|run| f64::from(run.curves.standing.lines_per_sec));
        let speed = match lines_per_sec.reduce(f64::max).filter(|speed| *speed > 0.0) {
            Some(speed) if plan.minutes > 0.0 => {
                let n_lines = (60.0 * plan.minutes * speed / 1000.0).round();
                format!("At the speed of the runs here that is about {n_lines},000 lines. ")
            }
            _ => String::new(),
        };
        format!("{WHAT_IT_BRINGS} {speed}It runs on this machine's processor, in a process of its own.")
    }
}

fn row(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    ui.label(RichText::new(name).color(palette(ui).weak_text));
    ui.horizontal_wrapped(contents);
    ui.end_row();
}

fn teacher(ui: &mut Ui, plan: &mut Plan, view: LabView<'_>) {
    let chosen = plan.teacher_among(|name| view.models.find(name).is_some()).to_owned();
    let combo = ComboBox::from_id_salt("teacher").width(180.0).selected_text(&chosen).truncate();
    let shown = combo.show_ui(ui, |ui| {
        if let Some(name) = model_choice::entries(ui, view.models, Some(&chosen)) {
            plan.teacher = Some(name);
        }
    });
    shown.response.accessible_name("Teacher");
}

fn student(ui: &mut Ui, plan: &mut Plan) {
    for (front, name, hint) in [
        (Front::Darknet, "DarkNet", "Small and fast: 1.5 million parameters with 128 LSTM cells"),
        (Front::Vgg, "VGG", "As large as the paper's teacher: 8.3 million parameters with 128 LSTM cells"),
    ] {
        ui.selectable_value(&mut plan.front, front, name).on_hover_text(hint);
    }
    ui.label(weak(ui, "its LSTM layers are the teacher's"));
}

fn criterion(ui: &mut Ui, plan: &mut Plan) {
    let combo = ComboBox::from_id_salt("criterion").width(120.0).selected_text(plan.criterion.name());
    let shown = combo.show_ui(ui, |ui| {
        for criterion in Criterion::ALL {
            ui.selectable_value(&mut plan.criterion, criterion, criterion.name()).on_hover_text(explained(criterion));
        }
    });
    shown.response.accessible_name("Criterion").on_hover_text(explained(plan.criterion));
    if plan.criterion == Criterion::SoftmaxCe {
        ui.label("τ");
        let value = DragValue::new(&mut plan.temperature).range(0.1..=20.0).speed(0.05);
        ui.add(value).on_hover_text("Temperature of both softmaxes");
    }
}

const fn explained(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Ctc => "The labels alone, no teacher",
        Criterion::SoftmaxCe => "Cross entropy with the teacher's softmax at temperature τ",
        Criterion::IpL2 => "Squared distance of the logits",
        Criterion::LstmL2 => "Squared distance of the last LSTM layer's outputs",
        Criterion::CnnMah => "Squared distance of the frames as the first LSTM layer sees it; the paper's best",
        Criterion::CnnL2 => "Squared distance of the frames",
    }
}

fn sources(ui: &mut Ui, plan: &mut Plan, send: &mut impl FnMut(DistillCommand)) {
    ui.vertical(|ui| {
        ui.horizontal_wrapped(|ui| {
            ui.checkbox(&mut plan.uses_own_lines, "My own lines");
            ui.checkbox(&mut plan.uses_bundled, "Bundled hands").on_hover_text("2,000 lines in handwriting fonts");
            let add = Button::new("Add…");
            let popup = eframe::egui::Popup::menu(&ui.add(add).accessible_name("Add lines…"));
            popup.show(|ui| {
                for kind in SourceKind::ALL {
                    if ui.button(format!("{}…", kind.name())).clicked() {
                        send(DistillCommand::AskForSource(kind));
                    }
                }
            });
        });
        let mut removed = None;
        for (index, (kind, path)) in plan.sources.iter().enumerate() {
            ui.horizontal(|ui| {
                let text = path.display().to_string();
                if button(ui, icons::CLOSE, "", &format!("Remove {text}")).clicked() {
                    removed = Some(index);
                }
                ui.label(kind.name());
                ui.add(Label::new(weak(ui, &text)).truncate());
            });
        }
        if let Some(index) = removed {
            plan.sources.remove(index);
        }
    });
}

fn valid(ui: &mut Ui, plan: &mut Plan, send: &mut impl FnMut(DistillCommand)) {
    let Some(path) = &plan.valid else {
        ui.label("47 bundled lines of 13 hands");
        if ui.button("Choose…").clicked() {
            send(DistillCommand::AskForValid);
        }
        return;
    };
    let text = path.display().to_string();
    let is_removed = button(ui, icons::CLOSE, "", "Measure by the bundled lines").clicked();
    ui.add(Label::new(RichText::new(text).small()).truncate());
    if is_removed {
        plan.valid = None;
    }
}

fn steps(ui: &mut Ui, plan: &mut Plan) {
    let count = |ui: &mut Ui, value: &mut u64, name: &str| {
        ui.add(DragValue::new(value).range(0..=1_000_000).speed(10)).on_hover_text(name);
    };
    count(ui, &mut plan.steps, "Steps after the teacher");
    ui.label("after the teacher, then");
    count(ui, &mut plan.fine_tune_steps, "Steps on the labels");
    ui.label("on labels; rate");
    ui.add(DragValue::new(&mut plan.learning_rate).range(1e-6..=0.1).speed(1e-5).max_decimals(6))
        .on_hover_text("The highest learning rate");
    ui.label("at most");
    ui.add(DragValue::new(&mut plan.minutes).range(0.0..=100_000.0).speed(1.0))
        .on_hover_text("Stop after so many minutes; 0 for no limit");
    ui.label(if plan.minutes > 0.0 { "minutes" } else { "minutes (no limit)" });
}
