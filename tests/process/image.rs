//! The build context of the Docker image.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Needs no Docker engine: builds the context from `.dockerignore` and lets cargo load the workspace
/// in it.
#[test]
fn the_docker_build_context_contains_the_whole_workspace() {
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
