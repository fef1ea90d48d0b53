//! `--connect`: the prompt and lessons on real servers, which others use as well.

mod class;
mod exec;
mod lessons;
