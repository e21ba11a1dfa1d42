mod files;
mod hastebin;
mod plain_text;
