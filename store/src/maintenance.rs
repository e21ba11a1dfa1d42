pub(crate) mod purge;
pub(crate) mod sweep;
mod trusted_time;
