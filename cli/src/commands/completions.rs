//! `pb completions`

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::Cli;
use crate::error::Error;
use crate::output;

pub(crate) fn completions(shell: Shell) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "pb", &mut script);
    output::print_bytes(&script)
}
