//! What the image is built from.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// There may be no Docker engine here, but cargo must find all of the workspace in what one is sent.
#[test]
fn all_that_the_workspace_needs_is_sent_to_the_engine() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let context = tempfile::tempdir().unwrap();
    let ignored = fs::read_to_string(project.join(".dockerignore")).unwrap();
    for path in ignored.lines().filter_map(|line| line.strip_prefix('!')) {
        let sent = context.path().join(path);
        fs::create_dir_all(sent.parent().unwrap()).unwrap();
        symlink(project.join(path), sent).unwrap();
    }
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--locked", "--offline"])
        .current_dir(context.path())
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
}
