mod create;
mod delete;
mod expiry;
mod qr;
mod raw;
mod recent;
mod show;
