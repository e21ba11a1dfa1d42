//! The site over HTTP, in a tree that mirrors its routes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod addresses;
mod api;
mod base_path;
mod caching;
mod clients;
mod errors;
mod hostile;
mod hosts;
mod limits;
mod pastes;
mod preferences;
mod profile;
mod security;
mod service;
mod story;
mod visibility;
