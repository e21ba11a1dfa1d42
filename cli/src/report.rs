//! Prints errors to standard error.

use crate::error::Error;
use crate::output;

/// Prints the error on one line, unless the output was closed or the error is printed already.
pub(crate) fn report(error: &Error) {
    if !matches!(error, Error::OutputClosed | Error::Reported(_)) {
        output::print_error_line(&format!("pb: {}", output::sanitize_line(&error.to_string())));
    }
}

/// Calls `act` for each item and reports every error. Fails with the exit code of the first one.
///
/// Stops early only if standard output was closed.
pub(crate) fn try_each<T>(
    items: &[T],
    mut act: impl FnMut(&T) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut first_code = None;
    for item in items {
        match act(item) {
            Ok(()) => {}
            Err(Error::OutputClosed) => return Err(Error::OutputClosed),
            Err(error) => {
                report(&error);
                first_code.get_or_insert(error.code());
            }
        }
    }
    first_code.map_or(Ok(()), |code| Err(Error::Reported(code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_tried_and_the_first_failure_sets_the_exit_code() {
        let mut tried = Vec::new();
        let outcome = try_each(&[200, 404, 403, 201], |status| {
            tried.push(*status);
            if *status < 300 {
                return Ok(());
            }
            Err(Error::Server { status: *status, message: "no".to_owned() })
        });
        assert_eq!(tried, [200, 404, 403, 201]);
        assert_eq!(outcome.unwrap_err().code(), 3);
    }
}
