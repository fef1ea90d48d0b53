//! Lessons on a server elsewhere.
