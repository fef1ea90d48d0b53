//! Inputs made of good ones: cut, joined, overwritten, with lengths that nobody would write. It must not know
//! what is done with them; the same seed makes the same input.

use std::fs;
use std::path::Path;

use fastrand::Rng;

/// Numbers at the borders of what parsers hold, as text.
const NUMBERS: [&str; 14] = [
    "-1",
    "0",
    "1",
    "00",
    "-0",
    "65",
    "65535",
    "1048577",
    "536870913",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "",
];

/// No input grows beyond this.
const LONGEST: usize = 16 * 1024;

/// The files of one folder of `tests/corpus`, in the order of their names.
pub fn corpus(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    let files: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(!files.is_empty());
    files
}

/// The input of a seed. The first seeds are the files as they are.
pub fn input(corpus: &[Vec<u8>], seed: u64) -> Vec<u8> {
    if let Some(whole) = usize::try_from(seed).ok().and_then(|place| corpus.get(place)) {
        return whole.clone();
    }
    let mut rng = Rng::with_seed(seed);
    let mut bytes = pick(&mut rng, corpus);
    for _ in 0..rng.usize(1..4) {
        change(&mut rng, corpus, &mut bytes);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn pick(rng: &mut Rng, corpus: &[Vec<u8>]) -> Vec<u8> {
    corpus[rng.usize(..corpus.len())].clone()
}

fn change(rng: &mut Rng, corpus: &[Vec<u8>], bytes: &mut Vec<u8>) {
    let place = rng.usize(..=bytes.len());
    let len = rng.usize(..=(bytes.len() - place).min(40));
    match rng.u8(..9) {
        0 => bytes.truncate(place),
        1 => drop(bytes.drain(place..place + len)),
        2 => {
            let again = bytes[place..place + len].to_vec();
            let times = rng.usize(1..20);
            bytes.splice(place..place, again.repeat(times));
        }
        3 => {
            let other = pick(rng, corpus);
            let from = rng.usize(..=other.len());
            let end = rng.usize(from..=other.len());
            bytes.splice(place..place + len, other[from..end].iter().copied());
        }
        4 => {
            let noise: Vec<u8> = (0..rng.usize(1..9)).map(|_| rng.u8(..)).collect();
            bytes.splice(place..place, noise);
        }
        5 => number(rng, bytes, place),
        6 => {
            // A binary length: all ones, one bit, or a small one, in either order of bytes.
            let value = [u64::MAX, 1 << rng.u8(..64), rng.u64(..300)][rng.usize(..3)];
            let mut word =
                if rng.bool() { value.to_le_bytes() } else { value.to_be_bytes() }.to_vec();
            word.truncate(1 << rng.u8(..4));
            for (byte, new) in bytes.iter_mut().skip(place).zip(word) {
                *byte = new;
            }
        }
        7 => {
            if let Some(byte) = bytes.get_mut(place) {
                *byte = rng.u8(..);
            }
        }
        _ => {
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << rng.u8(..8);
            }
        }
    }
}

/// Replaces the digits at a place, or the next behind it.
fn number(rng: &mut Rng, bytes: &mut Vec<u8>, place: usize) {
    let Some(start) = bytes[place..].iter().position(u8::is_ascii_digit) else { return };
    let start = place + start;
    let len = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = NUMBERS[rng.usize(..NUMBERS.len())];
    bytes.splice(start..start + len, text.bytes());
}
