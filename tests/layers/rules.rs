//! The rules that the imports of a crate must follow.

use std::collections::{BTreeMap, BTreeSet};

use crate::imports;
use crate::tree::{self, Files};

/// A crate and the tables that it is checked against.
pub struct Crate<'a> {
    pub name: &'a str,
    /// Its files and folders, top to bottom. Empty for no layers.
    pub table: &'a str,
    /// All crates, top to bottom.
    pub crates: &'a str,
    pub files: &'a Files,
}

/// A path that a file uses, from the root of this crate or of another.
struct Import<'a> {
    file: &'a str,
    line: usize,
    path: Vec<&'a str>,
    /// The file of this crate that it leads to. `None` if it leads to another crate.
    target: Option<&'a str>,
}

impl<'a> Crate<'a> {
    /// What breaks the rules: the file, the line and what to do, one line each.
    pub fn violations(&self) -> Vec<String> {
        let imports = self.imports();
        let mut violations = self.lib_rs();
        violations.extend(imports.iter().filter_map(|import| self.re_export(import)));
        violations.extend(imports.iter().filter_map(|import| self.crate_order(import)));
        violations.extend(imports.iter().filter_map(|import| self.layer(import)));
        violations.extend(self.missing_entries());
        violations.extend(self.circles(&imports));
        // A `use` line with a group breaks a rule once for each name in it.
        violations.dedup();
        violations
    }

    /// `lib.rs` holds module declarations alone, and re-exports for the crates above.
    fn lib_rs(&self) -> Vec<String> {
        let is_used_by_crates = row(self.crates, self.name) > Some(0);
        let items = self.files.get("lib.rs").map(|source| imports::items(source));
        let others = items.into_iter().flatten().filter(|(_, item)| match item.as_slice() {
            [";"] | ["mod", _, ";"] | ["pub", "mod", _, ";"] => false,
            ["pub", "use", ..] => !is_used_by_crates,
            _ => true,
        });
        others
            .map(|(line, item)| {
                let start = item[..item.len().min(4)].join(" ");
                let what_to_do = "lib.rs holds module declarations alone: move this to a module";
                self.message("lib.rs", line, &format!("`{start} …`: {what_to_do}"))
            })
            .collect()
    }

    /// Nothing is imported through a re-export of `lib.rs`, except in `main.rs`, which uses the
    /// library as other crates do.
    fn re_export(&self, import: &Import) -> Option<String> {
        let name = import.path.first().filter(|name| name.starts_with(char::is_uppercase))?;
        (import.target == Some("lib.rs") && import.file != "main.rs").then(|| {
            let what_to_do = "name the module that defines it";
            self.message(import.file, import.line, &format!("imports crate::{name}: {what_to_do}"))
        })
    }

    /// A crate uses the crates of lower rows only.
    fn crate_order(&self, import: &Import) -> Option<String> {
        let other = import.path[0];
        let is_wrong =
            import.target.is_none() && row(self.crates, other)? <= row(self.crates, self.name)?;
        is_wrong.then(|| {
            let what = format!("uses the crate {other}, which is not below {}", self.name);
            self.message(import.file, import.line, &format!("{what}: {MOVE}"))
        })
    }

    /// A file imports from its own entry of the table and from lower rows only.
    fn layer(&self, import: &Import) -> Option<String> {
        let (from, to) = (tree::entry(import.file), tree::entry(import.target?));
        let is_wrong = from != to && row(self.table, to)? <= row(self.table, from)?;
        is_wrong.then(|| {
            let what = format!("{from} imports from {to}, which is not below it");
            self.message(import.file, import.line, &format!("{what}: {MOVE}"))
        })
    }

    /// Every file and folder is in the table.
    fn missing_entries(&self) -> Vec<String> {
        let entries: BTreeSet<&str> = self.files.keys().map(|file| tree::entry(file)).collect();
        let missing = entries.into_iter().filter(|entry| {
            !self.table.trim().is_empty() && *entry != "lib" && row(self.table, entry).is_none()
        });
        missing
            .map(|entry| {
                format!("{}/src/{entry}: add it to its table in tests/layers/main.rs", self.name)
            })
            .collect()
    }

    /// No import between two folders is a part of a circle of imports between files.
    fn circles(&self, imports: &[Import]) -> Vec<String> {
        let mut graph: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for import in imports {
            if let Some(target) = import.target.filter(|target| *target != "lib.rs") {
                graph.entry(import.file).or_default().insert(target);
            }
        }
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for Import { file, line, target, .. } in imports {
            let Some(target) = target.filter(|target| seen.insert((*file, *target))) else {
                continue;
            };
            if tree::folder(self.files, file) == tree::folder(self.files, target) {
                continue;
            }
            if let Some(way_back) = way(&graph, target, file) {
                let what = format!("is a part of the circle {file} → {}", way_back.join(" → "));
                circles.push(self.message(file, *line, &format!("{what}: {MOVE}")));
            }
        }
        circles
    }

