//! Tests of the rendering of patches.

use proptest::prelude::*;

use super::*;
use crate::read_back::{is_balanced, text_content};

fn html(text: &str) -> String {
    let (mut diff, mut html) = (DiffRenderer::default(), String::new());
    text.split_inclusive('\n').for_each(|line| diff.line(line, &mut html));
    assert_eq!(text_content(&html), text);
    html
}

/// One letter for each line: `+`, `-`, `h`unk, `f`ile, `m`eta, and `.` for context.
fn kinds(text: &str) -> String {
    let mut lines = Classifier::default();
    let letter = |line| match lines.classify(line) {
        LineKind::Context => '.',
        LineKind::Added => '+',
        LineKind::Removed => '-',
        LineKind::Hunk => 'h',
        LineKind::File => 'f',
        LineKind::Meta => 'm',
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
fn each_line_is_one_element_with_its_line_end() {
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
fn the_counts_of_a_hunk_say_what_a_line_is() {
    let text = "--- a\t2026\n+++ b\t2026\n@@ -1,3 +1,3 @@\n--- removed\n+++ added\n \n\n\
                    --- c\t2026\n+++ d\t2026\n@@ -1 +1 @@\n--- removed\n+++ added\n";
    assert_eq!(kinds(text), "ffh-+..ffh-+");
    assert_eq!(summary(text), Summary { files: 2, added: 2, removed: 2 });
}

#[test]
fn wrong_counts_do_not_change_the_kind_of_a_line() {
    assert_eq!(kinds("@@ -1 +1 @@\n-a\n+b\n+c\n d\n-e\n"), "h-++.-");
    assert_eq!(kinds("@@ -1,9 +1,9 @@\n-a\n+b\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n"), "h-+fff");
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

    let log = format!("commit {hash}\nAuthor: A\n\n    - message\n\n{GIT}\ncommit {hash}\n- no\n");
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
fn a_file_without_hunks_has_notes() {
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
fn a_note_on_the_missing_line_end_is_not_counted() {
    let note = "\\ No newline at end of file\n";
    assert_eq!(kinds(&format!("@@ -1 +1 @@\n-a\n{note}+b\n{note}+++ c\n")), "h-m+m+");
    assert_eq!(kinds("@@ -1,2 +1 @@\r\n a\r\n-b\r\n"), "h.-");
}

#[test]
fn the_pieces_of_a_line_have_one_kind() {
    let (mut diff, mut html) = (DiffRenderer::default(), String::new());
    for piece in ["@@ -1 +1,2 @@\n", "+a", "-b", "+c\n", "+d\n", " e\n"] {
        diff.line(piece, &mut html);
    }
    assert!(html.ends_with("<ins>+a</ins><ins>-b</ins><ins>+c\n</ins><ins>+d\n</ins> e\n"));
    assert_eq!(diff.lines.summary.added, 2);
}

proptest! {
    #[test]
    fn the_text_content_is_the_text_and_every_line_is_balanced(
        text in "((diff --git |--- |\\+\\+\\+ |@@ -[0-3],[0-3] \\+[0-3] @@|@@@|From |-- |index |[-+ \\\\])?[a-z<>&\r]{0,4}\n){0,20}\\PC{0,3}"
    ) {
        let (mut diff, mut all) = (DiffRenderer::default(), String::new());
        for line in text.split_inclusive('\n') {
            let mut from_checkpoint = String::new();
            diff.clone().line(line, &mut from_checkpoint);
            prop_assert_eq!(text_content(&from_checkpoint), line);
            prop_assert!(is_balanced(&from_checkpoint), "{}", from_checkpoint);
            let before = all.len();
            diff.line(line, &mut all);
            prop_assert_eq!(&all[before..], from_checkpoint);
        }
        prop_assert_eq!(summary(&text), diff.lines.summary);
    }
}
