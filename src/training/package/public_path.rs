//! Paths as cards and manifests tell them.

use std::path::Path;

/// A relative path as it is; of an absolute one the last part alone, since the folders above it are somebody's own.
pub(crate) fn public_path(path: &Path) -> String {
    let shown = if path.is_absolute() { path.file_name().map_or(path, Path::new) } else { path };
    shown.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_a_home_are_left_out() {
        let told = ["lines/valid.tsv", "/home/ann/.local/share/longhand/runs/a/teacher", "/"].map(Path::new);
        assert_eq!(told.map(public_path), ["lines/valid.tsv", "teacher", "/"]);
    }
}
