//! `:kill`, `:power-loss` and `:disk`: how a server ends without warning, what is lost by that, and
//! what is on the disk.

use std::fmt::Write as _;

use super::{Answer, Client, Console, Event, Ran, Shown};
use crate::lab::Lab;
use crate::lab::model::Container;
use crate::server::{Commands, Layers};

/// How a server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As `kill -9` does: the machine goes on.
    Kill,
    /// The machine stops.
    PowerLoss,
}

/// A server that ends.
struct Victim {
    answer: Answer,
    name: String,
}

/// `:kill` ends the server that the prompt is connected to; `:power-loss` every container, and the
/// sandbox if the prompt is there.
pub(super) fn end(console: &mut Console, how: End) -> Ran {
    // What time has brought to the disk by itself is there before the end comes.
    console.tick();
    console.instances.settle();
    let victims = victims(console, how);
    if victims.is_empty() {
        return Ran::notice("no server is running here");
    }
    let before = console.answers();
    let mut ran = Ran::default();
    for victim in &victims {
        // Whoever has only met the sandbox has not met the log yet, and a kill takes nothing there.
        if how == End::Kill && victim.answer == Answer::Sandbox {
            continue;
        }
        if let Some(layers) = console.instances.layers(&victim.answer) {
            ran.shown.push(Shown::Text(report(&victim.name, &layers, how)));
        }
    }
    if how == End::PowerLoss {
        ran.events.push(Event::PowerLoss);
        let output = console.in_lab(Lab::power_loss);
        console.after_lab(output, &mut ran);
    }
    for victim in &victims {
        match (&victim.answer, how) {
            (Answer::Sandbox, _) => end_sandbox(console, how, &mut ran),
            (Answer::Container(id), End::Kill) => {
                let output = console.in_lab(|lab, turn| lab.kill(id, turn));
                console.after_lab(output, &mut ran);
            }
            (Answer::Container(_), End::PowerLoss) | (Answer::Nobody | Answer::Elsewhere, _) => {}
        }
    }
    ran.shown.extend(victims.iter().filter_map(|victim| what_next(console, victim)));
    console.connect();
    console.tell_changes(before.as_ref(), &mut ran);
    ran
}

/// Who ends.
fn victims(console: &Console, how: End) -> Vec<Victim> {
    let here = connected(console);
    let is_hit = |container: &&Container| {
        let answer = Answer::Container(container.id.clone());
        container.is_running() && (how == End::PowerLoss || answer == here)
    };
    let containers = console.lab.model().containers.iter().filter(is_hit);
    let mut victims: Vec<Victim> = containers
        .map(|container| Victim {
            answer: Answer::Container(container.id.clone()),
            name: format!("container {}", container.name),
        })
        .collect();
    if here == Answer::Sandbox {
        victims.push(Victim { answer: Answer::Sandbox, name: "the sandbox".to_owned() });
    }
    victims
}

/// Who answers the prompt.
fn connected(console: &Console) -> Answer {
    match console.client().and_then(Client::place) {
        Some(place) => console.lab.answer(&place.target),
        None => Answer::Nobody,
    }
}

/// The sandbox ends, and is started again at once.
fn end_sandbox(console: &mut Console, how: End, ran: &mut Ran) {
    if how == End::Kill {
        ran.events.push(Event::SandboxKilled);
    }
    console.instances.end_sandbox(how == End::PowerLoss);
    match console.instances.start_sandbox(&console.settings) {
        Ok(notices) => {
            ran.shown.push(Shown::Notice(
                "the sandbox is gone, and was started again from its files".to_owned(),
            ));
            ran.shown.extend(notices.iter().map(|notice| Shown::Notice(notice.text().into())));
        }
        Err(error) => ran.shown.push(Shown::Problem(format!("{error}\n"))),
    }
}

/// How a container comes back.
fn what_next(console: &Console, victim: &Victim) -> Option<Shown> {
    let Answer::Container(id) = &victim.answer else { return None };
    let text = match console.lab.model().container(id) {
        None => format!("{} had --rm: it was removed, with what was its own", victim.name),
        Some(container) if container.is_running() => return None,
        Some(container) => {
            format!("docker start {} starts it again with what was kept", container.name)
        }
    };
    Some(Shown::Notice(text))
}

