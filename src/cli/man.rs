//! The manual page: one for all commands, made from their definitions.

use std::io::{self, Write as _};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::args::Cli;

/// The page, in roff.
pub(super) fn page() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let man = Man::new(Cli::command()).manual("kvtutor");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    page.write_all(b".SH COMMANDS\n")?;
    for command in Cli::command().get_subcommands() {
        one(command, &mut page)?;
    }
    man.render_extra_section(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(page)
}

/// A command: its usage, what it does, and its own options.
fn one(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = command.get_name();
    let mut command = command.clone().bin_name(format!("kvtutor {name}")).disable_help_flag(true);
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").replace('-', "\\-");
    writeln!(page, ".SS {usage}")?;
    let man = Man::new(command);
    for render in [Man::render_description_section, Man::render_options_section] {
        let mut section = Vec::new();
        render(&man, &mut section)?;
        // The section's own heading would begin a new part of the page.
        let body = section.split_inclusive(|byte| *byte == b'\n');
        page.extend(body.filter(|line| !line.starts_with(b".SH ")).flatten());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_option_stands_in_the_page() {
        let page = String::from_utf8(page().unwrap()).unwrap();
        for command in Cli::command().get_subcommands() {
            let heading = format!(".SS kvtutor {}", command.get_name());
            let start = page.find(&heading).unwrap_or_else(|| panic!("{heading}"));
            let body = &page[start..];
            for arg in command.get_arguments() {
                let Some(long) = arg.get_long() else { continue };
                let written = long.replace('-', "\\-");
                assert!(body.contains(&format!("\\-\\-{written}\\fR")), "{heading} --{long}");
            }
        }
        assert_eq!(page.matches(".SH OPTIONS").count(), 1);
    }
}
