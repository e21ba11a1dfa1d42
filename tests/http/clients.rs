//! Clients of other paste sites, and programs that use the site's own routes.

mod files;
mod hastebin;
mod plain_text;
