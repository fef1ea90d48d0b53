//! What the lab needs of the instances behind its containers. The lab decides *when* something
//! starts, stops or is killed; the instance does it.
//!
//! A volume is a directory, `volumes/NAME/_data` below the lab's folder, anonymous ones as well; this
//! trait makes and removes them, so that a test can hold them in memory.

use std::io;

/// What an instance needs to start.
#[derive(Debug, Clone, Copy)]
pub struct Boot<'a> {
    /// The container's id, by which the instance is known from now on.
    pub id: &'a str,
    /// The volume that holds its files.
    pub volume: &'a str,
    /// The arguments of `redis-server`, as typed.
    pub args: &'a [String],
    /// The version it reports, such as `8.6.0`.
    pub version: &'a str,
    /// Now, in milliseconds since 1970.
    pub now: u64,
    /// What it starts from.
    pub from: From,
}

/// What an instance starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The files in its volume alone, as a real server does.
    Volume,
    /// The private journal, which brings it back as it was when kvtutor itself ended; whatever its
    /// persistence settings say.
    Journal,
}

/// A line that an instance has for its log. The lab adds process id, role and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// When, in milliseconds.
    pub at: u64,
    /// Redis's mark of importance: `.` `-` `*` `#`.
    pub mark: char,
    /// The rest of the line.
    pub text: String,
}

/// Why an instance did not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// Its arguments cannot be followed.
    #[error("{}", lines.join("; "))]
    Arguments {
        /// What it wrote before it gave up, whole lines; nothing came before them.
        lines: Vec<String>,
        /// What helps a learner.
        why: Option<String>,
    },
    /// Its data cannot be loaded, or its files not written.
    #[error("{reason}")]
    Data {
        /// Why.
        reason: String,
    },
}

/// Why an instance did not stop when asked to: it could not write its snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct StopError {
    /// What went wrong.
    pub reason: String,
    /// What it has written to its log meanwhile.
    pub notes: Vec<Note>,
}

/// The instances and volumes of a lab.
pub trait Machines {
    /// Makes a volume's directory, which is empty.
    fn make_volume(&mut self, name: &str) -> io::Result<()>;

    /// Removes a volume's directory with all that is in it.
    fn drop_volume(&mut self, name: &str) -> io::Result<()>;

    /// Where a volume's files are, for `volume inspect`.
    fn mountpoint(&self, name: &str) -> String;

    /// The files of a volume with their sizes in bytes, those of a folder as `FOLDER/NAME`.
    fn files(&self, name: &str) -> Vec<(String, u64)>;

    /// What one of them holds.
    fn read(&self, name: &str, path: &str) -> Option<Vec<u8>>;

    /// Starts an instance; the notes are what it says on loading its data.
    fn start(&mut self, boot: &Boot<'_>) -> Result<Vec<Note>, StartError>;

    /// Asks an instance to shut down, as SIGTERM does: a snapshot if save points are set, the
    /// append-only file synced. The notes are what it says on the way.
    fn stop(&mut self, id: &str, now: u64) -> Result<Vec<Note>, StopError>;

    /// Ends an instance at once, as SIGKILL does: what reached neither file is gone.
    fn kill(&mut self, id: &str, now: u64);

    /// Ends an instance as a power failure does: what was written but not fsynced is gone as well.
    fn power_loss(&mut self, id: &str, now: u64);

    /// Whether an instance runs; it may have ended by itself, through SHUTDOWN.
    fn is_running(&self, id: &str) -> bool;

    /// What an instance has written to its log since it was last asked.
    fn take_log(&mut self, id: &str) -> Vec<Note>;
}
