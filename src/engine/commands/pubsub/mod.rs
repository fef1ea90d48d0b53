//! Publish and subscribe: messages to whoever listens at that moment, kept nowhere.

pub(super) mod listeners;
pub(super) mod publish;
pub(super) mod subscribe;
