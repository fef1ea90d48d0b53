//! The checksum of written values and of snapshots: CRC-64 with the Jones polynomial, reflected, starting at 0.

use std::sync::LazyLock;

/// The polynomial, its bits reversed.
const POLYNOMIAL: u64 = 0x95ac_9329_ac4b_c9b5;

/// `TABLES[n][byte]` is the checksum of `byte` with `n` zero bytes behind it.
static TABLES: LazyLock<[[u64; 256]; 8]> = LazyLock::new(|| {
    let mut tables = [[0; 256]; 8];
    let mut previous = [0; 256];
    for (byte, entry) in (0..=255_u64).zip(&mut previous) {
        *entry = (0..8).fold(byte, |crc, _| (crc >> 1) ^ if crc & 1 == 1 { POLYNOMIAL } else { 0 });
    }
    let first = previous;
    for table in &mut tables {
        *table = previous;
        previous = previous.map(|crc| (crc >> 8) ^ entry(&first, crc));
    }
    tables
});

fn entry(table: &[u64; 256], crc: u64) -> u64 {
    let [low, ..] = crc.to_le_bytes();
    table.get(usize::from(low)).copied().unwrap_or_default()
}

/// The checksum of what `crc` is the checksum of, followed by `bytes`.
pub(crate) fn extend(mut crc: u64, bytes: &[u8]) -> u64 {
    let tables = &*TABLES;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        crc ^= u64::from_le_bytes(*word);
        crc = crc
            .to_le_bytes()
            .iter()
            .zip(tables.iter().rev())
            .fold(0, |sum, (byte, table)| sum ^ entry(table, u64::from(*byte)));
    }
    let [first, ..] = tables;
    rest.iter().fold(crc, |crc, byte| (crc >> 8) ^ entry(first, crc ^ u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_jones_variant_however_the_bytes_come() {
        assert_eq!(extend(0, b"123456789"), 0xe9c6_d914_c4b8_d9ca);
        let bytes: Vec<u8> = (0..100).collect();
        for cut in 0..bytes.len() {
            assert_eq!(extend(extend(0, &bytes[..cut]), &bytes[cut..]), extend(0, &bytes), "{cut}");
        }
    }
}
