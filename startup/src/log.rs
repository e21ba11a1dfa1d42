//! Which events a program logs.

use std::str::FromStr as _;

use clap::Error;
use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

const VARIABLE: &str = "RUST_LOG";

/// The filter in `RUST_LOG`, or `default` if it is not set. Ends the process with one line if
/// `RUST_LOG` is invalid: the program would otherwise log something else than was asked for.
pub fn filter(default: &str) -> EnvFilter {
    let directives = match std::env::var_os(VARIABLE) {
        None => Ok(default.to_owned()),
        Some(directives) => directives.into_string().map_err(|_| "it is not UTF-8".to_owned()),
    };
    directives.and_then(|directives| parse(&directives)).unwrap_or_else(|reason| {
        Error::raw(ErrorKind::InvalidValue, format!("{VARIABLE}: {reason}\n")).exit()
    })
}

/// # Errors
/// A directive is invalid, names a level that does not exist, or a target that cannot exist. tracing
/// accepts the last two as targets, and then logs nothing.
fn parse(directives: &str) -> Result<EnvFilter, String> {
    // The fields of a span may contain commas.
    let has_spans = directives.contains('[');
    for directive in directives.split(',').map(str::trim).filter(|_| !has_spans) {
        if !directive.is_empty() && !is_sensible(directive) {
            return Err(format!(
                "{directive:?} is neither a level nor a target with a level; {EXAMPLE}"
            ));
        }
    }
    let filter = EnvFilter::builder().with_regex(false).parse(directives);
    filter.map_err(|error| format!("{error}; {EXAMPLE}"))
}

fn is_sensible(directive: &str) -> bool {
    match directive.split_once('=') {
        Some((target, _)) => target.chars().all(|c| c.is_alphanumeric() || "_:-.".contains(c)),
        // A path such as `app::http` is no misspelt level.
        None => directive.contains("::") || LevelFilter::from_str(directive).is_ok(),
    }
}

const EXAMPLE: &str =
    "use error, warn, info, debug, trace or off, for everything or for a target: warn,app=debug";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_targets_with_levels_are_accepted() {
        for valid in
            ["info", "WARN", "off", "warn,app=debug", "app::http=trace, error", "warn,", "2"]
        {
            assert!(parse(valid).is_ok(), "{valid}");
        }
    }

    #[test]
    fn other_words_are_errors() {
        for invalid in ["verbose", "inof", "app=loud", "a=b=c", "warn;app=debug", "=info"] {
            assert!(parse(invalid).is_err(), "{invalid}");
        }
    }
}
