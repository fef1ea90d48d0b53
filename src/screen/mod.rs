//! How text looks on a screen: colour, width, wrapping, remarks and Markdown, each in one place.
//!
//! Everything is rendered to a string; who called shows it. Knows no terminal: how wide it is and
//! whether it takes colour is said in a [`Look`].

mod look;
pub mod markdown;
mod marked;
mod remark;
mod table;
mod wrap;

pub use look::{Look, Tone};
pub use marked::marked;
pub use remark::{paint_lines, remark};
pub use table::table;
pub use wrap::{fit, indent, width, wrap};
