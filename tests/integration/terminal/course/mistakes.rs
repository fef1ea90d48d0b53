//! Each of the fourteen mistakes in stored objects, made at the prompt: what it earns there, and how
//! it is mended.

use std::path::Path;

use kvtutor::lesson::objects::Kind;

use super::Learner;

#[test]
fn every_mistake_is_named_on_the_screen_and_can_be_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/integration/terminal/course/dialogues/mistakes");
    std::thread::scope(|scope| {
        for name in Kind::names() {
            let dialogue = std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
            scope.spawn(move || {
                let mut learner = Learner::opens("4hhb-load#store");
                learner.plays(&dialogue);
                assert_eq!(learner.at(), "4hhb-load · step 4 of 4 · missing: the question");
            });
        }
    });
}
