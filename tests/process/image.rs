//! The files of the containers: the build context of the image, and the settings of the services.

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

/// A setting that the compose file does not name cannot be set in `.env`.
#[test]
fn the_compose_file_passes_every_setting_to_the_site() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let compose = fs::read_to_string(project.join("docker-compose.yml")).unwrap();
    let help = Command::new(env!("CARGO_BIN_EXE_pastebin")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let settings: Vec<_> =
        help.split("[env: ").skip(1).map(|rest| rest.split(['=', ']']).next().unwrap()).collect();
    assert!(settings.len() > 20, "{help}");
    for setting in settings {
        assert!(
            compose.contains(&format!("\n      {setting}:"))
                || compose.contains(&format!("\n  {setting}:")),
            "{setting}"
        );
    }
}