    fn imports(&self) -> Vec<Import<'a>> {
        let read: Vec<_> =
            self.files.iter().map(|(file, text)| (file, imports::read(text))).collect();
        let is_test = |file: &str| {
            read.iter().any(|(parent, imports)| {
                let parent = tree::module(parent);
                let module = tree::module(file);
                imports
                    .test_modules
                    .iter()
                    .any(|test| module.starts_with(&[&parent[..], &[test]].concat()))
            })
        };
        let mut all = Vec::new();
        for (file, imports) in read.iter().filter(|(file, _)| *file != "lib.rs" && !is_test(file)) {
            for import in &imports.all {
                let module = [tree::module(file), import.inline_modules.clone()].concat();
                let inside = self.to_crate_path(&module, &import.path);
                let target = inside.as_ref().and_then(|path| tree::resolve(self.files, path));
                let path = inside.unwrap_or_else(|| import.path.clone());
                if !path.is_empty() && target != Some(file.as_str()) {
                    all.push(Import { file, line: import.line, path, target });
                }
            }
        }
        all
    }

    /// A path as one from the root of this crate. `None` if it leads to another crate.
    fn to_crate_path(&self, module: &[&'a str], path: &[&'a str]) -> Option<Vec<&'a str>> {
        match path[0] {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([module, &path[1..]].concat()),
            "super" => {
                let supers = path.iter().take_while(|word| **word == "super").count();
                let ancestor = &module[..module.len().saturating_sub(supers)];
                Some([ancestor, &path[supers..]].concat())
            }
            // In main.rs, the crate's own library has its name.
            name if name == self.name && module.is_empty() => Some(path[1..].to_vec()),
            name => {
                let child = [module, &[name]].concat();
                tree::file_of(self.files, &child).map(|_| [module, path].concat())
            }
        }
    }

    fn message(&self, file: &str, line: usize, what: &str) -> String {
        format!("{}/src/{file}:{line}: {what}", self.name)
    }
}

const MOVE: &str = "move what both need to a file below both, or hand it in as an argument";

/// The row of a table in which an entry stands, counted from the top.
fn row(table: &str, entry: &str) -> Option<usize> {
    let rows = table.lines().filter(|row| !row.trim().is_empty());
    rows.enumerate().find_map(|(n, row)| row.split_whitespace().any(|e| e == entry).then_some(n))
}

/// The shortest way between two files in a graph of imports, with both ends.
fn way<'a>(
    graph: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    from: &'a str,
    to: &str,
) -> Option<Vec<&'a str>> {
    let mut ways = vec![vec![from]];
    let mut seen = BTreeSet::from([from]);
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        let last = way[way.len() - 1];
        if last == to {
            return Some(way);
        }
        for target in graph.get(last).into_iter().flatten().filter(|target| seen.insert(**target)) {
            ways.push([&way[..], &[*target]].concat());
        }
        next += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The violations of a crate with these files, whose layers are `top`, `middle` and `bottom`.
    fn violations(files: &[(&str, &str)]) -> Vec<String> {
        let files =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let (table, crates) = ("main\n top side\n middle\n bottom", "app\n own\n store");
        Crate { name: "own", table, crates, files: &files }.violations()
    }

    fn assert_violation(files: &[(&str, &str)], expected: &str) {
        let violations = violations(files);
        assert!(violations.len() == 1 && violations[0].starts_with(expected), "{violations:#?}");
    }

    #[test]
    fn imports_of_lower_rows_and_of_the_own_entry_are_fine() {
        let files = [
            (
                "lib.rs",
                "//! Docs.\n#![warn(x)]\npub mod bottom;\nmod middle;\nmod top;\npub use top::{A, B};",
            ),
            ("main.rs", "use own::top::A;"),
            (
                "top.rs",
                "mod part;\nuse crate::{bottom::C, middle::D};\nuse store::Db;\nuse part::E;",
            ),
            ("top/part.rs", "use crate::middle::D; use super::other; use std::fmt;"),
            ("middle.rs", "#[cfg(test)]\nmod tests { use crate::top::A; }"),
            ("bottom.rs", "#[cfg(test)]\nmod tests;"),
            ("bottom/tests.rs", "use crate::top::A;"),
        ];
        // The imports of `top/part.rs` and `top.rs` form a circle, in one folder.
        assert_eq!(violations(&files), [""; 0]);
    }

    #[test]
    fn an_import_of_a_higher_row_is_named() {
        let files = [("bottom/a.rs", "\nuse crate::middle::D;"), ("middle.rs", "")];
        assert_violation(&files, "own/src/bottom/a.rs:2: bottom imports from middle, which");
    }

    #[test]
    fn an_import_of_the_same_row_is_named() {
        let files = [("top.rs", "fn f() { crate::side::g() }"), ("side.rs", "")];
        assert_violation(&files, "own/src/top.rs:1: top imports from side, which");
    }

    #[test]
    fn an_import_of_a_crate_that_is_not_below_is_named() {
        assert_violation(
            &[("top.rs", "use app::settings::Cli;")],
            "own/src/top.rs:1: uses the crate app",
        );
    }

    #[test]
    fn a_circle_between_folders_of_one_entry_is_named() {
        let files = [
            ("top.rs", "use crate::top::view::form;"),
            ("top/a.rs", "use super::b;"),
            ("top/b.rs", ""),
            ("top/view/form.rs", "use crate::top::X;"),
        ];
        let found = violations(&files);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].contains("circle top.rs → top/view/form.rs → top.rs"), "{found:#?}");
    }

    #[test]
    fn code_in_lib_rs_is_named() {
        assert_violation(
            &[("lib.rs", "mod top;\n\nfn f() {}"), ("top.rs", "")],
            "own/src/lib.rs:3: `fn f",
        );
    }

    #[test]
    fn an_import_through_lib_rs_is_named() {
        let files = [
            ("lib.rs", "mod top;\npub use top::A;"),
            ("top.rs", ""),
            ("middle.rs", "use crate::A;"),
        ];
        assert_violation(&files, "own/src/middle.rs:1: imports crate::A: name the module");
    }

    #[test]
    fn an_entry_without_a_row_is_named() {
        assert_violation(&[("new.rs", "")], "own/src/new: add it to its table");
    }
}
