//! A sentence in a dialog of the desktop, for those who started the program by its icon and see no standard error.

/// Shows `sentence` and waits until it was read. Does nothing where the desktop has no dialogs.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn show_failure(sentence: &str) {
    let dialog = rfd::MessageDialog::new().set_level(rfd::MessageLevel::Error);
    // The button that was pressed means nothing: there is one.
    let _button = dialog.set_title(TITLE).set_description(sentence).show();
}

/// Shows `sentence` and waits until it was read. Does nothing where the desktop has no dialogs.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn show_failure(sentence: &str) {
    use std::process::{Command, Stdio};

    // Each desktop brings one of them. `rfd` knows only the first.
    let programs: [(&str, &[&str]); 4] = [
        ("zenity", &["--error", "--no-markup", "--width=480", "--title", TITLE, "--text"]),
        ("kdialog", &["--title", TITLE, "--error"]),
        ("xmessage", &["-center", "-title", TITLE]),
        ("notify-send", &["--app-name", TITLE, TITLE]),
    ];
    for (program, arguments) in programs {
        let mut command = Command::new(program);
        command.args(arguments).arg(sentence).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Exit status 1 is that of a dialog that was closed; one that could not be shown ends so, too, and the next
        // program may do better only where this one is missing.
        if command.status().is_ok() {
            return;
        }
    }
}

const TITLE: &str = "Longhand";
