//! Names for containers that were given none: an adjective and a scientist, as Docker does it, from
//! a list of our own.

const ADJECTIVES: &[&str] = &[
    "able", "agile", "amber", "balmy", "bold", "brave", "bright", "brisk", "calm", "candid",
    "clever", "cosy", "curious", "daring", "deft", "eager", "early", "fair", "fond", "frank",
    "gentle", "glad", "grand", "happy", "hardy", "honest", "jolly", "keen", "kind", "lively",
    "loyal", "lucid", "mellow", "merry", "mild", "modest", "neat", "nimble", "noble", "patient",
    "plucky", "polite", "proud", "quick", "quiet", "ready", "rosy", "serene", "sharp", "silent",
    "sincere", "snug", "spry", "steady", "stoic", "sunny", "swift", "tender", "tidy", "upbeat",
    "vivid", "warm", "wise", "witty", "zesty",
];

const SCIENTISTS: &[&str] = &[
    "ampere",
    "archimedes",
    "avogadro",
    "bernoulli",
    "bohr",
    "boole",
    "bose",
    "brahe",
    "cannon",
    "cantor",
    "carson",
    "celsius",
    "chandra",
    "codd",
    "copernicus",
    "crick",
    "curie",
    "darwin",
    "descartes",
    "dirac",
    "einstein",
    "elion",
    "erdos",
    "euclid",
    "euler",
    "faraday",
    "fermat",
    "fermi",
    "feynman",
    "fourier",
    "franklin",
    "galileo",
    "galois",
    "gauss",
    "germain",
    "goodall",
    "gray",
    "hamilton",
    "hawking",
    "herschel",
    "hodgkin",
    "hopper",
    "hubble",
    "hypatia",
    "joliot",
    "joule",
    "kalam",
    "kepler",
    "kovalevskaya",
    "lamarr",
    "lavoisier",
    "leavitt",
    "leibniz",
    "linnaeus",
    "lovelace",
    "mayer",
    "mcclintock",
    "meitner",
    "mendel",
    "mendeleev",
    "morse",
    "napier",
    "nash",
    "newton",
    "nobel",
    "noether",
    "ohm",
    "pascal",
    "pasteur",
    "pauling",
    "perutz",
    "planck",
    "ptolemy",
    "raman",
    "ramanujan",
    "ride",
    "sanger",
    "shannon",
    "tesla",
    "torvalds",
    "turing",
    "volta",
    "wilson",
    "wu",
    "yalow",
];

/// A name that `taken` does not know. After some tries a digit is added, as Docker does.
pub fn pick(random: &mut fastrand::Rng, taken: impl Fn(&str) -> bool) -> String {
    let mut tries = 0_u32;
    loop {
        let adjective = random.choice(ADJECTIVES).copied().unwrap_or("calm");
        let scientist = random.choice(SCIENTISTS).copied().unwrap_or("curie");
        let mut name = format!("{adjective}_{scientist}");
        if tries > 5 {
            name.push_str(&tries.to_string());
        }
        if !taken(&name) {
            return name;
        }
        tries += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_is_not_picked() {
        let mut random = fastrand::Rng::with_seed(1);
        let first = pick(&mut random.clone(), |_| false);
        let second = pick(&mut random, |name| name == first);
        assert_ne!(first, second);
    }

    #[test]
    fn when_every_pair_is_taken_a_number_is_added() {
        let plain = |name: &str| !name.ends_with(|c: char| c.is_ascii_digit());
        let name = pick(&mut fastrand::Rng::with_seed(1), plain);
        assert!(name.ends_with('6'), "{name}");
    }
}
