//! Tests of the command line.

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use super::*;

fn parsed(line: &[&str]) -> Result<Cli, ErrorKind> {
    Cli::try_parse_from([&["pb"], line].concat()).map_err(|error| error.kind())
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn files_and_options_of_new_pastes_can_be_mixed() {
    let cli = parsed(&["-e", "1h", "main.rs", "-v", "private", "get.rs"]).unwrap();
    assert_eq!(cli.files, [PathBuf::from("main.rs"), PathBuf::from("get.rs")]);
    assert_eq!(cli.new.expires.as_deref(), Some("1h"));
    assert_eq!(cli.new.visibility, Some(Visibility::Private));
    assert!(cli.command.is_none());
}

#[test]
fn a_file_named_like_a_command_is_given_by_its_path() {
    assert_eq!(parsed(&["./get"]).unwrap().files, [PathBuf::from("./get")]);
    assert_eq!(parsed(&["a.txt", "get"]).unwrap().files.len(), 2);
    assert!(parsed(&["ls"]).unwrap().files.is_empty());
}

#[test]
fn global_options_stand_before_or_after_the_command() {
    for line in [["--json", "ls"], ["ls", "--json"]] {
        let cli = parsed(&line).unwrap();
        assert!(cli.json && matches!(cli.command, Some(Command::Ls(_))), "{line:?}");
    }
}

#[test]
fn options_of_a_new_paste_are_rejected_before_a_command() {
    for line in [&["-t", "x", "ls"][..], &["-e", "1h", "rm", "abcDEF123456"]] {
        let error = parsed(line).unwrap().check().unwrap_err();
        assert_eq!(error.code(), 2, "{line:?}");
    }
    assert!(parsed(&["--json", "edit", "abcDEF123456", "-t", "x"]).unwrap().check().is_ok());
}

#[test]
fn an_edit_needs_at_least_one_change() {
    assert!(parsed(&["edit", "abcDEF123456", "-t", "new"]).is_ok());
    assert_eq!(parsed(&["edit", "abcDEF123456"]).unwrap_err(), ErrorKind::MissingRequiredArgument);
}

#[test]
fn an_invalid_or_missing_paste_id_is_rejected() {
    assert_eq!(parsed(&["get", "../x"]).unwrap_err(), ErrorKind::ValueValidation);
    assert_eq!(parsed(&["rm"]).unwrap_err(), ErrorKind::MissingRequiredArgument);
}
