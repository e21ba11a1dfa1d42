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
    println!("cargo:rerun-if-changed={}", assets.display());
    println!("cargo:rerun-if-changed=locales");

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
    Ok(())
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
    let hash = Sha256::digest(content).iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
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
