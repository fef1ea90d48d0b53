//! The small grammars within a word: image references, ports, volumes, names, policies.
//!
//! Judges text only: whether the image or volume is there is decided later.

mod image;
mod mounts;
mod ports;
mod server;

pub use image::{ImageRef, image};
pub use mounts::{Mount, Source, mount, mount_flag, volume_name};
pub use ports::{Publish, publish};
pub use server::server_args;

use crate::lab::model::Restart;

/// Whether a container or volume may have this name.
pub fn is_name(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

/// Reads `always`, `on-failure:3`; the error is Docker's.
pub fn restart(typed: &str) -> Result<Restart, String> {
    let (policy, times) = typed.split_once(':').map_or((typed, None), |(p, n)| (p, Some(n)));
    let policy = match policy {
        "" | "no" => Restart::No,
        "always" => Restart::Always,
        "unless-stopped" => Restart::UnlessStopped,
        "on-failure" => Restart::OnFailure,
        other => {
            return Err(format!(
                "Error response from daemon: invalid restart policy: unknown policy '{other}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
            ));
        }
    };
    match times {
        None => Ok(policy),
        Some(times) if policy == Restart::OnFailure && times.parse::<u32>().is_ok() => Ok(policy),
        Some(_) if policy == Restart::OnFailure => {
            Err("invalid restart policy format: maximum retry count must be an integer".to_owned())
        }
        Some(_) => Err(
            "Error response from daemon: invalid restart policy: maximum retry count can only be used with 'on-failure'"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read_as_docker_reads_them() {
        for (typed, policy) in [
            ("no", Restart::No),
            ("always", Restart::Always),
            ("unless-stopped", Restart::UnlessStopped),
            ("on-failure", Restart::OnFailure),
            ("on-failure:3", Restart::OnFailure),
        ] {
            assert_eq!(restart(typed), Ok(policy), "{typed}");
        }
        for typed in ["never", "always:3", "on-failure:x"] {
            assert!(restart(typed).is_err(), "{typed}");
        }
    }
}
