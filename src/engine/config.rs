//! The configuration parameters that `CONFIG GET` and `CONFIG SET` know.

use super::data::Limits;

/// The values in force.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// When packed encodings give way to others.
    pub limits: Limits,
    password: Vec<u8>,
}

impl Config {
    /// What `AUTH` must be given; empty if no password is asked for.
    pub fn password(&self) -> &[u8] {
        &self.password
    }
}
