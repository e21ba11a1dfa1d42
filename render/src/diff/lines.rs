//! Classifies the lines of a patch. Inside a hunk, the counts in its header say what a line is: a
//! removed line `-- x` looks like a file name, and a list in a mail looks like removed lines.

use super::Summary;
use super::hunk::Hunk;

/// The kind of a line, by which it is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A context line of a hunk, or any line outside the patch.
    Context,
    Added,
    Removed,
    /// The header of a hunk.
    Hunk,
    /// A line that names a file.
    File,
    /// A note such as `new file mode` or `Binary files differ`.
    Meta,
}

/// The place of the next line in the patch.
#[derive(Clone, Copy, Debug, Default)]
enum Place {
    /// Before the first line that is not empty.
    #[default]
    Start,
    /// In a mail or a commit message: no line is added or removed.
    Message,
    /// After the first line of a file's header. `counted`: the summary counts the file already.
    Header {
        counted: bool,
    },
    /// After `--- name`. If no `+++ name` follows, a message continues.
    OldName {
        counted: bool,
        in_message: bool,
    },
    Hunk(Hunk),
    /// After the last line of a hunk, or where there are no counts. The first character of a line
    /// says what the line is.
    Uncounted,
}

/// Classifies the lines of a text, one after another.
#[derive(Clone, Debug, Default)]
pub struct Classifier {
    place: Place,
    /// Counts the lines that were classified.
    pub summary: Summary,
}

impl Classifier {
    /// The kind of the next line.
    pub fn classify(&mut self, line: &str) -> LineKind {
        let kind = self.in_hunk(line).unwrap_or_else(|| self.outside_hunk(line));
        match kind {
            LineKind::Added => self.summary.added += 1,
            LineKind::Removed => self.summary.removed += 1,
            _ => {}
        }
        kind
    }

    /// `None` outside a hunk, and for a line that no hunk can have.
    fn in_hunk(&mut self, line: &str) -> Option<LineKind> {
        let Place::Hunk(hunk) = &mut self.place else { return None };
        let kind = hunk.take(line);
        if kind.is_none() || hunk.is_complete() {
            self.place = Place::Uncounted;
        }
        kind
    }

    fn outside_hunk(&mut self, line: &str) -> LineKind {
        let in_message = matches!(self.place, Place::Message);
        if let Some(hunk) = Hunk::parse(line) {
            self.place = if hunk.is_complete() { Place::Uncounted } else { Place::Hunk(hunk) };
            LineKind::Hunk
        } else if line.starts_with("@@") && !in_message {
            self.place = Place::Uncounted;
            LineKind::Hunk
        } else if line.starts_with("diff -") {
            self.summary.files += 1;
            self.place = Place::Header { counted: true };
            LineKind::File
        } else if line.starts_with("Index: ") && !in_message {
            self.place = Place::Header { counted: false };
            LineKind::File
        } else if is_old_name(line, in_message) {
            let counted = matches!(self.place, Place::Header { counted: true });
            self.place = Place::OldName { counted, in_message };
            LineKind::File
        } else {
            self.by_place(line)
        }
    }

    /// The kind of a line that begins neither a file nor a hunk.
    fn by_place(&mut self, line: &str) -> LineKind {
        match self.place {
            Place::OldName { counted, .. } if line.starts_with("+++ ") => {
                self.summary.files += usize::from(!counted);
                self.place = Place::Uncounted;
                LineKind::File
            }
            Place::OldName { in_message: true, .. } => {
                self.place = Place::Message;
                LineKind::Context
            }
            Place::Header { counted } if is_note(line) => {
                if !counted && line.starts_with("Binary files ") {
                    self.summary.files += 1;
                    self.place = Place::Header { counted: true };
                }
                LineKind::Meta
            }
            Place::Message | Place::Header { .. } => LineKind::Context,
            Place::Start if line.trim_ascii().is_empty() => LineKind::Context,
            _ => self.uncounted(line),
        }
    }

    fn uncounted(&mut self, line: &str) -> LineKind {
        let is_first = matches!(self.place, Place::Start);
        if begins_message(line) || is_first && is_mail_header(line) {
            self.place = Place::Message;
            return LineKind::Context;
        }
        self.place = Place::Uncounted;
        if line.starts_with("Only in ") {
            return LineKind::Meta;
        } else if line.starts_with("Binary files ") {
            self.summary.files += 1;
            return LineKind::Meta;
        }
        by_first_character(line)
    }
}

fn by_first_character(line: &str) -> LineKind {
    match line.as_bytes().first() {
        Some(b'+') => LineKind::Added,
        Some(b'-') => LineKind::Removed,
        Some(b'\\') => LineKind::Meta,
        _ => LineKind::Context,
    }
}

/// Whether a line is `--- name`. In a mail, many lines begin with `--- ` that name no file.
fn is_old_name(line: &str, in_message: bool) -> bool {
    line.strip_prefix("--- ").is_some_and(|name| {
        let is_path = ["a/", "\"a/", "/dev/null"].iter().any(|prefix| name.starts_with(prefix));
        !in_message || is_path || name.contains('\t')
    })
}

/// Whether a line may stand between a file's header and its first hunk.
fn is_note(line: &str) -> bool {
    const NOTES: [&str; 15] = [
        "index ",
        "old mode ",
        "new mode ",
        "new file mode ",
        "deleted file mode ",
        "mode ",
        "similarity index ",
        "dissimilarity index ",
        "rename ",
        "copy ",
        "Binary files ",
        "GIT binary patch",
        "RCS file: ",
        "retrieving revision ",
        "=====",
    ];
    NOTES.iter().any(|note| line.starts_with(note))
}

/// Whether a line begins the next mail of a mailbox, the next commit of a log, or the signature below
/// a patch.
fn begins_message(line: &str) -> bool {
    let hash = line.strip_prefix("From ").or_else(|| line.strip_prefix("commit "));
    hash.is_some_and(|rest| {
        rest.len() >= 40 && rest.as_bytes()[..40].iter().all(u8::is_ascii_hexdigit)
    }) || matches!(line, "-- \n" | "-- \r\n")
}

fn is_mail_header(line: &str) -> bool {
    const HEADERS: [&str; 8] = [
        "From: ",
        "To: ",
        "Subject: ",
        "Date: ",
        "Message-ID: ",
        "Received: ",
        "Return-Path: ",
        "Delivered-To: ",
    ];
    HEADERS.iter().any(|header| line.starts_with(header))
}
