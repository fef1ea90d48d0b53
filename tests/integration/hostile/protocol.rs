//! Requests and replies as bytes: what is read is whole, what is not read is left, and what was read is read
//! again from what is written of it.

use kvtutor::resp::show::{Style, show};
use kvtutor::resp::{DecodeError, Decoder, write_request};

use super::cage::try_all;

#[test]
fn requests_are_whole_or_left() {
    try_all("hostile::protocol::requests_are_whole_or_left", "requests", |input| {
        let mut decoder = Decoder::new(input);
        let mut words = Vec::new();
        loop {
            let start = decoder.offset();
            if decoder.request(&mut words).is_err() {
                assert_eq!(decoder.offset(), start);
                return start > 0;
            }
            let bytes = &input[start..decoder.offset()];
            let mut cut = Decoder::new(&bytes[..bytes.len() - 1]);
            assert_eq!(cut.request(&mut Vec::new()), Err(DecodeError::Incomplete));
            let mut written = Vec::new();
            write_request(&mut written, &words);
            let (mut decoder, mut again) = (Decoder::new(&written), Vec::new());
            decoder.request(&mut again).unwrap();
            assert!(decoder.is_empty());
            assert_eq!(again, words);
        }
    });
}

#[test]
fn replies_are_whole_or_left_and_can_be_shown() {
    try_all("hostile::protocol::replies_are_whole_or_left_and_can_be_shown", "replies", |input| {
        let mut decoder = Decoder::new(input);
        loop {
            let start = decoder.offset();
            let Ok(reply) = decoder.reply() else {
                assert_eq!(decoder.offset(), start);
                return start > 0;
            };
            let bytes = &input[start..decoder.offset()];
            let mut cut = Decoder::new(&bytes[..bytes.len() - 1]);
            assert_eq!(cut.reply(), Err(DecodeError::Incomplete));
            for style in [Style::Tty, Style::NoRaw, Style::Raw] {
                show(&reply, style);
            }
        }
    });
}
