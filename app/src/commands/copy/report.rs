//! Prints the results of a copy, and the steps that are left to do.

use indicatif::HumanBytes;
use store::Copied;

/// Passes the report to `print`, line by line. `share_bucket`: both sites have their texts in the
/// one bucket of the settings.
pub(super) fn print_report(copied: &Copied, share_bucket: bool, print: fn(&str)) {
    print_copied(copied, print);
    print_differences(copied, print);
    if share_bucket {
        print(
            "never run both sites now: they share their texts in the bucket, and each would remove the other's",
        );
    }
    if copied.finished {
        print("what the source is given from now on comes when this is run again");
    }
    for problem in &copied.problems {
        print(&problem.to_string());
    }
}

fn print_copied(copied: &Copied, print: fn(&str)) {
    let Copied { users, sessions, tokens, pastes, .. } = copied;
    let rest = if !copied.finished {
        "; the source is being written to: stop its site, and run this again for the rest"
    } else if copied.problems.is_empty() {
        "; nothing left to do"
    } else {
        ""
    };
    if users.copied + sessions.copied + tokens.copied + pastes.copied == 0 {
        print(&format!(
            "copied: nothing, for all was there already: {} users, {} sessions, {} tokens, {} pastes{rest}",
            users.present, sessions.present, tokens.present, pastes.present
        ));
    } else {
        print(&format!(
            "copied: {} users, {} sessions, {} tokens, {} pastes, {} of text{rest}",
            users.copied,
            sessions.copied,
            tokens.copied,
            pastes.copied,
            HumanBytes(copied.bytes)
        ));
    }
}

/// The pastes that were not copied, and what is or was only at the destination.
fn print_differences(copied: &Copied, print: fn(&str)) {
    let Copied { sessions, tokens, pastes, .. } = copied;
    if copied.skipped > 0 {
        print(&format!("left behind: {} pastes that have expired or were deleted", copied.skipped));
    }
    if copied.deleted > 0 {
        print(&format!(
            "deleted at the destination: {} pastes, sessions and tokens that the source has no more",
            copied.deleted
        ));
    }
    if pastes.extra + sessions.extra + tokens.extra > 0 {
        print(&format!(
            "only at the destination: {} pastes, {} sessions, {} tokens; they stay. If they went from the source since an earlier copy, --delete takes them away",
            pastes.extra, sessions.extra, tokens.extra
        ));
    }
}
