//! A `redis-cli …` line: where it connects, how it prints, and the command if there is one.
//!
//! Reads arguments only; who answers is decided by [`super::connect`].

/// What a `redis-cli` line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisCli {
    /// `-h`
    pub host: String,
    /// `-p`, read as C's `atoi` reads it: what is no number is 0.
    pub port: i64,
    /// `-n`, likewise.
    pub db: i64,
    /// `--sandbox`: kvtutor's own store, whatever publishes its port.
    pub sandbox: bool,
    /// `--raw`, `--no-raw`; none: as the output demands.
    pub print: Option<Print>,
    /// `-3`
    pub resp3: bool,
    /// `--user`
    pub user: Option<String>,
    /// `-a`, `--pass`
    pub password: Option<Vec<u8>>,
    /// Whether to be silent about a password in the line.
    pub no_auth_warning: bool,
    /// The command; empty: a prompt.
    pub command: Vec<Vec<u8>>,
}

/// How replies are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// The bytes alone.
    Raw,
    /// With types and quotes.
    Formatted,
}

/// A line that `redis-cli` refuses, or answers by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What it prints on standard output.
    pub stdout: String,
    /// What it prints on standard error.
    pub stderr: String,
    /// What the lab adds.
    pub hint: Option<String>,
    /// The exit code.
    pub code: i32,
}

/// The version whose output this client follows.
const CLIENT_VERSION: &str = "7.0.15";

/// The host of a line that names none.
pub const HOST: &str = "127.0.0.1";

/// The port of a line that names none.
pub const PORT: u16 = 6379;

impl Default for RedisCli {
    fn default() -> Self {
        Self {
            host: HOST.to_owned(),
            port: i64::from(PORT),
            db: 0,
            sandbox: false,
            print: None,
            resp3: false,
            user: None,
            password: None,
            no_auth_warning: false,
            command: Vec::new(),
        }
    }
}

/// The options that are offered, each with what must stand behind it.
pub const OPTIONS: &[(&str, &str)] = &[
    ("-h", "HOST"),
    ("-p", "PORT"),
    ("-n", "DB"),
    ("-a", "PASSWORD"),
    ("--pass", "PASSWORD"),
    ("--user", "NAME"),
    ("--raw", ""),
    ("--no-raw", ""),
    ("-2", ""),
    ("-3", ""),
    ("--no-auth-warning", ""),
    ("--sandbox", ""),
];

/// The options the lab knows, for help and hints.
const OPTIONS_SHOWN: &str =
    "-h HOST, -p PORT, -n DB, -a PASSWORD, --user NAME, --raw, --no-raw, -2, -3, --sandbox";

/// A `redis-cli` line while it is typed: what stands where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inner<'w> {
    /// The container it runs in, if it stands behind `docker exec`.
    pub container: Option<&'w [u8]>,
    /// Its whole options.
    pub options: &'w [&'w [u8]],
    /// An option at the end whose value is missing.
    pub awaits: Option<&'w [u8]>,
    /// The words of the command.
    pub command: &'w [&'w [u8]],
}

