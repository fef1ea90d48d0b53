//! How the lab's things are shown: listings and JSON. Changes nothing.

mod columns;
pub mod inspect;
pub mod list;
