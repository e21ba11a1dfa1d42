//! The files that pages load. They are embedded in the program, named by their hash and compressed
//! by the build script.

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The scripts of a page, in the order in which they run.
pub const SCRIPTS: [&str; 8] = [
    "htmx.min.js",
    "site.js",
    "paste.js",
    "find.js",
    "editor.js",
    "attachments.js",
    "saving.js",
    "drafts.js",
];

/// A file in each content coding.
pub struct Asset {
    name: &'static str,
    pub path: &'static str,
    pub media_type: &'static str,
    pub identity: &'static [u8],
    pub gzip: &'static [u8],
    pub br: &'static [u8],
}

/// The address of an asset, with its hash.
pub fn asset(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/assets/missing", |asset| asset.path)
}

/// The asset at this address.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_that_a_page_names_exists() {
        for name in SCRIPTS.into_iter().chain(["site.css", "favicon.svg"]) {
            assert!(asset(name).starts_with("/assets/"), "{name}");
            assert_ne!(asset(name), "/assets/missing", "{name}");
        }
    }
}
