//! A row of the table: a measurement, its references and its budget.

use std::time::Duration;

use super::wrk::Outcome;
use super::{COLUMNS, Load, Measured};
use crate::report::Budget;
use crate::unit::{Unit, with_separators};

/// The rate of a server that does less, to compare with.
pub(super) struct Reference {
    pub(super) name: &'static str,
    /// Answers or commits per second.
    pub(super) rate: f64,
    /// Whether the site's rate is shown in percent or as a multiple of it.
    pub(super) unit: Unit,
}

/// The budget of a row.
#[derive(Clone, Copy)]
pub(super) enum Goal {
    None,
    /// Of the rate, in answers per second.
    Rate(Budget),
    /// Of the rate relative to the reference with this name.
    Relative(&'static str, Budget),
}

impl Load<'_> {
    pub(super) fn row(
        &mut self,
        what: &str,
        measured: &Measured,
        references: &[Reference],
        goal: Goal,
        note: &str,
    ) {
        let Outcome { requests, rate, p50, p99, errors } = measured.outcome;
        let milliseconds = |time: Duration| Unit::Milliseconds.show(time.as_secs_f64() * 1e3);
        let per_answer =
            |cpu: Duration| Unit::Microseconds.show(cpu.as_secs_f64() * 1e6 / requests);
        let (budget, result) = self.check(what, rate, references, goal);
        let references = references.iter().map(|Reference { name, rate: reference, unit }| {
            let relative = unit.show(unit.scale_ratio(rate / reference));
            format!("{name} {}: {relative}", Unit::PerSecond.show(*reference))
        });
        let engines = measured.engines.iter();
        let engines = engines.map(|(name, cpu)| format!("{name} {}", per_answer(*cpu)));
        let notes = [note.to_owned()].into_iter().chain(engines);
        self.report.cells(vec![
            what.to_owned(),
            with_separators(rate),
            milliseconds(p50),
            milliseconds(p99),
            with_separators(errors),
            per_answer(measured.cpu),
            Unit::Megabytes.show(measured.peak),
            references.collect::<Vec<_>>().join("; "),
            budget,
            result,
            notes.filter(|note| !note.is_empty()).collect::<Vec<_>>().join("; "),
        ]);
    }

    /// The cells of the budget and of the result. They are empty if the reference was not measured.
    fn check(
        &mut self,
        what: &str,
        rate: f64,
        references: &[Reference],
        goal: Goal,
    ) -> (String, String) {
        match goal {
            Goal::None => Default::default(),
            Goal::Rate(budget) => self.report.check(what, rate, Unit::PerSecond, budget),
            Goal::Relative(name, budget) => {
                let reference = references.iter().find(|reference| reference.name == name);
                let Some(Reference { rate: reference, unit, .. }) = reference else {
                    return Default::default();
                };
                let what = format!("{what}, relative to {name}");
                self.report.check(&what, unit.scale_ratio(rate / reference), *unit, budget)
            }
        }
    }

    /// A row that could not be measured.
    pub(super) fn skipped_row(&mut self, what: &str, reason: &str) {
        let mut cells = vec![String::new(); COLUMNS.len()];
        what.clone_into(&mut cells[0]);
        reason.clone_into(&mut cells[COLUMNS.len() - 1]);
        self.report.cells(cells);
    }
}
