//! The fleet: sites, id services and workers as processes on real engines, behind proxies that inject
//! network faults.
//!
//! After each fault, every acknowledged paste reads back byte for byte, and no text is left in the
//! bucket without a row.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod harness;

mod abandoned_task;
mod bucket;
mod consistency;
mod crash;
mod database;
mod identity;
mod ids;
mod limits;
mod network;
mod pooler;
mod random_kills;
mod restart;
mod settings;
mod stopping;
