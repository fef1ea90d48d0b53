//! A lesson presented to a class: what is shown piece by piece, and the store that goes with it.
//!
//! [`Deck`] is a lesson cut into slides and pieces, [`Walk`] is a presentation that runs: it knows
//! where it stands, what was typed, and what the store was at every earlier place. Knows no terminal
//! and no key.

mod blocks;
mod deck;
mod live;
#[cfg(test)]
mod tests;
pub mod tutorial;

pub use deck::{Deck, Piece, Slide, Typing};
pub use live::{At, Next, Typed, Walk};
