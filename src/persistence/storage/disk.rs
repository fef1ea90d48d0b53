//! Real files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::{DirLock, Handle, LockError, Mode, Storage, Syncer, lock};

/// The file system of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

#[derive(Debug)]
struct DiskFile {
    file: File,
    path: PathBuf,
}

impl Storage for Disk {
    fn is_on_machine(&self) -> bool {
        true
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.exists()).collect();
        fs::create_dir_all(dir)?;
        for parent in missing.iter().filter_map(|made| made.parent()) {
            let here = parent.as_os_str().is_empty();
            self.sync_dir(if here { Path::new(".") } else { parent })?;
        }
        Ok(())
    }

    fn open(&self, path: &Path, mode: Mode) -> io::Result<Box<dyn Handle>> {
        let mut options = OpenOptions::new();
        match mode {
            Mode::Read => options.read(true),
            Mode::Append => options.append(true).create(true),
            Mode::Create => options.write(true).create(true).truncate(true),
        };
        // Asked before it is opened: a pipe without a writer would wait for one.
        match fs::metadata(path) {
            Ok(found) => must_be_file(&found)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let file = options.open(path)?;
        Ok(Box::new(DiskFile { file, path: path.to_owned() }))
    }

    fn len(&self, path: &Path) -> io::Result<Option<u64>> {
        match fs::metadata(path) {
            Ok(found) => must_be_file(&found).map(|()| Some(found.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let found = match fs::read_dir(dir) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in found {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        // Elsewhere a directory cannot be opened as a file, and needs no sync.
        if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
    }

    fn lock(&self, dir: &Path) -> Result<DirLock, LockError> {
        lock::on_disk(dir)
    }
}

/// Refuses what only has a file's name: to take it for a missing file would be to put one there.
fn must_be_file(found: &fs::Metadata) -> io::Result<()> {
    if found.is_file() {
        Ok(())
    } else if found.is_dir() {
        Err(io::ErrorKind::IsADirectory.into())
    } else {
        Err(io::Error::other("it is not a regular file"))
    }
}

impl Handle for DiskFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.file.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        // On some systems a file opened for appending cannot be cut: a second handle can.
        OpenOptions::new().write(true).open(&self.path)?.set_len(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn syncer(&self) -> io::Result<Option<Syncer>> {
        let file = self.file.try_clone()?;
        Ok(Some(Box::new(move || file.sync_data())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_made_appended_cut_listed_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (disk, root) = (Disk, dir.path().join("a/b"));
        assert_eq!(disk.list(&root).unwrap(), Vec::<String>::new());
        disk.create_dir(&root).unwrap();
        let path = root.join("log");
        assert_eq!(disk.len(&path).unwrap(), None);
        let mut file = disk.open(&path, Mode::Append).unwrap();
        file.write_all(b"hello").unwrap();
        file.truncate(4).unwrap();
        file.write_all(b"!").unwrap();
        file.sync().unwrap();
        disk.sync_dir(&root).unwrap();
        assert_eq!(disk.read(&path).unwrap(), b"hell!");
        disk.rename(&path, &root.join("z")).unwrap();
        disk.open(&root.join("y"), Mode::Create).unwrap();
        assert_eq!(disk.list(&root).unwrap(), ["y", "z"]);
        disk.remove(&root.join("z")).unwrap();
        assert!(!disk.exists(&root.join("z")).unwrap());
        assert_eq!(disk.len(&root.join("z")).unwrap(), None);
    }

    #[test]
    fn what_is_no_file_is_neither_missing_nor_opened() {
        let dir = tempfile::tempdir().unwrap();
        for (path, told) in
            [(dir.path(), "is a directory"), (Path::new("/dev/null"), "it is not a regular file")]
        {
            assert_eq!(Disk.len(path).unwrap_err().to_string(), told);
            for mode in [Mode::Read, Mode::Append, Mode::Create] {
                assert_eq!(Disk.open(path, mode).unwrap_err().to_string(), told);
            }
        }
    }
}
