//! Sockets beside the prompt: other programs reach the store that the learner works on.
//!
//! A thread of its own waits for them and holds the desk only while it serves them, a turn at a time.
//! It opens and closes ports as servers start and end, and passes on what the lesson has to say about
//! what came in. Knows no terminal: a face prints the news.

mod doors;
mod worker;

use std::io;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use super::shared::Shared;
use super::{Shell, Turn};
use crate::lab::console::Opening;
use crate::persistence::storage::reason;
use crate::screen::Look;
use crate::server::net::Waker;
use worker::{Order, Worker};

/// Where what is to be said goes, from the thread that serves.
pub(super) type News = Box<dyn FnMut(Turn) + Send>;

/// Why no port could be opened at all.
pub(super) fn unopened(error: &io::Error) -> String {
    format!("other programs cannot connect: {}", reason(error))
}

/// What is typed in Python to connect.
fn in_python(port: u16) -> String {
    // On a line of its own, so that it can be copied.
    format!("in Python with\nr = redis.Redis(host='127.0.0.1', port={port})")
}

/// The sockets beside a prompt.
pub(super) struct Live<S> {
    desk: Shared<S>,
    orders: Sender<Order>,
    waker: Waker,
    thread: JoinHandle<()>,
    /// What was open when the prompt looked last.
    openings: Vec<Opening>,
}

impl<S: Shell> Live<S> {
    /// Opens the ports that servers answer at; what is to be said of them comes with it.
    pub(super) fn start(
        desk: Shared<S>,
        look: Look,
        news: News,
    ) -> io::Result<(Self, Vec<String>)> {
        let (orders, inbox) = mpsc::channel();
        let (worker, waker) = Worker::new(desk.clone(), look, news, inbox)?;
        let thread =
            thread::Builder::new().name("sockets".to_owned()).spawn(move || worker.run())?;
        let mut live = Self { desk, orders, waker, thread, openings: Vec::new() };
        let mut told = live.settle();
        let desk = live.desk.lock();
        let console = desk.shell.console();
        if told.is_empty()
            && desk.shell.tells_ports()
            && let Some((_, port)) = console.ports().first_key_value()
        {
            told.push(format!("your own programs connect to it too, {}", in_python(*port)));
        }
        drop(desk);
        Ok((live, told))
    }

    /// After a line that may have started or ended a server: its ports are open, or closed, when this
    /// returns. What is to be said of them comes back.
    pub(super) fn settle(&mut self) -> Vec<String> {
        let openings = self.desk.lock().shell.console().openings();
        if openings == self.openings {
            // Somebody may have waited for what the line has stored.
            let _ = self.waker.wake();
            return Vec::new();
        }
        self.openings = openings;
        let (answer, told) = mpsc::channel();
        if self.orders.send(Order::Settle(answer)).is_err() || self.waker.wake().is_err() {
            return Vec::new();
        }
        told.recv().unwrap_or_default()
    }

    /// Closes every port.
    pub(super) fn stop(self) {
        if self.orders.send(Order::Stop).is_ok() && self.waker.wake().is_ok() {
            // A thread that panicked has nothing open any more either.
            let _ = self.thread.join();
        }
    }
}
