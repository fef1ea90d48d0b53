//! `docker pull` and `docker rmi`, and the images that containers ask for.

use std::fmt::Write as _;

use super::Job;
use crate::lab::docker::{ImageRef, nearest};
use crate::lab::model::image::{self, Image, REPOSITORY};
use crate::lab::model::{Container, Pulled, ids};
use crate::lab::output::LabEvent;

/// Why an image cannot be had, in Docker's words, and what the lab says to it.
pub struct NoImage {
    /// Docker's words, or the lab's where it is the lab that has not got it.
    pub text: String,
    /// What to do.
    pub hint: String,
}

/// The image that a reference names.
pub fn find_image(reference: &ImageRef) -> Result<Image, NoImage> {
    if reference.repository == REPOSITORY {
        return image::find(&reference.tag).ok_or_else(|| {
            let full = reference.full();
            let text = format!(
                "Error response from daemon: manifest for {full} not found: manifest unknown: manifest unknown"
            );
            let hint =
                "the lab has redis:8 (8.6), 8.4, 8.2, 8.0, 7 (7.4), 7.2, 7.0, 6.2 and latest";
            NoImage { text, hint: hint.to_owned() }
        });
    }
    if nearest(&reference.repository, std::iter::once(REPOSITORY)).is_some() {
        let text = format!(
            "Error response from daemon: pull access denied for {}, repository does not exist or may require 'docker login'",
            reference.repository
        );
        let hint = "did you mean redis? The lab has only redis images".to_owned();
        return Err(NoImage { text, hint });
    }
    let text = format!(
        "the lab works without a network and has only redis images, not {}",
        reference.repository
    );
    Err(NoImage { text, hint: "write redis:8, or another tag of redis".to_owned() })
}

/// Fetches an image and says so as a pull does, from the line that names the tag to the status.
pub fn fetch(job: &mut Job, reference: &ImageRef, image: &Image) -> String {
    let mut text = format!("{}: Pulling from library/{REPOSITORY}\n", reference.tag);
    for (layer, state) in layers(job, image) {
        let _ = writeln!(text, "{layer}: {state}");
    }
    let _ = writeln!(text, "Digest: sha256:{}", image.digest());
    let known = job.model.has_image(&reference.tag);
    let status = if known { "Image is up to date" } else { "Downloaded newer image" };
    let _ = writeln!(text, "Status: {status} for {}", reference.full());
    keep(job, reference, image);
    text
}

/// The layers of an image that a pull tells of, and what becomes of each; none if the image is here.
pub fn layers(job: &Job, image: &Image) -> Vec<(String, &'static str)> {
    let here: Vec<Image> =
        job.model.images.iter().filter_map(|pulled| image::find(&pulled.tag)).collect();
    if here.contains(image) {
        return Vec::new();
    }
    let there: Vec<String> = here.iter().flat_map(Image::layers).collect();
    let told = image.layers().into_iter().map(|layer| {
        let state = if there.contains(&layer) { "Already exists" } else { "Pull complete" };
        (ids::short(&layer).to_owned(), state)
    });
    told.collect()
}

/// Remembers that an image is here under a tag.
pub fn keep(job: &mut Job, reference: &ImageRef, image: &Image) {
    if job.model.has_image(&reference.tag) {
        return;
    }
    let version = image.release.version.to_owned();
    job.model.images.push(Pulled { tag: reference.tag.clone(), version });
    job.output.events.push(LabEvent::Pulled(reference.full()));
}

/// `docker pull`
pub fn pull(job: &mut Job, reference: &ImageRef, quiet: bool) {
    if !quiet && !reference.typed.ends_with(&format!(":{}", reference.tag)) {
        job.output.out(format!("Using default tag: {}\n", reference.tag));
    }
    match find_image(reference) {
        Ok(image) => {
            let text = fetch(job, reference, &image);
            if !quiet {
                job.output.out(text);
            }
            job.output.out(format!("docker.io/library/{}\n", reference.full()));
        }
        Err(missing) => {
            job.output.fail(1, format!("{}\n", missing.text));
            job.output.hint(missing.hint);
        }
    }
}

/// Whether a container was made of a pulled image.
pub fn is_made_of(container: &Container, pulled: &Pulled) -> bool {
    let (Some(own), Some(other)) = (container.image(), image::find(&pulled.tag)) else {
        return false;
    };
    own == other
}

/// `docker rmi`
pub fn remove_images(job: &mut Job, references: &[String], force: bool) {
    for reference in references {
        let named = job.model.images_named(reference);
        let tags: Vec<String> = named.iter().map(|pulled| pulled.tag.clone()).collect();
        if tags.is_empty() {
            no_such_image(job, reference);
            continue;
        }
        for tag in tags {
            match in_the_way(job, &tag) {
                Some((user, name)) if !force => {
                    let text = format!(
                        "conflict: unable to remove repository reference \"{reference}\" (must force) - container {} is using its referenced image {}",
                        ids::short(&user),
                        image::find(&tag)
                            .map(|image| ids::short(&image.id()).to_owned())
                            .unwrap_or_default()
                    );
                    job.daemon(1, &text);
                    job.output.hint(format!(
                        "container {name} was made of it, and is there whether it runs or not: docker rm {name} removes that first"
                    ));
                }
                Some(_) | None => {
                    let text =
                        untag(job, &tag, &Words { untagged: "Untagged", deleted: "Deleted" });
                    job.output.out(text);
                }
            }
        }
    }
}

/// A container that was made of an image of which this is the last tag: its id and name.
fn in_the_way(job: &Job, tag: &str) -> Option<(String, String)> {
    let pulled = job.model.images.iter().find(|pulled| pulled.tag == tag)?;
    let image = image::find(tag)?;
    let tags = job.model.images.iter().filter(|other| image::find(&other.tag) == Some(image));
    if tags.count() > 1 {
        return None;
    }
    let user = job.model.containers.iter().find(|container| is_made_of(container, pulled))?;
    Some((user.id.clone(), user.name.clone()))
}

/// How `rmi` and `prune` call what they do.
pub struct Words {
    /// A tag is gone.
    pub untagged: &'static str,
    /// An image is gone.
    pub deleted: &'static str,
}

/// Removes a tag, and its image if that was the last one; what is told of it.
pub fn untag(job: &mut Job, tag: &str, words: &Words) -> String {
    let mut text = format!("{}: {REPOSITORY}:{tag}\n", words.untagged);
    job.model.images.retain(|pulled| pulled.tag != tag);
    job.output.events.push(LabEvent::Untagged(format!("{REPOSITORY}:{tag}")));
    let Some(image) = image::find(tag) else { return text };
    let others = job.model.images.iter().any(|other| image::find(&other.tag) == Some(image));
    let used = job.model.containers.iter().any(|container| container.image() == Some(image));
    if !others {
        let _ = writeln!(text, "{}: {REPOSITORY}@sha256:{}", words.untagged, image.digest());
        if !used {
            let _ = writeln!(text, "{}: sha256:{}", words.deleted, image.id());
        }
    }
    text
}

/// Says that there is no such image here.
pub fn no_such_image(job: &mut Job, reference: &str) {
    let tagged = reference.contains(':');
    let full = if tagged { reference.to_owned() } else { format!("{reference}:latest") };
    job.daemon(1, &format!("No such image: {full}"));
    job.output.hint("docker images lists the images fetched so far");
}
