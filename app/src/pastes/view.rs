//! Pastes as HTML: pages, and the fragments that htmx loads into them.

pub mod components;
mod controls;
pub mod derived;
pub mod embed;
pub mod expiry;
pub mod form;
pub mod list;
mod listing;
pub mod own_list;
pub mod paste_view;
mod preview;
pub mod recent;
pub mod search;
pub mod show;
pub mod tools;
