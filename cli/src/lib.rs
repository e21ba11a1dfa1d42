//! The terminal client for Pastebin. It uses only the HTTP API.

mod api;
pub mod arguments;
mod atomic_write;
mod client;
mod commands;
mod context;
pub mod dispatch;
mod environment;
mod error;
mod local_store;
mod output;
mod progress;
mod report;
mod server;
mod source;
mod target;
