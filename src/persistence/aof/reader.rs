//! Reads a log file unit by unit, in big blocks, with no allocation for a record.
//!
//! Says where and why reading stopped; whether that is a torn tail or damage, `tail` judges.

use std::io;

use super::entry::{NotAUnit, Scanner, Unit};
use crate::persistence::source::Source;

/// Why reading stopped, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// At the end of the file, behind a whole unit.
    End,
    /// Before bytes that do not begin with a whole unit; for [`NotAUnit::Incomplete`] they are
    /// all the rest of the file.
    NotAUnit(NotAUnit),
    /// Before a unit that the receiver would not take.
    Refused(String),
}

/// Hands every unit to `apply`. Afterwards `source` stands where the reading stopped.
pub(super) fn read_units(
    source: &mut Source,
    mut apply: impl FnMut(Unit<'_>) -> Result<(), String>,
    mut progress: impl FnMut(u64),
) -> io::Result<Stop> {
    loop {
        let (consumed, stop) = scan_block(source.available(), source.offset(), &mut apply);
        source.consume(consumed);
        progress(source.offset());
        match stop {
            Stop::NotAUnit(NotAUnit::Incomplete) => {
                if !source.fill()? {
                    let at_end = source.available().is_empty();
                    return Ok(if at_end { Stop::End } else { stop });
                }
            }
            Stop::End | Stop::NotAUnit(_) | Stop::Refused(_) => return Ok(stop),
        }
    }
}

fn scan_block(
    block: &[u8],
    offset: u64,
    apply: &mut impl FnMut(Unit<'_>) -> Result<(), String>,
) -> (usize, Stop) {
    let mut scanner = Scanner::default();
    let mut consumed = 0;
    loop {
        let rest = block.get(consumed..).unwrap_or_default();
        match scanner.next(rest, offset + consumed as u64) {
            Ok((len, unit)) => {
                if let Some(unit) = unit
                    && let Err(reason) = apply(unit)
                {
                    return (consumed, Stop::Refused(reason));
                }
                consumed += len;
            }
            Err(error) => return (consumed, Stop::NotAUnit(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::persistence::storage::{MemoryDisk, Mode, Storage};
    use crate::resp::write_request;

    fn read(bytes: &[u8]) -> (Vec<usize>, Stop, u64) {
        let disk = MemoryDisk::new();
        disk.put(Path::new("/log"), bytes);
        let mut source = Source::new(disk.open(Path::new("/log"), Mode::Read).unwrap());
        let mut lengths = Vec::new();
        let stop = read_units(
            &mut source,
            |unit| {
                if lengths.len() == 40 {
                    return Err("enough".to_owned());
                }
                lengths.push(unit.records().map(|words| words[1].len()).sum());
                Ok(())
            },
            |_| {},
        );
        (lengths, stop.unwrap(), source.offset())
    }

    #[test]
    fn units_cross_the_borders_of_blocks() {
        let sizes: Vec<usize> = (0..30).map(|n| n * n * 1000).chain([5 << 20]).collect();
        let mut log = Vec::new();
        for size in &sizes {
            write_request(&mut log, &[b"SET".to_vec(), vec![b'*'; *size]]);
        }
        assert_eq!(read(&log), (sizes.clone(), Stop::End, log.len() as u64));
        let cut = read(&log[..log.len() - 1]);
        assert_eq!((cut.0.as_slice(), cut.1), (&sizes[..30], Stop::NotAUnit(NotAUnit::Incomplete)));
        assert_eq!(cut.2, (log.len() - (5 << 20) - 25) as u64);
    }

    #[test]
    fn reading_stops_before_what_is_refused() {
        let mut log = Vec::new();
        for _ in 0..41 {
            write_request(&mut log, &["SET", "key"]);
        }
        assert_eq!(read(&log).1, Stop::Refused("enough".to_owned()));
        assert_eq!(read(&log).2, 40 * 22);
    }
}
