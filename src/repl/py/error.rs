//! The exceptions that the package raises for error replies.

use super::literal::str_repr;

/// The name of the exception, and its text.
pub(super) fn exception(reply: &str) -> (&'static str, &str) {
    let (code, rest) = reply.split_once(' ').unwrap_or((reply, ""));
    let name = match code {
        "ERR" => match rest {
            "max number of clients reached" => "ConnectionError",
            "invalid password" => "AuthenticationError",
            "wrong number of arguments for 'auth' command" => {
                "AuthenticationWrongNumberOfArgsError"
            }
            other if other.starts_with("AUTH <password> called without any password") => {
                "AuthenticationError"
            }
            _ => "ResponseError",
        },
        "OOM" => "OutOfMemoryError",
        "WRONGPASS" | "NOAUTH" => "AuthenticationError",
        "EXECABORT" => "ExecAbortError",
        "LOADING" => "BusyLoadingError",
        "NOSCRIPT" => "NoScriptError",
        "READONLY" => "ReadOnlyError",
        "NOPERM" => "NoPermissionError",
        // What the package does not know keeps its code.
        _ => return ("ResponseError", reply),
    };
    (name, rest)
}

/// The last line of what Python prints when it is raised.
pub(super) fn raised(reply: &str) -> String {
    let (name, text) = exception(reply);
    format!("redis.exceptions.{name}: {text}")
}

/// What Python prints for it inside a list.
pub(super) fn repr(reply: &str) -> String {
    let (name, text) = exception(reply);
    format!("{name}({})", str_repr(text))
}
