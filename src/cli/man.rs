//! The manual page: one for all commands, made from their definitions.

use std::io::{self, Write as _};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::args::Cli;
use crate::repl::help;

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
    for section in help::manual() {
        writeln!(page, ".SH {}", section.heading)?;
        for (name, text) in section.entries {
            writeln!(page, ".TP\n{}", roff(&name))?;
            // A paragraph of its own stays under its name.
            writeln!(page, "{}", roff(&text).replace("\n\n", "\n.IP\n"))?;
        }
    }
    man.render_extra_section(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(page)
}

/// Text as roff takes it: what it would read as a request or an escape is written so that it shows.
fn roff(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('`', "");
    let lines = text.lines().map(|line| {
        let begins = line.starts_with(['.', '\'']);
        if begins { format!("\\&{line}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
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
    fn every_topic_stands_in_the_page_with_its_text() {
        let page = String::from_utf8(page().unwrap()).unwrap();
        for section in help::manual() {
            assert_eq!(page.matches(&format!(".SH {}\n", section.heading)).count(), 1);
            for (name, text) in section.entries {
                let text = roff(&text).replace("\n\n", "\n.IP\n");
                let entry = format!(".TP\n{}\n{text}\n", roff(&name));
                assert_eq!(page.matches(&entry).count(), 1, "{entry}");
            }
        }
        assert_eq!(roff(".x a-b `c` \\x"), "\\&.x a\\-b c \\ex");
    }

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
