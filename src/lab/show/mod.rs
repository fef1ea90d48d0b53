//! How the lab's things are shown: listings, JSON, templates, sizes. Changes nothing.

mod columns;
pub mod compose;
pub mod inspect;
pub mod list;
mod rows;
pub mod size;
pub mod system;
pub mod template;
