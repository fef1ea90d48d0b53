//! Docker lines as text: the table of commands, flags, the small grammars, what can be wrong.

mod complete;
mod flags;
pub mod line;
mod parse;
mod pieces;
pub mod table;
pub mod template;
mod wrong;

pub use complete::{Candidate, command_of, complete, rest};
pub use line::Line;
pub use parse::parse;
pub use pieces::{
    ImageRef, Mount, Publish, Source, image, is_name, mount, mount_flag, publish, restart,
    server_args,
};
pub use wrong::{Wrong, WrongKind, nearest};
