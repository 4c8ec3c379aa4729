//! The packages that a system without means to draw lacks.

use std::fs;

/// Systems by their `ID` or `ID_LIKE` in `os-release`, and the command that installs what the window draws with.
const INSTALLERS: [(&str, &str); 5] = [
    ("debian", "sudo apt install libegl1 libgl1 libgl1-mesa-dri libxkbcommon-x11-0 libxcursor1 libxi6 libxrandr2"),
    (
        "fedora",
        "sudo dnf install libglvnd-egl libglvnd-opengl mesa-dri-drivers libxkbcommon-x11 libXcursor libXi libXrandr",
    ),
    ("suse", "sudo zypper install Mesa-libEGL1 Mesa-libGL1 Mesa-dri libxkbcommon-x11-0 libXcursor1 libXi6 libXrandr2"),
    ("arch", "sudo pacman -S mesa libglvnd libxkbcommon-x11 libxcursor libxi libxrandr"),
    ("alpine", "sudo apk add mesa-dri-gallium mesa-egl mesa-gl libxkbcommon libxcursor libxi libxrandr"),
];

/// A sentence on what to install on this system, or what its packages are usually called.
pub(super) fn advice() -> String {
    advice_for(&fs::read_to_string("/etc/os-release").unwrap_or_default())
}

fn advice_for(os_release: &str) -> String {
    let value = |key: &str| {
        let line = os_release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_default().trim_matches(['"', '\'']).to_lowercase()
    };
    let names = format!("{} {}", value("ID"), value("ID_LIKE"));
    let is_like = |system: &str| names.split_whitespace().any(|name| name.contains(system));
    match INSTALLERS.iter().find(|(system, _)| is_like(system)) {
        Some((_, command)) => format!("This installs what it draws with: {command}"),
        None if cfg!(target_os = "linux") => {
            "It draws with EGL or GLX and the drivers of Mesa: install the packages of your system with these."
                .to_owned()
        }
        None => "It draws with OpenGL 2.1 or newer: install the driver of your graphics card.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_systems_get_a_command() {
        for (os_release, installer) in [
            ("ID=debian\n", "apt install libegl1"),
            ("NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "apt install"),
            ("ID=fedora\n", "dnf install"),
            ("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", "zypper install"),
            ("ID=arch", "pacman -S"),
        ] {
            let advice = advice_for(os_release);
            assert!(advice.contains(installer), "{os_release}: {advice}");
        }
        assert!(!advice_for("").is_empty());
    }
}
