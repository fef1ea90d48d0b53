//! The listings: `docker ps`, `docker images`, `docker volume ls`.

use super::columns::cut;
use super::rows::{Listing, Row, show};
use super::size::human;
use crate::lab::docker::line::{Filter, Images, Ps, VolumeFilter, Volumes, Which};
use crate::lab::model::image::{self, REPOSITORY};
use crate::lab::model::{Container, Model, Volume, ids, when};

/// A listing's text; or what is wrong with its template, and what could be in it.
pub type Listed = Result<String, (String, String)>;

fn row(fields: Vec<(&str, String)>) -> Row {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

const CONTAINERS: Listing<'_> = Listing {
    fields: &[
        ("ID", "CONTAINER ID"),
        ("Image", "IMAGE"),
        ("Command", "COMMAND"),
        ("CreatedAt", "CREATED AT"),
        ("RunningFor", "CREATED"),
        ("Status", "STATUS"),
        ("State", "STATE"),
        ("Ports", "PORTS"),
        ("Names", "NAMES"),
        ("Mounts", "MOUNTS"),
        ("LocalVolumes", "LOCAL VOLUMES"),
        ("Labels", "LABELS"),
        ("Networks", "NETWORKS"),
        ("Size", "SIZE"),
    ],
    shown: &["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"],
    id: "ID",
    kind: "*formatter.ContainerContext",
};

/// `docker ps`, newest first.
pub fn ps(model: &Model, ask: &Ps, now: u64) -> Listed {
    let newest = model.containers.iter().rev();
    let filters_status = ask.filters.iter().any(|filter| matches!(filter, Filter::Status(_)));
    let chosen: Vec<&Container> = match ask.which {
        Which::Last(count) => newest.take(count).collect(),
        Which::All => newest.collect(),
        Which::Running if filters_status => newest.collect(),
        Which::Running => newest.filter(|container| container.is_running()).collect(),
    };
    let chosen = chosen.into_iter().filter(|container| fits(container, &ask.filters));
    let rows: Vec<Row> =
        chosen.map(|container| container_row(container, ask.columns.whole, now)).collect();
    show(&CONTAINERS, &rows, &ask.columns)
}

/// One container, by field.
fn container_row(container: &Container, whole: bool, now: u64) -> Row {
    let command = container.command();
    let command = if whole { command } else { cut(&command, 20) };
    let mounts = container
        .mounts
        .iter()
        .map(|mount| if whole { mount.source().to_owned() } else { cut(mount.source(), 15) });
    let named = container.mounts.iter().filter(|mount| mount.folder.is_none()).count();
    row(vec![
        ("ID", if whole { container.id.clone() } else { container.short_id().to_owned() }),
        ("Image", container.image.clone()),
        ("Command", format!("\"{command}\"")),
        ("CreatedAt", format!("{} +0000 UTC", when::day_and_time(container.created))),
        ("RunningFor", when::ago(container.created, now)),
        ("Status", container.status(now)),
        ("State", container.state_word().to_owned()),
        ("Ports", container.ports_shown()),
        ("Names", container.name.clone()),
        ("Mounts", mounts.collect::<Vec<_>>().join(",")),
        ("LocalVolumes", named.to_string()),
        (
            "Labels",
            container
                .labels()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(","),
        ),
        ("Networks", "bridge".to_owned()),
        ("Size", "0B".to_owned()),
    ])
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
            Filter::Ancestor(image) => {
                let own = container.image.as_str();
                own == image
                    || own.strip_prefix(REPOSITORY).is_some_and(|tag| {
                        image == REPOSITORY && (tag.is_empty() || tag == ":latest")
                    })
            }
            Filter::Volume(name) => {
                container.mounts.iter().any(|mount| mount.source() == name || mount.target == *name)
            }
        })
    })
}

const IMAGES: Listing<'_> = Listing {
    fields: &[
        ("Repository", "REPOSITORY"),
        ("Tag", "TAG"),
        ("Digest", "DIGEST"),
        ("ID", "IMAGE ID"),
        ("CreatedSince", "CREATED"),
        ("CreatedAt", "CREATED AT"),
        ("Size", "SIZE"),
    ],
    shown: &["Repository", "Tag", "ID", "CreatedSince", "Size"],
    id: "ID",
    kind: "*formatter.imageContext",
};

/// `docker images`, newest first.
pub fn images(model: &Model, ask: &Images, now: u64) -> Listed {
    let only = ask.only.as_deref().map(|only| only.split_once(':').unwrap_or((only, "")));
    let mut chosen: Vec<_> = model
        .images
        .iter()
        .filter(|pulled| {
            only.is_none_or(|(repository, tag)| {
                repository == REPOSITORY && (tag.is_empty() || tag == pulled.tag)
            })
        })
        .filter_map(|pulled| Some((pulled, image::find(&pulled.tag)?)))
        .collect();
    chosen
        .sort_by_key(|(pulled, image)| (std::cmp::Reverse(image.release.made), pulled.tag.clone()));
    let rows: Vec<Row> = chosen
        .iter()
        .map(|(pulled, image)| {
            let id = image.id();
            let id =
                if ask.columns.whole { format!("sha256:{id}") } else { ids::short(&id).to_owned() };
            let made = image.release.made;
            row(vec![
                ("Repository", REPOSITORY.to_owned()),
                ("Tag", pulled.tag.clone()),
                ("Digest", format!("sha256:{}", image.digest())),
                ("ID", id),
                ("CreatedSince", when::ago(made, now)),
                ("CreatedAt", format!("{} +0000 UTC", when::day_and_time(made))),
                ("Size", human(image.size())),
            ])
        })
        .collect();
    let mut listing = IMAGES;
    if ask.digests {
        listing.shown = &["Repository", "Tag", "Digest", "ID", "CreatedSince", "Size"];
    }
    show(&listing, &rows, &ask.columns)
}

const VOLUMES: Listing<'_> = Listing {
    fields: &[
        ("Driver", "DRIVER"),
        ("Name", "VOLUME NAME"),
        ("Scope", "SCOPE"),
        ("Mountpoint", "MOUNTPOINT"),
        ("Labels", "LABELS"),
    ],
    shown: &["Driver", "Name"],
    id: "Name",
    kind: "*formatter.volumeContext",
};

/// `docker volume ls`, by name.
pub fn volumes(model: &Model, ask: &Volumes, mountpoint: impl Fn(&str) -> String) -> Listed {
    let fits = |volume: &&Volume| {
        ask.filters.iter().all(|filter| match filter {
            VolumeFilter::Name(part) => volume.name.contains(part.as_str()),
            VolumeFilter::Dangling(wanted) => model.users(&volume.name).next().is_none() == *wanted,
        })
    };
    let mut chosen: Vec<&Volume> = model.listed_volumes().filter(fits).collect();
    chosen.sort_unstable_by_key(|volume| volume.name.as_str());
    let rows: Vec<Row> = chosen
        .iter()
        .map(|volume| {
            row(vec![
                ("Driver", "local".to_owned()),
                ("Name", volume.name.clone()),
                ("Scope", "local".to_owned()),
                ("Mountpoint", mountpoint(&volume.name)),
                (
                    "Labels",
                    volume
                        .labels()
                        .map(|(name, value)| format!("{name}={value}"))
                        .collect::<Vec<_>>()
                        .join(","),
                ),
            ])
        })
        .collect();
    show(&VOLUMES, &rows, &ask.columns)
}
