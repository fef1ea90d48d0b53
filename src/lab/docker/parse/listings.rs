//! `ps`, `images`, `volume ls`: which rows, and how they are printed.

use super::{bad_value, format};
use crate::lab::docker::flags::{Given, Text};
use crate::lab::docker::line::{Columns, Filter, Format, Images, Ps, VolumeFilter, Volumes, Which};
use crate::lab::docker::table::Opt;
use crate::lab::docker::template;
use crate::lab::docker::wrong::{Wrong, WrongKind};

fn columns(given: &Given) -> Result<Columns, Wrong> {
    Ok(Columns {
        quiet: given.has(Opt::Quiet),
        whole: given.has(Opt::NoTrunc),
        format: row_format(given)?,
    })
}

/// `--format` of a listing: `json`, a template, or `table` and a template. As in Docker, `\t` and
/// `\n` stand for what they mean.
fn row_format(given: &Given) -> Result<Option<Format>, Wrong> {
    let Some(word) = given.last(Opt::Format) else { return Ok(None) };
    let typed = word.text.replace("\\t", "\t").replace("\\n", "\n");
    let Some(rest) = typed.trim().strip_prefix("table") else { return lines(given, word, &typed) };
    if rest.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(Format::Table(read(word, rest.trim())?)))
}

fn lines(given: &Given, word: &Text, typed: &str) -> Result<Option<Format>, Wrong> {
    if typed.trim() == "json" {
        return format(given);
    }
    if typed.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(Format::Lines(read(word, typed)?)))
}

fn read(word: &Text, typed: &str) -> Result<template::Template, Wrong> {
    template::parse(typed).map_err(|reason| {
        let kind = WrongKind::Template { reason };
        Wrong { kind, span: Some(word.span.clone()) }
    })
}

/// `docker ps`
pub(super) fn ps(given: &Given) -> Result<Ps, Wrong> {
    let last = match given.last(Opt::Last) {
        None => None,
        Some(word) => {
            let reason = "strconv.ParseInt: parsing \"{}\": invalid syntax";
            let count: i64 =
                word.text.parse().map_err(|_| bad_value(given, Opt::Last, word, reason))?;
            usize::try_from(count).ok()
        }
    };
    let which = if given.has(Opt::Latest) {
        Which::Last(1)
    } else if let Some(count) = last {
        Which::Last(count)
    } else if given.has(Opt::All) {
        Which::All
    } else {
        Which::Running
    };
    let filters =
        given.all(Opt::Filter).map(|word| filter(given, word)).collect::<Result<_, _>>()?;
    Ok(Ps { which, filters, columns: columns(given)? })
}

/// The two halves of `name=redis`.
fn halves<'a>(given: &Given, word: &'a Text) -> Result<(&'a str, String), Wrong> {
    let Some((key, value)) = word.text.split_once('=') else {
        let reason = "bad format of filter (expected name=value)";
        return Err(bad_value(given, Opt::Filter, word, reason));
    };
    Ok((key, value.to_owned()))
}

fn unknown(given: &Given, word: &Text, key: &str, known: &str) -> Wrong {
    given.piece(
        word,
        format!("Error response from daemon: invalid filter '{key}'"),
        Some(format!("the lab knows the filters {known}")),
    )
}

fn filter(given: &Given, word: &Text) -> Result<Filter, Wrong> {
    let (key, value) = halves(given, word)?;
    match key {
        "name" => Ok(Filter::Name(value)),
        "id" => Ok(Filter::Id(value)),
        "status" => Ok(Filter::Status(value)),
        "volume" => Ok(Filter::Volume(value)),
        "ancestor" => Ok(Filter::Ancestor(value)),
        other => Err(unknown(given, word, other, "name, id, status, ancestor and volume")),
    }
}

/// `docker images`
pub(super) fn images(given: &Given) -> Result<Images, Wrong> {
    Ok(Images {
        only: given.rest.first().map(|word| word.text.clone()),
        digests: given.has(Opt::Digests),
        columns: columns(given)?,
    })
}

/// `docker volume ls`
pub(super) fn volumes(given: &Given) -> Result<Volumes, Wrong> {
    let filter = |word: &Text| {
        let (key, value) = halves(given, word)?;
        match (key, value.as_str()) {
            ("name", _) => Ok(VolumeFilter::Name(value)),
            ("dangling", "true" | "1") => Ok(VolumeFilter::Dangling(true)),
            ("dangling", "false" | "0") => Ok(VolumeFilter::Dangling(false)),
            (other, _) => Err(unknown(given, word, other, "name and dangling=true")),
        }
    };
    let filters = given.all(Opt::Filter).map(filter).collect::<Result<_, _>>()?;
    Ok(Volumes { filters, columns: columns(given)? })
}
