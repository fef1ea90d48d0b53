//! The lab's behaviour as transcripts: lines on one side, exactly what is shown on the other.

mod clients;
mod life;
mod listings;
mod refusals;
mod soup;
