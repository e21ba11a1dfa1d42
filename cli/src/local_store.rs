//! The files that `pb` keeps on this computer. They hold secrets, so only the user can read them.

pub(crate) mod anonymous_pastes;
mod json_file;
pub(crate) mod logins;

#[cfg(test)]
mod tests;
