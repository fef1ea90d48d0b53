//! Ids: 64 hexadecimal digits, drawn from randomness that is handed in, or derived from a text where
//! they must be the same everywhere. Any prefix that fits one container only is accepted.

use std::fmt::Write as _;

/// How many digits of an id listings show.
pub const SHOWN: usize = 12;

/// A new id.
pub fn random(random: &mut fastrand::Rng) -> String {
    hex([random.u64(..), random.u64(..), random.u64(..), random.u64(..)])
}

/// The id that belongs to a text: always the same one. It looks like a SHA-256 and is none.
pub fn derived(text: &str) -> String {
    // FNV-1a over the text, then SplitMix64: both fixed for ever, as transcripts hold their output.
    let mut state = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    hex([next(), next(), next(), next()])
}

fn hex(parts: [u64; 4]) -> String {
    parts.iter().fold(String::with_capacity(64), |mut text, part| {
        let _ = write!(text, "{part:016x}");
        text
    })
}

/// The part of an id that listings show.
pub fn short(id: &str) -> &str {
    id.get(..SHOWN).unwrap_or(id)
}

/// Whether a text is an id in full, as the names of anonymous volumes are.
pub fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let mut one = fastrand::Rng::with_seed(7);
        let mut other = fastrand::Rng::with_seed(7);
        let id = random(&mut one);
        assert!(is_id(&id));
        assert_eq!(id, random(&mut other));
        assert_ne!(id, random(&mut one));
    }

    #[test]
    fn a_derived_id_never_changes() {
        assert_eq!(short(&derived("redis:8.6.0")), "6ba30b2c925e");
        assert_ne!(derived("a"), derived("b"));
    }
}
