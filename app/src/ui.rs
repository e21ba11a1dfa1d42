//! The building blocks of pages: layout, messages, formats of numbers and times, links.

pub mod assets;
pub mod countdown;
pub mod format;
pub mod i18n;
pub mod layout;
pub mod links;
pub mod page;
pub mod time;
