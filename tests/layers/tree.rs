//! The files of a crate, and which of them a path in the source means.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The sources by their path below `src`, such as `pastes/view.rs`.
pub type Files = BTreeMap<String, String>;

pub fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            files.extend(
                read(&path).into_iter().map(|(below, text)| (format!("{name}/{below}"), text)),
            );
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    files
}

/// The names of a file's module and the modules around it: `["pastes", "view"]`.
pub fn module(file: &str) -> Vec<&str> {
    match file.trim_end_matches(".rs") {
        "lib" | "main" => Vec::new(),
        path => path.trim_end_matches("/mod").split('/').collect(),
    }
}

/// The file with this module.
pub fn file_of<'a>(files: &'a Files, module: &[&str]) -> Option<&'a str> {
    let path = module.join("/");
    let candidates = match module {
        [] => vec!["lib.rs".to_owned()],
        _ => vec![format!("{path}.rs"), format!("{path}/mod.rs")],
    };
    candidates.iter().find_map(|path| Some(files.get_key_value(path)?.0.as_str()))
}

/// The file that defines or re-exports what a path from the crate's root names: that of the last
/// module in it.
pub fn resolve<'a>(files: &'a Files, path: &[&str]) -> Option<&'a str> {
    (0..=path.len()).rev().find_map(|length| file_of(files, &path[..length]))
}

/// The file or folder in `src` that a file belongs to, as the tables name it.
pub fn entry(file: &str) -> &str {
    file.trim_end_matches(".rs").split('/').next().unwrap()
}

/// The folder that a file belongs to. `pastes.rs` belongs to `pastes/`, if there is one.
pub fn folder<'a>(files: &Files, file: &'a str) -> &'a str {
    let own = file.trim_end_matches(".rs");
    let is_folder = files.keys().any(|other| other.starts_with(&format!("{own}/")));
    if is_folder { own } else { file.rsplit_once('/').map_or("", |(folder, _)| folder) }
}
