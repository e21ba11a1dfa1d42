//! Patches: every line by what it says, one element a line.

use crate::escape::push_text;

/// What a diff is about, counted on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub files: usize,
    pub added: usize,
    pub removed: usize,
}

/// In one pass, in time proportional to the text.
pub fn summary(text: &str) -> Summary {
    let mut diff = Diff::default();
    for line in text.split_inclusive('\n') {
        diff.kind(line);
    }
    diff.seen
}

/// Paints lines one after another. Inside a hunk, the header's counts say what a line is: a removed
/// `-- x` looks like a file's name, and a list in a mail looks like removed lines.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    place: Place,
    seen: Summary,
    /// Of the line that the last piece left open.
    unfinished: Option<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Also every line outside a patch.
    Context,
    Added,
    Removed,
    Hunk,
    File,
    Meta,
}

#[derive(Clone, Copy, Debug, Default)]
enum Place {
    /// Before the first line that is not empty.
    #[default]
    Start,
    /// A mail or a commit's message: nothing here is added or removed.
    Message,
    /// After a header's first line. `counted`: as a file of the summary.
    Header {
        counted: bool,
    },
    /// After `--- name`; without a `+++ name` next, a message goes on.
    OldName {
        counted: bool,
        in_message: bool,
    },
    Hunk(Hunk),
    /// After a hunk's last line, or where no counts are: a line's first character decides.
    Loose,
}

impl Diff {
    /// `line` with its line end, if it has one: what follows without one is more of the same line.
    /// The element contains the line end.
    pub fn line(&mut self, line: &str, html: &mut String) {
        let kind = self.unfinished.take().unwrap_or_else(|| self.kind(line));
        self.unfinished = (!line.ends_with('\n')).then_some(kind);
        let (open, close) = match kind {
            Kind::Context => ("", ""),
            Kind::Added => ("<ins>", "</ins>"),
            Kind::Removed => ("<del>", "</del>"),
            Kind::Hunk => ("<span class=\"dh\">", "</span>"),
            Kind::File => ("<span class=\"df\">", "</span>"),
            Kind::Meta => ("<span class=\"dm\">", "</span>"),
        };
        html.push_str(open);
        push_text(html, line);
        html.push_str(close);
    }

    fn kind(&mut self, line: &str) -> Kind {
        let kind = self.inside(line).unwrap_or_else(|| self.outside(line));
        match kind {
            Kind::Added => self.seen.added += 1,
            Kind::Removed => self.seen.removed += 1,
            _ => {}
        }
        kind
    }

    /// `None` outside a hunk, and for a line that no hunk can have.
    fn inside(&mut self, line: &str) -> Option<Kind> {
        let Place::Hunk(hunk) = &mut self.place else { return None };
        let kind = hunk.take(line);
        if kind.is_none() || hunk.is_over() {
            self.place = Place::Loose;
        }
        kind
    }

    fn outside(&mut self, line: &str) -> Kind {
        let in_message = matches!(self.place, Place::Message);
        if let Some(hunk) = Hunk::parse(line) {
            self.place = if hunk.is_over() { Place::Loose } else { Place::Hunk(hunk) };
            Kind::Hunk
        } else if line.starts_with("@@") && !in_message {
            self.place = Place::Loose;
            Kind::Hunk
        } else if line.starts_with("diff -") {
            self.count_file();
            self.place = Place::Header { counted: true };
            Kind::File
        } else if line.starts_with("Index: ") && !in_message {
            self.place = Place::Header { counted: false };
            Kind::File
        } else if is_old_name(line, in_message) {
            let counted = matches!(self.place, Place::Header { counted: true });
            self.place = Place::OldName { counted, in_message };
            Kind::File
        } else {
            self.other(line)
        }
    }

