//! The commands, one file each.

pub(crate) mod completions;
pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod get;
pub(crate) mod info;
pub(crate) mod login;
pub(crate) mod ls;
pub(crate) mod rm;
