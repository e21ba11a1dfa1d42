mod bare;
mod files;
mod hastebin;
