//! The website. ARCHITECTURE.md shows the folders and layers.

mod accounts;
mod api;
mod assets;
pub mod bench;
mod clients;
pub mod commands;
mod error;
mod error_pages;
pub mod http;
mod lifetime;
mod middleware;
mod pastes;
mod preferences;
mod profile;
pub mod router;
pub mod settings;
pub mod state;
mod ui;
mod visitor;
mod well_known;
