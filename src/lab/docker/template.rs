//! A template for `--format`, as Go's text templates are written: text, `{{.State.Status}}`,
//! `{{json .Mounts}}`, `{{range .Mounts}}…{{end}}`, `{{if .State.Running}}…{{else}}…{{end}}`.
//!
//! Reads only; what a path leads to is looked up when it is printed.

use std::fmt;

use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_till, take_while1};
use nom::character::complete::{char, digit1, multispace0, multispace1};
use nom::combinator::{cut, map, map_res, opt, value};
use nom::multi::{many0, many1, separated_list1};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Offset as _, Parser};

/// A template, piece by piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(pub Vec<Part>);

/// One piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text as it is.
    Text(String),
    /// `{{…}}`: a value.
    Print(Expr),
    /// `{{range …}}…{{else}}…{{end}}`
    Range(Block),
    /// `{{if …}}…{{else}}…{{end}}`
    If(Block),
}

/// What a `range` or an `if` encloses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What is looked at.
    pub over: Expr,
    /// For each element, or if it holds.
    pub body: Vec<Part>,
    /// If there is none, or it does not.
    pub otherwise: Vec<Part>,
}

/// What has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// `.State.Status`; no name at all is `.`, the value itself.
    Path(Path),
    /// `"text"`
    Text(String),
    /// `0`
    Number(usize),
    /// A function and what it is given.
    Call(Function, Vec<Expr>),
    /// `(…).HostPort`: names behind a value.
    Within(Box<Expr>, Path),
}

/// The names on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The names.
    pub names: Vec<String>,
    /// Where in the template the path begins, for errors.
    pub at: usize,
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.names.is_empty() {
            return f.write_str(".");
        }
        self.names.iter().try_for_each(|name| write!(f, ".{name}"))
    }
}

/// The functions the lab knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// As JSON.
    Json,
    /// How many.
    Len,
    /// An element of a list or a map.
    Index,
    /// The elements of a list with a text between.
    Join,
    /// In capital letters.
    Upper,
    /// In small letters.
    Lower,
    /// With a line end.
    Println,
}

const FUNCTIONS: &[(&str, Function)] = &[
    ("json", Function::Json),
    ("len", Function::Len),
    ("index", Function::Index),
    ("join", Function::Join),
    ("upper", Function::Upper),
    ("lower", Function::Lower),
    ("println", Function::Println),
];

/// Reads a template; the error is Go's where Go has one, without `template parsing error:`.
pub fn parse(typed: &str) -> Result<Template, String> {
    if unclosed(typed) {
        return Err("template: :1: unclosed action".to_owned());
    }
    let reader = Reader { whole: typed };
    match reader.parts(typed) {
        Ok(("", parts)) => Ok(Template(parts)),
        Ok((rest, _)) => Err(refusal(rest)),
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => Err(refusal(error.input)),
        Err(nom::Err::Incomplete(_)) => Err(refusal(typed)),
    }
}

/// Whether a `{{` has no `}}`.
fn unclosed(typed: &str) -> bool {
    typed.rsplit_once("{{").is_some_and(|(_, last)| !last.contains("}}"))
}

/// What the grammar needs to tell places.
#[derive(Clone, Copy)]
struct Reader<'a> {
    whole: &'a str,
}

type Read<'a, T> = IResult<&'a str, T>;

