//! The lab's behaviour as transcripts: lines on one side, exactly what is shown on the other.

mod clients;
mod compose;
mod images;
mod life;
mod listings;
mod looking;
mod policies;
mod programs;
mod pruning;
mod refusals;
mod soup;
mod wrong_uses;
