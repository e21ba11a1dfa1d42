//! Clients of other paste sites, and programs that use the site's own routes.

mod files;
mod hastebin;
mod names;
mod plain_text;