impl<'a> Reader<'a> {
    fn parts(self, input: &'a str) -> Read<'a, Vec<Part>> {
        many0(|input| self.part(input)).parse(input)
    }

    fn part(self, input: &'a str) -> Read<'a, Part> {
        let text = take_while1(|letter| letter != '{');
        let text = alt((text, terminated(tag("{"), nom::combinator::not(char('{')))));
        alt((
            map(many1(text), |pieces: Vec<&str>| Part::Text(pieces.concat())),
            map(|input| self.block("range", input), Part::Range),
            map(|input| self.block("if", input), Part::If),
            map(|input| self.action(input), Part::Print),
        ))
        .parse(input)
    }

    /// `{{…}}`
    fn action(self, input: &'a str) -> Read<'a, Expr> {
        let inner = |input| self.pipeline(input);
        delimited((tag("{{"), opt(char('-')), multispace0), inner, close).parse(input)
    }

    /// `{{word …}}…{{else}}…{{end}}`
    fn block(self, word: &'static str, input: &'a str) -> Read<'a, Block> {
        let head = delimited(
            (tag("{{"), opt(char('-')), multispace0, tag(word), multispace1),
            |input| self.pipeline(input),
            close,
        );
        let parts = |input| self.parts(input);
        let otherwise = opt(preceded(keyword("else"), parts));
        let mut whole = (head, cut((parts, otherwise, keyword("end"))));
        let (rest, (over, (body, otherwise, ()))) = whole.parse(input)?;
        Ok((rest, Block { over, body, otherwise: otherwise.unwrap_or_default() }))
    }

    /// `expression | function | function`
    fn pipeline(self, input: &'a str) -> Read<'a, Expr> {
        let (mut rest, mut expr) = self.call(input)?;
        let bar =
            || delimited(multispace0::<&str, nom::error::Error<&str>>, char('|'), multispace0);
        while let Ok((after, _)) = bar().parse(rest) {
            let (after, next) = self.call(after)?;
            if let Expr::Call(function, mut given) = next {
                given.push(expr);
                expr = Expr::Call(function, given);
            } else {
                expr = next;
            }
            rest = after;
        }
        Ok((rest, expr))
    }

    /// `function operand operand`, or one operand.
    fn call(self, input: &'a str) -> Read<'a, Expr> {
        let name = take_while1(|letter: char| letter.is_ascii_alphanumeric());
        let function = map_res(name, |name: &str| {
            let known = FUNCTIONS.iter().find(|(known, _)| *known == name);
            known.map(|(_, function)| *function).ok_or(())
        });
        let operands = many0(preceded(multispace1, |input| self.operand(input)));
        alt((map((function, operands), |(function, given)| Expr::Call(function, given)), |input| {
            self.operand(input)
        }))
        .parse(input)
    }

    fn operand(self, input: &'a str) -> Read<'a, Expr> {
        let quoted = delimited(char('"'), opt(is_not("\"")), char('"'));
        let raw = delimited(char('`'), take_till(|letter| letter == '`'), char('`'));
        alt((
            |input| self.path(input),
            map(quoted, |text: Option<&str>| Expr::Text(unescaped(text.unwrap_or_default()))),
            map(raw, |text: &str| Expr::Text(text.to_owned())),
            map(map_res(digit1, str::parse), Expr::Number),
            |input| self.group(input),
        ))
        .parse(input)
    }

    /// `(…)`, or `(…).Name`
    fn group(self, input: &'a str) -> Read<'a, Expr> {
        let close = (multispace0, char(')'));
        let inner = |input| self.pipeline(input);
        let (rest, inner) = delimited((char('('), multispace0), inner, close).parse(input)?;
        match self.path(rest) {
            Ok((after, Expr::Path(path))) if !path.names.is_empty() => {
                Ok((after, Expr::Within(Box::new(inner), path)))
            }
            Ok(_) | Err(_) => Ok((rest, inner)),
        }
    }

    /// `.State.Status`, or `.`
    fn path(self, input: &'a str) -> Read<'a, Expr> {
        let name = || take_while1(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
        let names = preceded(char('.'), separated_list1(char('.'), name()));
        let here = value(Vec::new(), char('.'));
        let (rest, names) = alt((names, here)).parse(input)?;
        let names = names.into_iter().map(str::to_owned).collect();
        Ok((rest, Expr::Path(Path { names, at: self.whole.offset(input) })))
    }
}

/// What is wrong at the place where reading stopped.
fn refusal(rest: &str) -> String {
    let word: String = rest
        .trim_start_matches('{')
        .trim_start()
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let known: Vec<&str> = FUNCTIONS.iter().map(|(name, _)| *name).collect();
    match word.as_str() {
        "end" | "else" => format!("template: :1: unexpected {{{{{word}}}}}"),
        "" if rest.is_empty() => "template: :1: unexpected EOF".to_owned(),
        "" => format!("template: :1: unexpected {rest:?} in operand"),
        _ if known.contains(&word.as_str()) || ["range", "if"].contains(&word.as_str()) => {
            format!("template: :1: the lab does not know this use of {word}")
        }
        _ => format!("template: :1: function {word:?} not defined"),
    }
}

/// The end of an action.
fn close(input: &str) -> Read<'_, ()> {
    value((), (multispace0, opt(char('-')), tag("}}"))).parse(input)
}

/// `{{end}}` and the like.
fn keyword<'a>(
    word: &'static str,
) -> impl Parser<&'a str, Output = (), Error = nom::error::Error<&'a str>> {
    value((), (tag("{{"), opt(char('-')), multispace0, tag(word), close))
}

/// What `\n` and `\t` mean inside quotes.
fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(names: &[&str], at: usize) -> Expr {
        Expr::Path(Path { names: names.iter().map(|&name| name.to_owned()).collect(), at })
    }

    #[test]
    fn text_paths_functions_and_blocks_are_read() {
        assert_eq!(
            parse("x={{.State.Status}} {{ json . }}").map(|template| template.0),
            Ok(vec![
                Part::Text("x=".to_owned()),
                Part::Print(path(&["State", "Status"], 4)),
                Part::Text(" ".to_owned()),
                Part::Print(Expr::Call(Function::Json, vec![path(&[], 28)])),
            ])
        );
        assert_eq!(
            parse("{{range .Mounts}}{{.Name}} {{else}}none{{end}}").map(|template| template.0),
            Ok(vec![Part::Range(Block {
                over: path(&["Mounts"], 8),
                body: vec![Part::Print(path(&["Name"], 19)), Part::Text(" ".to_owned())],
                otherwise: vec![Part::Text("none".to_owned())],
            })])
        );
        assert_eq!(
            parse("{{index .Config.Cmd 0 | upper}}").map(|template| template.0),
            Ok(vec![Part::Print(Expr::Call(
                Function::Upper,
                vec![Expr::Call(
                    Function::Index,
                    vec![path(&["Config", "Cmd"], 8), Expr::Number(0)]
                )]
            ))])
        );
        assert_eq!(parse("a { b").map(|template| template.0.len()), Ok(1));
    }

    #[test]
    fn what_is_no_template_is_told_as_go_tells_it() {
        for (typed, told) in [
            ("{{.State", "template: :1: unclosed action"),
            ("{{nothing .Name}}", "template: :1: function \"nothing\" not defined"),
            ("{{range .Mounts}}x", "template: :1: unexpected EOF"),
            ("{{.Name}}{{end}}", "template: :1: unexpected {{end}}"),
            ("{{}}", "template: :1: unexpected \"{{}}\" in operand"),
        ] {
            assert_eq!(parse(typed), Err(told.to_owned()), "{typed}");
        }
    }
}
