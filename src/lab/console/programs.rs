//! Lab lines: which program a first word means.

use super::shelf::Shelf;
use super::{Console, Ran, elsewhere, own};
use crate::lab::{Target, Then};
use crate::syntax::{Quote, Word};

/// Runs a lab line: `docker`, `redis-cli`, files, and what needs another terminal.
pub(super) fn run(console: &mut Console, words: &[Word]) -> Ran {
    let Some((program, args)) = words.split_first() else { return Ran::default() };
    match program.bytes.as_slice() {
        b"docker" => docker(console, args),
        // The older program of that name, which came before the word was one of docker's.
        b"docker-compose" => docker(console, &within(program, args)),
        // As whoever may use Docker only with more rights would type it.
        b"sudo" if args.first().is_some_and(is_docker) => run(console, args),
        b"redis-cli" => console.redis_cli(args),
        b"ls" => console.shelf().all().list(args),
        b"cat" | b"less" | b"more" => own::cat(console.shelf(), args),
        b"wget" => console.shelf().all().wget(args),
        name @ (b"touch" | b"rm" | b"cp" | b"mv") => {
            own::change(&String::from_utf8_lossy(name), console.shelf(), args)
        }
        b"curl" if args.iter().any(|arg| console.has_file(&arg.bytes)) => {
            console.shelf().all().wget(args)
        }
        name => {
            let args: Vec<String> =
                args.iter().map(|arg| String::from_utf8_lossy(&arg.bytes).into_owned()).collect();
            elsewhere::answer(&String::from_utf8_lossy(name), &args)
        }
    }
}

fn is_docker(word: &Word) -> bool {
    [&b"docker"[..], b"docker-compose"].contains(&word.bytes.as_slice())
}

/// `docker-compose up` as the words after `docker`.
fn within(program: &Word, args: &[Word]) -> Vec<Word> {
    let compose = Word {
        bytes: b"compose".to_vec(),
        span: program.span.clone(),
        quote: Quote::None,
        inner_quote: None,
    };
    let mut words = vec![compose];
    words.extend_from_slice(args);
    words
}

fn docker(console: &mut Console, args: &[Word]) -> Ran {
    if let Some(ran) = console.without_lab("docker") {
        return ran;
    }
    let before = console.answers();
    let output = console.in_lab(|lab, turn| lab.docker(args, turn));
    let mut ran = Ran::default();
    let then = output.then.clone();
    console.after_lab(output, &mut ran);
    console.connect();
    console.tell_changes(before.as_ref(), &mut ran);
    if let Some(Then { container, cli, terminal }) = then {
        let target = Target::inside(&container.id, &cli);
        ran.append(console.enter(&cli, target, terminal));
    }
    ran
}

impl Console {
    /// The files that a line may name.
    pub(super) fn shelf(&self) -> Shelf<'_> {
        let settings = &self.settings;
        Shelf { files: &settings.files, root: &settings.root, storage: settings.storage.as_ref() }
    }

    fn has_file(&self, address: &[u8]) -> bool {
        std::str::from_utf8(address).is_ok_and(|address| self.shelf().all().get(address).is_some())
    }
}
