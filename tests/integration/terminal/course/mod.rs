//! A learner takes the three exercises on a real terminal: what is typed and what stands on the screen
//! after it, word for word. Knows nothing of how it comes about.

mod by_hand;
mod killed;
mod learner;
mod mistakes;
mod resume;
mod screens;
mod words;

use learner::{Learner, Leaving};
