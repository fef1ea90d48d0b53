//! What a container runs: `redis-server`, with or without its name.

/// Why a container cannot run what it is told to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What the lab does not do.
    pub text: String,
    /// What to do.
    pub hint: &'static str,
}

/// The arguments of the server among the words of a command: `redis-server ARGS…`, or the arguments
/// alone, as the image's start script allows.
pub fn server_args(words: &[String]) -> Result<&[String], Refusal> {
    match words.split_first() {
        None => Ok(words),
        Some((program, args)) if program == "redis-server" => Ok(args),
        Some((word, _)) if is_server_arg(word) => Ok(words),
        Some((program, _)) => Err(not_a_server(program)),
    }
}

/// Whether the image's start script puts `redis-server` before a first word.
fn is_server_arg(word: &str) -> bool {
    word.starts_with('-') || word.rsplit_once('.').is_some_and(|(_, ending)| ending == "conf")
}

fn not_a_server(program: &str) -> Refusal {
    let text = format!("the lab runs redis-server in a container, not {program}");
    let hint = if program == "redis-cli" {
        "type redis-cli by itself, or docker exec -it NAME redis-cli"
    } else {
        "leave the command out, or write redis-server and its arguments after the image"
    };
    Refusal { text, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_may_be_left_out_before_its_arguments() {
        let args = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            server_args(&words).map(|args| args.join(" ")).map_err(|refusal| refusal.text)
        };
        assert_eq!(args(""), Ok(String::new()));
        assert_eq!(args("redis-server --save 5 1"), Ok("--save 5 1".to_owned()));
        assert_eq!(args("--save 5 1"), Ok("--save 5 1".to_owned()));
        assert_eq!(args("/a/redis.conf"), Ok("/a/redis.conf".to_owned()));
        assert_eq!(
            args("sh -c ls"),
            Err("the lab runs redis-server in a container, not sh".to_owned())
        );
    }
}
