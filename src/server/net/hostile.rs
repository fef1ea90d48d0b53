//! The reader of requests on the bytes of `tests/corpus/requests` and what mutation makes of them: in whatever
//! pieces they come, the same requests are read. It must not know who sent them.

use fastrand::Rng;

use super::request::{Bounds, Front, Words, read};
use crate::resp::Decoder;

#[path = "../../../tests/integration/hostile/mutate.rs"]
mod mutate;

/// How many inputs are tried.
const INPUTS: u64 = 4000;

/// Requests, one after the other, and the words that end the connection, if any do.
type Requests = (Vec<Vec<Vec<u8>>>, Option<String>);

/// What is read if `rng` cuts the bytes into pieces.
fn requests(input: &[u8], bounds: Bounds, rng: &mut Rng) -> Requests {
    let (mut words, mut found) = (Words::default(), Vec::new());
    let (mut start, mut come, mut needs) = (0, 0, 1);
    while come < input.len() {
        come = rng.usize(come + 1..=input.len());
        while come - start >= needs {
            let rest = &input[start..come];
            match read(rest, bounds, &mut words) {
                Front::Whole(size) => {
                    assert!((1..=rest.len()).contains(&size));
                    found.push(words.of(rest).iter().map(|word| word.to_vec()).collect());
                    start += size;
                    needs = 1;
                }
                Front::Needs(size) => {
                    assert!(size > rest.len(), "{size} bytes are there");
                    needs = size;
                }
                Front::Broken(text) => return (found, Some(text)),
            }
        }
    }
    (found, None)
}

/// The requests that are arrays and stand at the front, as the decoder of logs reads them.
fn arrays(input: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let (mut decoder, mut words, mut found) = (Decoder::new(input), Vec::new(), Vec::new());
    while decoder.request(&mut words).is_ok() {
        found.push(words.iter().map(|word| word.to_vec()).collect());
    }
    found
}

#[test]
fn in_whatever_pieces_they_come_the_same_requests_are_read() {
    let corpus = mutate::corpus("requests");
    let mut whole = 0;
    for seed in 0..INPUTS {
        let input = mutate::input(&corpus, seed);
        for is_known in [true, false] {
            let bounds = Bounds { word: 512 * 1024 * 1024, is_known };
            let mut rng = Rng::with_seed(seed);
            let first = requests(&input, bounds, &mut rng);
            for _ in 0..4 {
                let told = format!("seed {seed}: {}", input.escape_ascii());
                assert_eq!(requests(&input, bounds, &mut rng), first, "{told}");
            }
            if is_known {
                let (found, broken) = &first;
                let wanted = arrays(&input);
                // Logs are read a little more freely: `*00` is no request.
                assert!(found.iter().zip(&wanted).all(|(ours, theirs)| ours == theirs), "{seed}");
                assert!(broken.is_some() || found.len() >= wanted.len(), "{seed}");
                whole += usize::from(!wanted.is_empty());
            }
        }
    }
    assert!(whole > 500, "{whole}");
}