/// What an end takes and what it leaves, place by place.
fn report(name: &str, layers: &Layers, how: End) -> String {
    let setting = match &layers.log {
        Some(log) => format!("appendonly yes, appendfsync {}", log.policy.name()),
        None => "appendonly no".to_owned(),
    };
    let mut text = format!("{name}: {setting}\n");
    let _ = writeln!(text, "  gone  in memory: {}", count(layers.keys, "key"));
    let Some(log) = &layers.log else {
        text.push_str("  ----  in the operating system's cache: nothing\n");
        let _ = match layers.snapshot {
            None => writeln!(text, "  ----  on the disk: nothing, for no snapshot was written"),
            Some(keys) => {
                let keys = count(usize::try_from(keys).unwrap_or(usize::MAX), "key");
                writeln!(text, "  kept  on the disk: a snapshot of {keys}, dump.rdb")
            }
        };
        return text;
    };
    if log.waiting.count > 0 {
        place(&mut text, "gone", "not written, for the disk failed", "", &log.waiting);
    }
    let mark = if how == End::Kill { "kept" } else { "gone" };
    place(&mut text, mark, "in the operating system's cache", "", &log.cached);
    let base = match usize::try_from(log.base).unwrap_or(usize::MAX) {
        0 => String::new(),
        keys => format!("a base of {} and ", count(keys, "key")),
    };
    place(&mut text, "kept", "on the disk", &base, &log.synced);
    text
}

/// One place with the last of its commands.
fn place(text: &mut String, mark: &str, what: &str, before: &str, commands: &Commands) {
    if commands.count == 0 && before.is_empty() {
        let _ = writeln!(text, "  ----  {what}: nothing");
        return;
    }
    let _ = writeln!(text, "  {mark}  {what}: {before}{}", count(commands.count, "command"));
    let left_out = commands.count.saturating_sub(commands.last.len());
    if left_out > 0 {
        let _ = writeln!(text, "          … and {left_out} before these");
    }
    for line in &commands.last {
        let _ = writeln!(text, "          {line}");
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// `:disk`, of the server that the prompt is connected to; `:disk NAME`, of a container or volume.
pub(super) fn disk(console: &Console, args: &[String]) -> Ran {
    let text = match args {
        [] => disk_here(console),
        [name] => disk_of(console, name),
        [..] => Err("write :disk, or :disk with the name of a container or volume".to_owned()),
    };
    match text {
        Ok(text) => Ran { shown: vec![Shown::Text(text)], ..Ran::default() },
        Err(text) => Ran::notice(text),
    }
}

fn disk_here(console: &Console) -> Result<String, String> {
    match connected(console) {
        Answer::Sandbox => {
            let text = console.instances.disk(&Answer::Sandbox).unwrap_or_default();
            Ok(format!("the sandbox:\n{text}"))
        }
        Answer::Container(id) => {
            let container = console.lab.model().container(&id);
            container.map(|container| of_container(console, container)).ok_or_else(String::new)
        }
        Answer::Nobody | Answer::Elsewhere => {
            let names: Vec<&str> =
                console.lab.model().containers.iter().map(|c| c.name.as_str()).collect();
            Err(match names.as_slice() {
                [] => "no server is running here, so there is no folder to show".to_owned(),
                [name, ..] => format!(
                    "no server answers here; a stopped container has its folder still: :disk {name}"
                ),
            })
        }
    }
}

fn disk_of(console: &Console, name: &str) -> Result<String, String> {
    let model = console.lab.model();
    if let Ok(container) = model.find(name) {
        return Ok(of_container(console, container));
    }
    if model.volume(name).is_some() {
        let text = console.instances.volume_disk(name);
        return Ok(format!("volume {name}:\n{text}"));
    }
    Err(format!("there is no container and no volume {}", name.escape_debug()))
}

/// The folder of a container, whether it runs or not.
fn of_container(console: &Console, container: &Container) -> String {
    let answer = Answer::Container(container.id.clone());
    let source = match container.data() {
        Some(mount) if mount.anonymous => "a volume of its own".to_owned(),
        Some(mount) if mount.folder.is_some() => format!("the directory {}", mount.source()),
        Some(mount) => format!("volume {}", mount.source()),
        None => "nothing".to_owned(),
    };
    let text = console.instances.disk(&answer).unwrap_or_else(|| {
        let volume = container.data().map(|mount| mount.volume.as_str());
        console.instances.volume_disk(volume.unwrap_or_default())
    });
    let state = if container.is_running() { "" } else { ", which does not run" };
    format!("container {}{state}: /data is {source}\n{text}", container.name)
}
