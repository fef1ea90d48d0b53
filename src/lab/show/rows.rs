//! A listing in any of its forms: as a table, as ids, by a template, as JSON.

use serde_json::{Map, Value};

use super::columns::table;
use super::template;
use crate::lab::docker::line::{Columns, Format};
use crate::lab::docker::template::Template;

/// What a listing can show of each thing.
pub(super) struct Listing<'a> {
    /// The fields, each with the head of its column.
    pub(super) fields: &'a [(&'static str, &'static str)],
    /// Those that the table shows.
    pub(super) shown: &'a [&'static str],
    /// The one that is shown alone with `-q`.
    pub(super) id: &'static str,
    /// What Go calls such a row.
    pub(super) kind: &'static str,
}

/// One row, by field.
pub(super) type Row = Map<String, Value>;

/// The text of a listing, or why its template cannot be filled, and what could be in it.
pub(super) fn show(
    listing: &Listing<'_>,
    rows: &[Row],
    columns: &Columns,
) -> Result<String, (String, String)> {
    match &columns.format {
        _ if columns.quiet => Ok(rows.iter().map(|row| cell(row, listing.id) + "\n").collect()),
        None => {
            let head: Vec<&str> = listing.shown.iter().map(|name| head(listing, name)).collect();
            let cells = rows
                .iter()
                .map(|row| listing.shown.iter().map(|name| cell(row, name)).collect::<Vec<_>>());
            Ok(table(&head, &cells.collect::<Vec<_>>()))
        }
        Some(Format::Json) => Ok(rows.iter().map(|row| json(row) + "\n").collect()),
        Some(Format::Lines(template)) => {
            let lines = rows.iter().map(|row| Ok(fill(listing, template, row)? + "\n"));
            lines.collect()
        }
        Some(Format::Table(template)) => {
            let heads =
                listing.fields.iter().map(|(name, head)| ((*name).to_owned(), (*head).into()));
            let head = fill(listing, template, &heads.collect())?;
            let head: Vec<&str> = head.split('\t').collect();
            let mut cells = Vec::new();
            for row in rows {
                let line = fill(listing, template, row)?;
                cells.push(line.split('\t').map(str::to_owned).collect());
            }
            Ok(table(&head, &cells))
        }
    }
}

fn head<'a>(listing: &Listing<'a>, name: &str) -> &'a str {
    let field = listing.fields.iter().find(|(field, _)| *field == name);
    field.map(|(_, head)| *head).unwrap_or_default()
}

fn cell(row: &Row, name: &str) -> String {
    row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn fill(listing: &Listing<'_>, template: &Template, row: &Row) -> Result<String, (String, String)> {
    template::fill(template, &Value::Object(row.clone())).map_err(|lost| {
        let text = format!(
            "failed to execute template: template: :1:{}: executing \"\" at <{}>: can't evaluate field {} in type {}",
            lost.at, lost.path, lost.name, listing.kind
        );
        let known: Vec<String> =
            listing.fields.iter().map(|(name, _)| format!("{{{{.{name}}}}}")).collect();
        (text, format!("here are {}", known.join(" ")))
    })
}

/// A row as Docker's listings write JSON: in the order of names, harmless in a web page.
fn json(row: &Row) -> String {
    let mut fields: Vec<_> = row.iter().collect();
    fields.sort_by_key(|(name, _)| name.as_str());
    let fields: Row =
        fields.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let text = Value::Object(fields).to_string();
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
