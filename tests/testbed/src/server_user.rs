//! Servers that refuse to run as root run as the user `postgres`.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// The ids of the user and the group `postgres`, if the tests run as root.
///
/// # Panics
/// The tests run as root, and there is no user `postgres`.
pub(crate) fn ids() -> Option<(u32, u32)> {
    (id(&["-u"]) == 0).then(|| (id(&["-u", "postgres"]), id(&["-g", "postgres"])))
}

/// Makes the command run as the user `postgres`, if the tests run as root.
pub(crate) fn apply(command: &mut Command) {
    if let Some((user, group)) = ids() {
        command.uid(user).gid(group);
    }
}

fn id(arguments: &[&str]) -> u32 {
    let output = Command::new("id").args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().expect("there is a user postgres")
}
