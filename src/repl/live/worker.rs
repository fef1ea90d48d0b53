//! The thread that serves the sockets.

use std::io;
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use super::News;
use super::doors::Doors;
use crate::repl::shared::Shared;
use crate::repl::{Piece, Shell};
use crate::screen::Look;
use crate::server::Interrupt;
use crate::server::net::{Net, Waker};

/// The longest that servers go without doing what they do once in a while: fsync, expiry, save points.
const TICK: Duration = Duration::from_millis(100);

/// So long it is waited for sockets where somebody else is at the desk.
const SHORT: Duration = Duration::from_millis(2);

/// What the prompt asks of the thread.
pub(super) enum Order {
    /// Servers may have started or ended: open and close ports, and tell what is to be said.
    Settle(Sender<Vec<String>>),
    /// End.
    Stop,
}

/// Everything that the thread owns.
pub(super) struct Worker<S> {
    desk: Shared<S>,
    look: Look,
    news: News,
    orders: Receiver<Order>,
    net: Net,
    doors: Doors,
    /// Ends a script that the prompt has begun.
    interrupt: Interrupt,
}

impl<S: Shell> Worker<S> {
    pub(super) fn new(
        desk: Shared<S>,
        look: Look,
        news: News,
        orders: Receiver<Order>,
    ) -> io::Result<(Self, Waker)> {
        let (clock, interrupt) = {
            let desk = desk.lock();
            let console = desk.shell.console();
            (console.clock().clone(), console.interrupt.clone())
        };
        let (net, waker) = Net::new(clock)?;
        let doors = Doors::default();
        Ok((Self { desk, look, news, orders, net, doors, interrupt }, waker))
    }

    /// Serves until it is told to end.
    pub(super) fn run(mut self) {
        loop {
            // Nobody else looks at the sockets: without the poll there is nothing to be done.
            if self.net.wait(TICK).is_err() {
                return;
            }
            while let Ok(order) = self.orders.try_recv() {
                match order {
                    Order::Settle(answer) => {
                        let told = self.settle();
                        // A prompt that does not wait any more has ended.
                        let _ = answer.send(told);
                    }
                    Order::Stop => return,
                }
            }
            self.serve();
        }
    }

    /// Runs what came in, and passes on what is to be said of it.
    fn serve(&mut self) {
        let mut desk = loop {
            if let Some(desk) = self.desk.try_lock() {
                break desk;
            }
            // Who is at the desk may have a script that does not end, and a program may want to end it.
            let Ok(is_told) = self.net.is_told_to_end_script(SHORT) else { return };
            if is_told && self.interrupt.is_heeded() {
                self.interrupt.raise();
            }
        };
        desk.shell.console_mut().receive();
        self.net.act(desk.shell.console_mut());
        let mut turn = desk.shell.received(self.look);
        let console = desk.shell.console_mut();
        console.tick();
        let told = self.doors.settle(&mut self.net, console);
        turn.remark(told);
        if !turn.pieces.is_empty()
            && let Some(status) = desk.status(self.look)
        {
            turn.pieces.push(Piece::Text(format!("{status}\n")));
        }
        // A face that stays with a line looks what has become of it, and tells this after it.
        let is_awaited = desk.waiting().is_some();
        let turn = Some(turn).filter(|turn| !turn.pieces.is_empty());
        let turn = turn.and_then(|turn| desk.tell(turn));
        drop(desk);
        if is_awaited {
            self.desk.bell().ring();
        }
        if let Some(turn) = turn {
            (self.news)(turn);
        }
    }

    fn settle(&mut self) -> Vec<String> {
        let mut desk = self.desk.lock();
        self.doors.settle(&mut self.net, desk.shell.console_mut())
    }
}