    fn other(&mut self, line: &str) -> Kind {
        match self.place {
            Place::OldName { counted, .. } if line.starts_with("+++ ") => {
                if !counted {
                    self.count_file();
                }
                self.place = Place::Loose;
                Kind::File
            }
            Place::OldName { in_message: true, .. } => {
                self.place = Place::Message;
                Kind::Context
            }
            Place::Header { counted } if is_note(line) => {
                if !counted && line.starts_with("Binary files ") {
                    self.count_file();
                    self.place = Place::Header { counted: true };
                }
                Kind::Meta
            }
            Place::Message | Place::Header { .. } => Kind::Context,
            Place::Start if line.trim_ascii().is_empty() => Kind::Context,
            _ => self.loose(line),
        }
    }

    fn loose(&mut self, line: &str) -> Kind {
        let first_line = matches!(self.place, Place::Start);
        if begins_message(line) || first_line && is_mail_header(line) {
            self.place = Place::Message;
            return Kind::Context;
        }
        self.place = Place::Loose;
        if line.starts_with("Only in ") {
            return Kind::Meta;
        } else if line.starts_with("Binary files ") {
            self.count_file();
            return Kind::Meta;
        }
        by_first_character(line)
    }

    fn count_file(&mut self) {
        self.seen.files += 1;
    }
}

fn by_first_character(line: &str) -> Kind {
    match line.as_bytes().first() {
        Some(b'+') => Kind::Added,
        Some(b'-') => Kind::Removed,
        Some(b'\\') => Kind::Meta,
        _ => Kind::Context,
    }
}

/// In a mail, `--- ` begins many lines that are no name.
fn is_old_name(line: &str, in_message: bool) -> bool {
    line.strip_prefix("--- ").is_some_and(|name| {
        let named = ["a/", "\"a/", "/dev/null"].iter().any(|prefix| name.starts_with(prefix));
        !in_message || named || name.contains('\t')
    })
}

/// What stands between a file's header and its first hunk.
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

/// The next mail of a mailbox, the next commit of a log, or the signature under a patch.
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

/// What a hunk still has to come, by its header.
#[derive(Clone, Copy, Debug)]
struct Hunk {
    /// More than one in the combined diff of a merge; each has a column of signs.
    parents: u32,
    /// Of all parents together.
    old: u32,
    new: u32,
}

impl Hunk {
    /// `@@ -1,2 +1,3 @@`, with one more `@` and one more range for each further parent.
    fn parse(line: &str) -> Option<Self> {
        let fence = &line[..line.bytes().take(64).take_while(|b| *b == b'@').count()];
        let parents = u32::try_from(fence.len()).ok()?.checked_sub(1).filter(|n| *n > 0)?;
        let mut words = line[fence.len()..].strip_prefix(' ')?.split([' ', '\r', '\n']);
        let mut old = 0_u32;
        for _ in 0..parents {
            old = old.saturating_add(length(words.next()?, '-')?);
        }
        let new = length(words.next()?, '+')?;
        (words.next()? == fence).then_some(Self { parents, old, new })
    }

    /// `None`, and nothing counted, for a line that is not a hunk's.
    fn take(&mut self, line: &str) -> Option<Kind> {
        if line.starts_with('\\') {
            return Some(Kind::Meta);
        }
        let signs = line.trim_end_matches(['\r', '\n']).bytes().take(self.parents as usize);
        let (mut plus, mut minus) = (0, 0);
        for sign in signs {
            match sign {
                b'+' => plus += 1,
                b'-' => minus += 1,
                b' ' => {}
                _ => return None,
            }
        }
        if minus > 0 {
            self.old = self.old.saturating_sub(minus);
            return Some(Kind::Removed);
        }
        self.old = self.old.saturating_sub(self.parents - plus);
        self.new = self.new.saturating_sub(1);
        Some(if plus > 0 { Kind::Added } else { Kind::Context })
    }

    fn is_over(self) -> bool {
        (self.old, self.new) == (0, 0)
    }
}

