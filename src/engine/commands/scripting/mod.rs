//! Lua scripts: running them, and the scripts that the server keeps.

pub(super) mod eval;
pub(super) mod script;
