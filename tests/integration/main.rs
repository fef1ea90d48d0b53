//! The one integration test binary: it links once, a line for each module.
