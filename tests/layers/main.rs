//! Checks the imports in the sources of every crate against the tables of layers below, and needs
//! nothing but the source tree. Test modules are left out.
//!
//! An entry of a table is a file or a folder in `src`; `pastes.rs` and `pastes/…` are one entry. A
//! file may import from its own entry and from the entries of lower rows.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod imports;
mod rules;
mod tree;

use std::path::Path;

use rules::Crate;

/// The crates of the workspace, top to bottom. A crate may use the crates of lower rows.
const CRATES: &str = "
    app cli
    jobs
    render store idservice
    server
    startup regexlimits
";

const APP: &str = "
    main bench
    commands
    router
    api profile clients
    pastes
    accounts preferences assets well_known
    middleware
    visitor
    error_pages
    state
    error
    http
    ui
    settings
    lifetime
";

const JOBS: &str = "
    main
    worker
    status
    watchdog
    queue
    lease
    job
    tasks
    schedule
    backends
    context
    config
    error
";

const STORE: &str = "
    backup
    copy
    maintenance
    pastes
    accounts
    store
    rows
    cache
    settings
    blobs
    db
    error
    types
    log_hash
    time
";

const RENDER: &str = "
    listing
    line_renderer
    ansi diff highlight log
    markdown table search
    json detect
    parts escape syntaxes
    hidden
    read_back
";

/// Crates without a table are checked for circles only.
const TABLES: [(&str, &str); 9] = [
    ("app", APP),
    ("cli", ""),
    ("idservice", ""),
    ("jobs", JOBS),
    ("regexlimits", ""),
    ("render", RENDER),
    ("server", ""),
    ("startup", ""),
    ("store", STORE),
];

#[test]
fn every_import_follows_the_layers() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut violations = Vec::new();
    for (name, table) in TABLES {
        let files = tree::read(&project.join(name).join("src"));
        if files.is_empty() {
            violations
                .push(format!("{name}/src has no files: mend TABLES in tests/layers/main.rs"));
        }
        violations.extend(Crate { name, table, crates: CRATES, files: &files }.violations());
    }
    let count = violations.len();
    assert_eq!(count, 0, "{count} imports break the layers:\n{}", violations.join("\n"));
}
