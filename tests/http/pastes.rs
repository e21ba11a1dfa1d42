//! Pages and requests of pastes.

mod corpus;
mod create;
mod delete;
mod embed;
mod encodings;
mod expiry;
mod find;
mod lines;
mod qr;
mod raw;
mod recent;
mod show;
mod view_modes;
