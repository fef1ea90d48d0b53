//! Reads a snapshot key by key.

use std::io;

use super::codes::{OLDEST, op};
use crate::engine::codec::{self, Dialect, Input, Layout, Supply};
use crate::engine::data::Limits;
use crate::engine::{DATABASES, Entry, Now};
use crate::persistence::source::Source;

/// Why the reading ended, besides what is wrong with the bytes.
#[derive(Debug)]
pub(in super::super) enum Stop {
    Io(io::Error),
    /// What the receiver said.
    Refused(String),
    /// It holds what this engine cannot keep.
    Foreign(&'static str),
}

pub(super) type Fault = codec::Fault<Stop>;

impl Supply for Source {
    type Error = Stop;

    fn need(&mut self, count: usize) -> Result<Option<&[u8]>, Stop> {
        Self::need(self, count).map_err(Stop::Io)
    }

    fn consume(&mut self, count: usize) {
        Self::consume(self, count);
    }
}

/// How far apart the calls that tell the progress are, in bytes.
const STEP: u64 = 1024 * 1024;

/// What was in a snapshot.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) keys: u64,
    pub(super) expired: u64,
    pub(super) function_libraries: usize,
}

/// Takes database, key and entry; a text that it returns ends the reading.
pub(in super::super) type TakeEntry<'r> = dyn FnMut(usize, &[u8], Entry) -> Result<(), String> + 'r;

/// What a reader needs to know, and whom to give the keys.
pub(in super::super) struct Receiver<'r> {
    /// When packed encodings give way to others.
    pub(in super::super) limits: Limits,
    /// Keys whose time has come at this moment are left out.
    pub(in super::super) drop_dead: Option<Now>,
    /// Whom to give the keys.
    pub(in super::super) entry: &'r mut TakeEntry<'r>,
    /// Told how many bytes were read.
    pub(in super::super) progress: &'r mut dyn FnMut(u64),
}

/// Reads a snapshot, its checksum included. `key` is the last key that was begun.
pub(super) fn read(
    input: &mut Input<'_, Source>,
    receiver: &mut Receiver<'_>,
    key: &mut Vec<u8>,
) -> Result<Contents, Fault> {
    let dialect = dialect(input)?;
    let mut contents = Contents::default();
    let (mut db, mut expire_at, mut told) = (0, None, 0);
    let (mut idle, mut frequency) = (0, None);
    let mut scratch = Vec::new();
    loop {
        match input.byte()? {
            op::EOF => break,
            op::SELECT_DB => {
                db = usize::try_from(input.length()?)
                    .ok()
                    .filter(|db| *db < DATABASES)
                    .ok_or(foreign("keys in a database beyond the 16 that there are"))?;
            }
            op::EXPIRE_MS => expire_at = Some(i64::from_le_bytes(input.array()?)),
            op::EXPIRE_S => {
                expire_at = Some(i64::from(i32::from_le_bytes(input.array()?)) * 1000);
            }
            op::FUNCTION2 => {
                input.string(&mut scratch)?;
                contents.function_libraries += 1;
            }
            op::FUNCTION_PRE_GA => return Err(foreign("functions of a test version")),
            op::MODULE_AUX => return Err(foreign("data of a module")),
            // How many keys will come, and which slot one is in: not needed here.
            op::RESIZE_DB => skip_lengths(input, 2)?,
            op::SLOT_INFO => skip_lengths(input, 3)?,
            op::IDLE => idle = u32::try_from(input.length()?).unwrap_or(u32::MAX),
            op::FREQ => frequency = Some(input.byte()?),
            op::AUX => {
                input.string(&mut scratch)?;
                input.string(&mut scratch)?;
            }
            code => {
                input.string(key)?;
                let layout = Layout::from_code(code, dialect)?;
                let mut value = codec::read(input, layout, &receiver.limits, &mut scratch)?;
                let at = expire_at.take();
                let (accessed, frequency) = (std::mem::take(&mut idle), frequency.take());
                let dead = receiver.drop_dead.is_some_and(|now| at.is_some_and(|at| at < now.ms()));
                contents.expired += u64::from(dead);
                if let Some(now) = receiver.drop_dead {
                    value.take_dead_fields(now.ms(), usize::MAX);
                }
                // A version of Redis has written empty collections; later ones leave them out.
                if !dead && !value.is_empty_collection() {
                    let mut entry = Entry::new(value).with_expire_at(at);
                    (entry.accessed, entry.frequency) = (accessed, frequency);
                    (receiver.entry)(db, key, entry)
                        .map_err(|said| Fault::Supply(Stop::Refused(said)))?;
                    contents.keys += 1;
                }
                let read = input.source.offset();
                if read - told >= STEP {
                    told = read;
                    (receiver.progress)(read);
                }
            }
        }
    }
    let wanted = input.crc;
    let found = u64::from_le_bytes(input.array()?);
    // Zero stands where `rdbchecksum` is off.
    if found != wanted && found != 0 {
        return Err("the checksum at the end does not fit what stands before".into());
    }
    Ok(contents)
}

fn foreign(what: &'static str) -> Fault {
    Fault::Supply(Stop::Foreign(what))
}

/// Whose format it is, by what a file begins with: `REDIS` and four digits, or `VALKEY` and three.
fn dialect(input: &mut Input<'_, Source>) -> Result<Dialect, Fault> {
    let magic = input.array::<9>()?;
    let version = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<u16>().ok();
    let (wanted, version) = match &magic {
        [b'R', b'E', b'D', b'I', b'S', digits @ ..] => (Dialect::Redis, version(digits)),
        [b'V', b'A', b'L', b'K', b'E', b'Y', digits @ ..] => (Dialect::Valkey, version(digits)),
        _ => return Err("it is no snapshot: it does not begin with REDIS".into()),
    };
    let known = version.filter(|version| *version >= OLDEST).and_then(Dialect::of_version);
    known
        .filter(|dialect| *dialect == wanted)
        .ok_or("its version is not one of 9 to 12, or Valkey's 80, which can be read".into())
}

fn skip_lengths(input: &mut Input<'_, Source>, count: usize) -> Result<(), Fault> {
    (0..count).try_for_each(|_| input.length().map(drop))
}