/// Reads the whole words of a line of the lab that runs `redis-cli`.
pub fn inner<'w>(words: &'w [&'w [u8]]) -> Option<Inner<'w>> {
    let place = words.iter().position(|word| *word == b"redis-cli")?;
    let container = match words.first()? {
        &b"redis-cli" => None,
        _ if words.contains(&&b"exec"[..]) => Some(*words.get(place.checked_sub(1)?)?),
        _ => return None,
    };
    let args = words.get(place + 1..)?;
    let mut end = 0;
    while let Some(option) = args.get(end).filter(|word| word.starts_with(b"-")) {
        let takes =
            OPTIONS.iter().any(|(name, value)| name.as_bytes() == *option && !value.is_empty());
        if takes && args.len() == end + 1 {
            let (options, awaits) = (args.get(..end)?, Some(*option));
            return Some(Inner { container, options, awaits, command: &[] });
        }
        end += 1 + usize::from(takes);
    }
    let (options, command) = args.split_at_checked(end)?;
    Some(Inner { container, options, awaits: None, command })
}

/// Reads the arguments after `redis-cli`.
pub fn parse(args: &[impl AsRef<[u8]>]) -> Result<RedisCli, Refused> {
    let mut cli = RedisCli::default();
    let mut args = args.iter().map(AsRef::as_ref);
    while let Some(arg) = args.next() {
        if !arg.starts_with(b"-") {
            cli.command.push(arg.to_vec());
            cli.command.extend(args.map(<[u8]>::to_vec));
            break;
        }
        match arg {
            b"-h" => match args.next() {
                Some(host) => cli.host = lossy(host),
                None => return Err(help()),
            },
            b"-p" => cli.port = atoi(needed(arg, args.next())?),
            b"-n" => cli.db = atoi(needed(arg, args.next())?),
            b"-a" | b"--pass" => cli.password = Some(needed(arg, args.next())?.to_vec()),
            b"--user" => cli.user = Some(lossy(needed(arg, args.next())?)),
            b"--sandbox" => cli.sandbox = true,
            b"--raw" => cli.print = Some(Print::Raw),
            b"--no-raw" => cli.print = Some(Print::Formatted),
            b"-2" => cli.resp3 = false,
            b"-3" => cli.resp3 = true,
            b"--no-auth-warning" => cli.no_auth_warning = true,
            b"--help" => return Err(help()),
            b"--version" | b"-v" => return Err(version()),
            other => return Err(unknown(other)),
        }
    }
    Ok(cli)
}

/// An option's value.
fn needed<'a>(option: &[u8], value: Option<&'a [u8]>) -> Result<&'a [u8], Refused> {
    value.ok_or_else(|| unknown(option))
}

/// As C reads a number at the start of a text.
fn atoi(text: &[u8]) -> i64 {
    let text = text.trim_ascii_start();
    let (sign, digits) = match text.split_first() {
        Some((b'-', rest)) => (-1, rest),
        Some((b'+', rest)) => (1, rest),
        Some(_) | None => (1, text),
    };
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    let number = digits.fold(0_i32, |number, digit| {
        number.saturating_mul(10).saturating_add(i32::from(digit - b'0'))
    });
    i64::from(number) * sign
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn unknown(option: &[u8]) -> Refused {
    Refused {
        stdout: String::new(),
        stderr: format!("Unrecognized option or bad number of args for: '{}'\n", lossy(option)),
        hint: Some(format!("the lab's redis-cli knows {OPTIONS_SHOWN}")),
        code: 1,
    }
}

/// The one client of the lab, whatever the image.
fn version() -> Refused {
    let stdout = format!("redis-cli {CLIENT_VERSION}\n");
    Refused { stdout, stderr: String::new(), hint: None, code: 0 }
}

fn help() -> Refused {
    Refused {
        stdout: format!(
            "Usage: redis-cli [OPTIONS] [COMMAND [ARG...]]\n\nOptions here: {OPTIONS_SHOWN}\n\nWithout a command it opens a prompt.\n"
        ),
        stderr: String::new(),
        hint: None,
        code: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<RedisCli, Refused> {
        let args: Vec<&str> = line.split_whitespace().collect();
        parse(&args)
    }

    #[test]
    fn options_stand_before_the_command() {
        let expected = RedisCli {
            host: "localhost".to_owned(),
            port: 6380,
            db: 1,
            resp3: true,
            print: Some(Print::Raw),
            command: vec![b"GET".to_vec(), b"-n".to_vec()],
            ..RedisCli::default()
        };
        assert_eq!(read("-h localhost -p 6380 -n 1 -3 --raw GET -n"), Ok(expected));
        assert_eq!(read(""), Ok(RedisCli::default()));
        assert_eq!(read("--sandbox"), Ok(RedisCli { sandbox: true, ..RedisCli::default() }));
    }

    #[test]
    fn numbers_are_read_as_redis_cli_reads_them() {
        assert_eq!(read("-p abc").map(|cli| cli.port), Ok(0));
        assert_eq!(read("-p 99999").map(|cli| cli.port), Ok(99_999));
        assert_eq!(read("-n -1").map(|cli| cli.db), Ok(-1));
        assert_eq!(read("-n 99999999999999999999").map(|cli| cli.db), Ok(2_147_483_647));
    }

    #[test]
    fn wrong_options_get_its_own_words() {
        for (line, option) in
            [("-z", "-z"), ("-n", "-n"), ("-p", "-p"), ("--no-such x", "--no-such")]
        {
            let error = format!("Unrecognized option or bad number of args for: '{option}'\n");
            assert_eq!(
                read(line).map_err(|refused| (refused.stderr, refused.code)),
                Err((error, 1))
            );
        }
    }
}
