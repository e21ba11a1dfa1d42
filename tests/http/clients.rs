//! Clients of other paste sites, and programs that use the site's own routes.

mod compressed;
mod files;
mod hastebin;
mod names;
mod null_pointer;
mod plain_text;
