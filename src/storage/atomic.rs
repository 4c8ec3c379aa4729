//! Replaces files whole: a reader sees the old content or the new, never half of it.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use tempfile::NamedTempFile;

/// Writes `bytes` to a temporary file in the folder of `path`, flushes it to disk, renames it to `path` and flushes the
/// folder. Missing folders are created, a symbolic link is followed, and an existing file's permissions are kept.
///
/// On an error the old file stays, and the temporary one is removed. A process that is killed may leave its temporary
/// file, `.XXXXXX.tmp`.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_atomically_with(path, |file| file.write_all(bytes))
}

/// The same for contents that `write` produces piece by piece; its error leaves the old file.
pub(super) fn write_atomically_with(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    // Renaming onto a link would replace the link. One that leads nowhere is replaced.
    let target = if path.is_symlink() { fs::canonicalize(path).ok() } else { None };
    let path = target.as_deref().unwrap_or(path);
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let mut file = temporary_file(folder)?;
    if let Ok(existing) = fs::metadata(path) {
        file.as_file().set_permissions(existing.permissions())?;
    }
    write(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    flush(folder);
    Ok(())
}

/// As [`write_atomically`], but only where there is nothing at `path`, not even a link that leads nowhere;
/// [`io::ErrorKind::AlreadyExists`] where there is.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let mut file = temporary_file(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    flush(folder);
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

fn flush(folder: &Path) {
    if cfg!(unix) {
        // Some file systems cannot flush folders. The new content is in place by then.
        File::open(folder).and_then(|folder| folder.sync_all()).ok();
    }
}

/// An empty file with a short random name, removed when it is dropped before it is renamed.
fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As for any new file, less the umask; tempfile's own default is 0600.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use std::{
        ffi::OsStr,
        path::PathBuf,
        process::{Command, Stdio},
        thread::sleep,
        time::Duration,
    };

    use super::*;

    fn names_in(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn the_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new folder").join("page.txt");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names_in(path.parent().unwrap()), [path]);
    }

    #[test]
    fn what_is_there_is_not_replaced_by_a_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.txt");
        write_new(&path, b"one").unwrap();
        assert_eq!(write_new(&path, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(names_in(folder.path()), [path]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("taken");
        fs::create_dir(&target).unwrap();
        assert!(write_atomically(&target, b"x").is_err());
        assert!(target.is_dir());
        assert_eq!(names_in(folder.path()), [target]);
    }

    #[test]
    fn names_may_be_as_long_as_the_file_system_takes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("n".repeat(250));
        write_atomically(&path, b"long").unwrap();
        write_atomically(&path, b"longer").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"longer");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"no folder").unwrap();
        assert!(write_atomically(&file.join("page.txt"), b"x").is_err());
        assert_eq!(names_in(folder.path()), [file]);
        // Not even by root.
        #[cfg(target_os = "linux")]
        assert!(write_atomically(Path::new("/proc/longhand.txt"), b"x").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_kept_and_new_files_have_the_usual_ones() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        let (path, usual) = (folder.path().join("page.txt"), folder.path().join("usual"));
        write_atomically(&path, b"one").unwrap();
        fs::write(&usual, b"").unwrap();
        assert_eq!(mode(&path), mode(&usual));
        for kept in [0o600, 0o640, 0o444, 0o755] {
            fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
            write_atomically(&path, &kept.to_le_bytes()).unwrap();
            assert_eq!(mode(&path), kept);
            assert_eq!(fs::read(&path).unwrap(), kept.to_le_bytes());
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let [real, linked] = ["real", "linked"].map(|name| folder.path().join(name));
        fs::create_dir(&real).unwrap();
        fs::write(real.join("page.txt"), b"one").unwrap();
        std::os::unix::fs::symlink(&real, &linked).unwrap();
        write_atomically(&linked.join("page.txt"), b"two").unwrap();
        assert_eq!(fs::read(real.join("page.txt")).unwrap(), b"two");
        let link = folder.path().join("link.txt");
        std::os::unix::fs::symlink(real.join("page.txt"), &link).unwrap();
        write_atomically(&link, b"three").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(real.join("page.txt")).unwrap(), b"three");
        assert_eq!(names_in(&real).len(), 1);
    }

    /// Names the file that the child process writes.
    const WRITTEN: &str = "LONGHAND_TEST_WRITTEN_UNTIL_KILLED";
    /// Enough bytes for a kill to fall into writing them.
    const N_BYTES: usize = 4 << 20;
    /// How often the process is killed, where `trials/kills.sh` asks for more than a few dozen times.
    const N_KILLS: &str = "LONGHAND_TEST_KILLS";

    #[test]
    #[ignore = "the process that a_kill_leaves_the_old_file_or_the_new kills"]
    fn writes_until_it_is_killed() {
        let Some(path) = std::env::var_os(WRITTEN) else { return };
        for byte in 0..=u8::MAX {
            write_atomically(Path::new(&path), &vec![byte; N_BYTES]).unwrap();
        }
    }

    #[test]
    fn a_kill_leaves_the_old_file_or_the_new() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.txt");
        let n_kills = std::env::var(N_KILLS).map_or(24, |n_kills| n_kills.parse().unwrap());
        for kill in 0..n_kills {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--ignored", "--exact", "storage::atomic::tests::writes_until_it_is_killed"])
                .env(WRITTEN, OsStr::new(&path))
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            while !path.exists() {
                assert!(child.try_wait().unwrap().is_none(), "it writes");
                sleep(Duration::from_millis(1));
            }
            sleep(Duration::from_millis(3 + 7 * (kill % 8)));
            child.kill().unwrap();
            child.wait().unwrap();
            let bytes = fs::read(&path).unwrap();
            assert_eq!(bytes.len(), N_BYTES);
            assert!(bytes.iter().all(|byte| *byte == bytes[0]), "kill {kill}");
        }
    }
}
