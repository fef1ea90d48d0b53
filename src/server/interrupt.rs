//! A wish to end what runs just now, from another thread or a signal: Ctrl-C, or the end of the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A wish that several share. Nothing but a script that takes long hears it.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    raised: Arc<AtomicBool>,
    /// A script runs that has asked.
    heeded: Arc<AtomicBool>,
}

impl Interrupt {
    /// Of a flag that a signal sets.
    pub fn of(flag: &Arc<AtomicBool>) -> Self {
        Self { raised: Arc::clone(flag), heeded: Arc::default() }
    }

    /// What runs is to end.
    pub fn raise(&self) {
        self.raised.store(true, Ordering::Relaxed);
    }

    /// Whether it was raised since this was last asked.
    pub fn take(&self) -> bool {
        self.raised.swap(false, Ordering::Relaxed)
    }

    /// A script asks whether it is to end.
    pub(super) fn ends_script(&self) -> bool {
        self.heeded.store(true, Ordering::Relaxed);
        self.raised.load(Ordering::Relaxed)
    }

    /// What ran has ended.
    pub(super) fn rest(&self) {
        self.heeded.store(false, Ordering::Relaxed);
    }

    /// Whether a script runs that would end.
    pub fn is_heeded(&self) -> bool {
        self.heeded.load(Ordering::Relaxed)
    }
}
