//! Embeds `assets/`: each file under a name that carries its hash, compressed ahead of time.

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
    println!("cargo:rustc-env=BUILD={}", build()?);
    Ok(())
}

/// A name for all that a page is made with, the same on every machine: two builds that write another
/// HTML shall never call it the same.
fn build() -> Result<String, Box<dyn Error>> {
    let mut hash = Sha256::new();
    for root in ["src", "locales", "../assets", "../render/src", "../Cargo.lock"] {
        println!("cargo:rerun-if-changed={root}");
        add(&mut hash, Path::new(root))?;
    }
    Ok(hex(&hash.finalize()[..16]))
}

fn add(hash: &mut Sha256, path: &Path) -> Result<(), Box<dyn Error>> {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        return entries.iter().try_for_each(|entry| add(hash, &entry.path()));
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

/// `None` for what is not served: licences and the like.
fn media_type(name: &str) -> Option<&'static str> {
    match Path::new(name).extension()?.to_str()? {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

fn embed(
    table: &mut String,
    out: &Path,
    name: &str,
    media_type: &str,
    content: &[u8],
) -> Result<(), Box<dyn Error>> {
    let hash = hex(&Sha256::digest(content)[..8]);
    let (stem, extension) = name.rsplit_once('.').ok_or("an asset without extension")?;
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
