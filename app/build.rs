//! Embeds `assets/`: each file compressed, under a name with its hash, so that browsers can cache it
//! for good. Also computes the name of the build.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let assets = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../assets");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut files: Vec<_> = fs::read_dir(&assets)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    for file in files {
        let name = file.file_name().into_string().map_err(|_| "an asset's name is not UTF-8")?;
        let Some(media_type) = media_type(&name) else { continue };
        let content = fs::read(file.path())?;
        embed(&mut table, &out, &name, media_type, &content)?;
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)?;
    println!("cargo:rustc-env=BUILD={}", build_name()?);
    Ok(())
}

/// A hash of all sources that pages are rendered from, as a part of their `ETag`s: two builds that may
/// render different HTML have different names. It is the same on every machine.
fn build_name() -> Result<String, Box<dyn Error>> {
    let mut hash = Sha256::new();
    for root in ["src", "locales", "../assets", "../render/src", "../Cargo.lock"] {
        println!("cargo:rerun-if-changed={root}");
        hash_path(&mut hash, Path::new(root))?;
    }
    Ok(hex(&hash.finalize()[..16]))
}

/// Adds the names and the contents of a file, or of all files in a folder.
fn hash_path(hash: &mut Sha256, path: &Path) -> Result<(), Box<dyn Error>> {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        return entries.iter().try_for_each(|entry| hash_path(hash, &entry.path()));
    }
    hash.update(path.as_os_str().as_encoded_bytes());
    hash.update(Sha256::digest(fs::read(path)?));
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// `None` for files that are not served, such as licences.
fn media_type(name: &str) -> Option<&'static str> {
    match Path::new(name).extension()?.to_str()? {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

/// Writes the codings of an asset to `out`, and adds its entry to `table`.
fn embed(
    table: &mut String,
    out: &Path,
    name: &str,
    media_type: &str,
    content: &[u8],
) -> Result<(), Box<dyn Error>> {
    let hash = hex(&Sha256::digest(content)[..8]);
    let (stem, extension) = name.rsplit_once('.').ok_or("an asset has no extension")?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(content)?;
    let mut brotli = Vec::new();
    brotli::BrotliCompress(
        &mut &content[..],
        &mut brotli,
        &brotli::enc::BrotliEncoderParams::default(),
    )?;
    for (coding, bytes) in [("identity", content), ("gzip", &gzip.finish()?), ("br", &brotli)] {
        fs::write(out.join(format!("{name}.{coding}")), bytes)?;
    }
    let include =
        |coding| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.{coding}\"))");
    writeln!(
        table,
        "Asset {{ name: {name:?}, path: \"/assets/{stem}.{hash}.{extension}\", media_type: {media_type:?}, \
         identity: {}, gzip: {}, br: {} }},",
        include("identity"),
        include("gzip"),
        include("br"),
    )?;
    Ok(())
}
