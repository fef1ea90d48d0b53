//! The listings: `docker ps`, `docker images`, `docker volume ls`.

use super::columns::{cut, table};
use crate::lab::docker::line::{Columns, Filter, Images, Ps, Which};
use crate::lab::model::image::{REPOSITORY, release};
use crate::lab::model::{Container, Model, ids, when};

/// `docker ps`, newest first.
pub fn ps(model: &Model, ask: &Ps, now: u64) -> String {
    let newest = model.containers.iter().rev();
    let filters_status = ask.filters.iter().any(|filter| matches!(filter, Filter::Status(_)));
    let chosen: Vec<&Container> = match ask.which {
        Which::Latest => newest.take(1).collect(),
        Which::All => newest.collect(),
        Which::Running if filters_status => newest.collect(),
        Which::Running => newest.filter(|container| container.is_running()).collect(),
    };
    let chosen = chosen.into_iter().filter(|container| fits(container, &ask.filters));
    let id = |container: &Container| {
        if ask.columns.whole { container.id.clone() } else { container.short_id().to_owned() }
    };
    if ask.columns.quiet {
        return chosen.map(|container| id(container) + "\n").collect();
    }
    let rows: Vec<Vec<String>> = chosen
        .map(|container| {
            let command = container.command();
            let command = if ask.columns.whole { command } else { cut(&command, 20) };
            vec![
                id(container),
                container.image.clone(),
                format!("\"{command}\""),
                when::ago(container.created, now),
                container.status(now),
                container.ports_shown(),
                container.name.clone(),
            ]
        })
        .collect();
    table(&["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"], &rows)
}

/// Whether a container passes the filters: those of one kind are alternatives.
fn fits(container: &Container, filters: &[Filter]) -> bool {
    filters.iter().all(|filter| {
        let mut alternatives = filters
            .iter()
            .filter(|other| std::mem::discriminant(*other) == std::mem::discriminant(filter));
        alternatives.any(|filter| match filter {
            Filter::Name(part) => container.name.contains(part.trim_start_matches('/')),
            Filter::Id(start) => container.id.starts_with(start.as_str()),
            Filter::Status(word) => container.state_word() == word,
            Filter::Volume(name) => {
                container.mounts.iter().any(|mount| mount.volume == *name || mount.target == *name)
            }
        })
    })
}

/// `docker images`, newest first.
pub fn images(model: &Model, ask: &Images, now: u64) -> String {
    let only = ask.only.as_deref().map(|only| only.split_once(':').unwrap_or((only, "")));
    let mut chosen: Vec<_> = model
        .images
        .iter()
        .filter(|pulled| {
            only.is_none_or(|(repository, tag)| {
                repository == REPOSITORY && (tag.is_empty() || tag == pulled.tag)
            })
        })
        .filter_map(|pulled| Some((pulled, release(&pulled.tag)?)))
        .collect();
    chosen.sort_by_key(|(pulled, release)| (std::cmp::Reverse(release.made), pulled.tag.clone()));
    let id = |id: &str, columns: Columns| {
        if columns.whole { format!("sha256:{id}") } else { ids::short(id).to_owned() }
    };
    if ask.columns.quiet {
        return chosen.iter().map(|(_, release)| id(&release.id(), ask.columns) + "\n").collect();
    }
    let rows: Vec<Vec<String>> = chosen
        .iter()
        .map(|(pulled, release)| {
            vec![
                REPOSITORY.to_owned(),
                pulled.tag.clone(),
                id(&release.id(), ask.columns),
                when::ago(release.made, now),
                release.size.to_owned(),
            ]
        })
        .collect();
    table(&["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"], &rows)
}

/// `docker volume ls`, by name.
pub fn volumes(model: &Model, quiet: bool) -> String {
    let mut names: Vec<&str> = model.volumes.iter().map(|volume| volume.name.as_str()).collect();
    names.sort_unstable();
    if quiet {
        return names.iter().flat_map(|name| [name, "\n"]).collect();
    }
    let rows: Vec<Vec<String>> =
        names.iter().map(|&name| vec!["local".to_owned(), name.to_owned()]).collect();
    table(&["DRIVER", "VOLUME NAME"], &rows)
}