/// Of a range such as `-12,3`; without a length it is one line.
fn length(range: &str, sign: char) -> Option<u32> {
    let range = range.strip_prefix(sign)?;
    let (start, length) = range.split_once(',').unwrap_or((range, "1"));
    start.parse::<u32>().ok()?;
    length.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::read_back::{is_balanced, text_content};

    fn html(text: &str) -> String {
        let (mut diff, mut html) = (Diff::default(), String::new());
        text.split_inclusive('\n').for_each(|line| diff.line(line, &mut html));
        assert_eq!(text_content(&html), text);
        html
    }

    /// A letter a line: `+`, `-`, `h`unk, `f`ile, `m`eta, `.` for all else.
    fn kinds(text: &str) -> String {
        let mut diff = Diff::default();
        let letter = |line| match diff.kind(line) {
            Kind::Context => '.',
            Kind::Added => '+',
            Kind::Removed => '-',
            Kind::Hunk => 'h',
            Kind::File => 'f',
            Kind::Meta => 'm',
        };
        text.split_inclusive('\n').map(letter).collect()
    }

    const GIT: &str = "\
diff --git a/x.c b/x.c
index 83db48f..bf269f4 100644
--- a/x.c
+++ b/x.c
@@ -1,3 +1,3 @@ int main(void)
 {
-\treturn 1 < 2;
+\treturn 0;
 }
";

    #[test]
    fn each_line_of_a_kind_is_one_element_with_its_end() {
        assert_eq!(
            html(GIT),
            "<span class=\"df\">diff --git a/x.c b/x.c\n</span>\
             <span class=\"dm\">index 83db48f..bf269f4 100644\n</span>\
             <span class=\"df\">--- a/x.c\n</span><span class=\"df\">+++ b/x.c\n</span>\
             <span class=\"dh\">@@ -1,3 +1,3 @@ int main(void)\n</span> {\n\
             <del>-\treturn 1 &lt; 2;\n</del><ins>+\treturn 0;\n</ins> }\n"
        );
        assert_eq!(summary(GIT), Summary { files: 1, added: 1, removed: 1 });
    }

    #[test]
    fn a_place_in_a_hunk_says_what_a_line_is() {
        let text = "--- a\t2026\n+++ b\t2026\n@@ -1,3 +1,3 @@\n--- removed\n+++ added\n \n\n\
                    --- c\t2026\n+++ d\t2026\n@@ -1 +1 @@\n--- removed\n+++ added\n";
        assert_eq!(kinds(text), "ffh-+..ffh-+");
        assert_eq!(summary(text), Summary { files: 2, added: 2, removed: 2 });
    }

    #[test]
    fn wrong_counts_cost_no_line_its_kind() {
        assert_eq!(kinds("@@ -1 +1 @@\n-a\n+b\n+c\n d\n-e\n"), "h-++.-");
        assert_eq!(
            kinds("@@ -1,9 +1,9 @@\n-a\n+b\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n"),
            "h-+fff"
        );
        assert_eq!(kinds("@@ -1,9 +1,9 @@\n-a\n@@ -20 +20 @@\n-a\n+b\n"), "h-h-+");
        assert_eq!(kinds("--- a\n+++ b\n@@ ... @@\n-a\n+b\n"), "ffh-+");
        assert_eq!(kinds("--- a\n+++ b\n-a\n+b\n"), "ff-+");
        assert_eq!(kinds("\n fn\n-a\n+b\n"), "..-+");
        assert_eq!(kinds("@@ -1 +1,3 @@\n-a\n-b\n+c\n"), "h--+");
        assert_eq!(kinds("@@ -99999999999 +1 @@\n-a\n"), "h-");
    }

    #[test]
    fn a_mail_around_patches_is_text() {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        let mail = format!(
            "From {hash} Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH] x\n\n\
             + not added\n- not removed\n--- cut here\n---\n x.c | 2 +-\n\n"
        );
        let plain = ".".repeat(mail.lines().count());
        let signature = "-- \n2.39.0\n\n";
        let text = format!("{mail}{GIT}{signature}{mail}{GIT}{signature}");
        assert_eq!(kinds(&text), format!("{plain}fmffh.-+....").repeat(2));
        assert_eq!(summary(&text), Summary { files: 2, added: 2, removed: 2 });

        let log =
            format!("commit {hash}\nAuthor: A\n\n    - message\n\n{GIT}\ncommit {hash}\n- no\n");
        assert_eq!(kinds(&log), ".....fmffh.-+....");
        assert_eq!(kinds("Subject: x\n--- a/x\n- no\n+ no\n"), ".f..");
        assert_eq!(kinds("\nSubject: x\n\n- no\n@@ -1 +1 @@\n-a\n+b\n"), "....h-+");
    }

    #[test]
    fn a_merge_has_a_column_for_each_parent() {
        let text = "diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1,2 -1,3 +1,4 @@@ f\n  a\n- b\n -c\n++d\n +e\n+ f\n\
                    diff --git a/y b/y\n";
        assert_eq!(kinds(text), "fmffh.--+++f");
        assert_eq!(summary(text).files, 2);
        assert_eq!(kinds("@@@ -1,2 -1,2 +1,3 @@@\n  a\n++b\n  c\n--- d\n+++ e\n"), "h.+.ff");
        assert_eq!(kinds("@@@ -1 -1 +1 @@@\n- a\n\\ No newline\n -b\n++c\n"), "h-m-+");
    }

    #[test]
    fn what_has_no_lines_is_a_note() {
        let text = "diff --git \"a/\\303\\244\" \"b/\\303\\244\"\nsimilarity index 90%\nrename from a\nrename to b\n\
                    diff --git a/i.png b/i.png\nBinary files a/i.png and b/i.png differ\n\
                    diff --git a/j b/j\nGIT binary patch\nliteral 1\nIcmZPo000310RR91\n\n\
                    Binary files c and d differ\n";
        assert_eq!(kinds(text), "fmmmfmfm...m");
        assert_eq!(summary(text).files, 3);
        assert_eq!(kinds("Only in a: x\nBinary files c and d differ\n+x\n"), "mm+");
        assert_eq!(kinds("Index: x\n=====\n--- x\t(revision 1)\n+++ x\t(new)\n"), "fmff");
        assert_eq!(summary("Index: x\n=====\n--- x\n+++ x\n").files, 1);
    }

    #[test]
    fn a_note_on_the_last_line_end_is_no_line_of_the_file() {
        let note = "\\ No newline at end of file\n";
        assert_eq!(kinds(&format!("@@ -1 +1 @@\n-a\n{note}+b\n{note}+++ c\n")), "h-m+m+");
        assert_eq!(kinds("@@ -1,2 +1 @@\r\n a\r\n-b\r\n"), "h.-");
    }

    #[test]
    fn the_pieces_of_a_line_are_of_one_kind() {
        let (mut diff, mut html) = (Diff::default(), String::new());
        for piece in ["@@ -1 +1,2 @@\n", "+a", "-b", "+c\n", "+d\n", " e\n"] {
            diff.line(piece, &mut html);
        }
        assert!(html.ends_with("<ins>+a</ins><ins>-b</ins><ins>+c\n</ins><ins>+d\n</ins> e\n"));
        assert_eq!(diff.seen.added, 2);
    }

    proptest! {
        #[test]
        fn the_text_content_is_the_text_and_every_line_stands_alone(
            text in "((diff --git |--- |\\+\\+\\+ |@@ -[0-3],[0-3] \\+[0-3] @@|@@@|From |-- |index |[-+ \\\\])?[a-z<>&\r]{0,4}\n){0,20}\\PC{0,3}"
        ) {
            let (mut diff, mut whole) = (Diff::default(), String::new());
            for line in text.split_inclusive('\n') {
                let mut from_checkpoint = String::new();
                diff.clone().line(line, &mut from_checkpoint);
                prop_assert_eq!(text_content(&from_checkpoint), line);
                prop_assert!(is_balanced(&from_checkpoint), "{}", from_checkpoint);
                let before = whole.len();
                diff.line(line, &mut whole);
                prop_assert_eq!(&whole[before..], from_checkpoint);
            }
            prop_assert_eq!(summary(&text), diff.seen);
        }
    }
}
