//! `math.random` inside scripts: the generator of POSIX's `lrand48`, which begins where POSIX lets it begin,
//! so that scripts get the same numbers on every machine, and those that a real server gives.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mlua::{Function, Lua, Value, Variadic};

use super::raised::Raised;

/// POSIX's constants: 48 bits, of which the upper 31 are the number.
const FACTOR: u64 = 0x5_DEEC_E66D;
const ADDEND: u64 = 0xB;
const MASK: u64 = (1 << 48) - 1;
/// Where it begins if nobody gives a seed.
const START: u64 = 0x1234_ABCD_330E;
/// The numbers are below this.
const LIMIT: u64 = 0x7FFF_FFFF;

/// The state of the generator.
#[derive(Debug, Clone)]
pub(super) struct Random(Arc<AtomicU64>);

impl Default for Random {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(START)))
    }
}

impl Random {
    /// Begins anew.
    pub(super) fn seed(&self, seed: i32) {
        let seed = u64::from(seed.cast_unsigned());
        self.0.store((seed << 16) | 0x330E, Ordering::Relaxed);
    }

    /// A number from 0 up to, but not including, 1.
    fn next(&self) -> f64 {
        let state = self.0.load(Ordering::Relaxed);
        let state = state.wrapping_mul(FACTOR).wrapping_add(ADDEND) & MASK;
        self.0.store(state, Ordering::Relaxed);
        ((state >> 17) % LIMIT) as f64 / LIMIT as f64
    }

    /// `math.randomseed`
    pub(super) fn seed_function(&self, lua: &Lua) -> mlua::Result<Function> {
        let random = self.clone();
        lua.create_function(move |lua, given: Variadic<Value>| {
            let seed = whole(lua, &given, 1, "randomseed")?;
            #[expect(clippy::cast_possible_truncation, reason = "as C converts it")]
            random.seed(seed as i32);
            Ok(())
        })
    }

    /// `math.random`
    pub(super) fn function(&self, lua: &Lua) -> mlua::Result<Function> {
        let random = self.clone();
        lua.create_function(move |lua, given: Variadic<Value>| {
            let number = random.next();
            let (lowest, highest) = match given.len() {
                0 => return Ok(number),
                1 => (1, whole(lua, &given, 1, "random")?),
                2 => (whole(lua, &given, 1, "random")?, whole(lua, &given, 2, "random")?),
                _ => return Err(Raised::text(lua, "wrong number of arguments")),
            };
            if lowest > highest {
                return Err(Raised::argument(lua, given.len(), "random", "interval is empty"));
            }
            let width = highest as f64 - lowest as f64 + 1.0;
            Ok((number * width).floor() + lowest as f64)
        })
    }
}

fn whole(lua: &Lua, given: &[Value], place: usize, name: &str) -> mlua::Result<i64> {
    super::arguments::number(lua, given, place, name).map(super::values::truncated)
}
