//! Tests of the rendering of terminal output.

use proptest::prelude::*;

use super::*;
use crate::read_back::{is_balanced, text_content};

fn html(text: &str) -> String {
    let (mut ansi, mut html) = (AnsiRenderer::default(), String::new());
    text.split_inclusive('\n').for_each(|line| ansi.line(line, &mut html));
    html
}

/// The classes of the text `x` after a sequence with these parameters.
fn classes(parameters: &str) -> String {
    let html = html(&format!("\x1b[{parameters}mx"));
    let (_, text) = html.split_once("</s>").unwrap();
    match text.strip_prefix("<i class=\"") {
        Some(rest) => rest.strip_suffix("\">x</i>").unwrap().to_owned(),
        None => String::new(),
    }
}

#[test]
fn a_colour_is_a_class_and_its_sequence_stays_in_the_text() {
    assert_eq!(
        html("a \x1b[31merror\x1b[0m: b\n"),
        "a <s>\x1b[31m</s><i class=\"f1\">error</i><s>\x1b[0m</s>: b\n"
    );
}

#[test]
fn a_style_continues_in_the_next_line_but_no_element_does() {
    assert_eq!(
        html("\x1b[1;4ma\nb\x1b[m\n"),
        "<s>\x1b[1;4m</s><i class=\"b u\">a</i>\n<i class=\"b u\">b</i><s>\x1b[m</s>\n"
    );
}

#[test]
fn adjacent_sequences_share_an_element_and_empty_text_has_none() {
    assert_eq!(html("\x1b[1m\x1b[32m\x1b[0m\n"), "<s>\x1b[1m\x1b[32m\x1b[0m</s>\n");
}

#[test]
fn every_style_code_is_known() {
    for (parameters, expected) in [
        ("1;2;3;4;8;9", "b d i u k h"),
        ("01;31", "f1 b"),
        ("21", "u"),
        ("4:3", "u"),
        ("4;4:0", ""),
        ("90;107", "f8 gf"),
        ("31;44;39", "g4"),
        ("31;44;49", "f1"),
        ("1;2;22;3;23;4;24;7;27;8;28;9;29", ""),
        ("1;", ""),
        ("999;99999999", ""),
    ] {
        assert_eq!(classes(parameters), expected, "{parameters}");
    }
}

#[test]
fn every_notation_of_a_colour_is_known() {
    for (parameters, expected) in [
        ("38;5;9;1", "f9 b"),
        ("48;5;12", "gc"),
        ("38;5;196", "f9"),
        ("38;2;255;0;0;3", "f9 i"),
        ("38:5:2", "f2"),
        ("38:2:0:0:200", "f4"),
        ("38:2::0:0:200", "f4"),
        ("48:2:1:0:0:200:0;1", "g4 b"),
        ("58;5;9", ""),
        ("58;2;1;3;9;1", "b"),
        ("58:2::1:1:1;1", "b"),
        ("31;38;5", "f1"),
        ("31;38;2;256;0;0", "f1"),
        ("31;38;7", "f1"),
    ] {
        assert_eq!(classes(parameters), expected, "{parameters}");
    }
}

#[test]
fn an_inversion_swaps_the_colours() {
    assert_eq!(classes("7"), "v");
    assert_eq!(classes("7;31"), "g1");
    assert_eq!(classes("7;41"), "f1 g7");
    assert_eq!(classes("7;31;42"), "f2 g1");
    assert_eq!(classes("7;27;31"), "f1");
}

#[test]
fn other_sequences_are_shown() {
    for text in [
        "\x1b[2K",
        "\x1b[1;1H",
        "\x1b[?25l",
        "\x1b[>4;1m",
        "\x1b[1 m",
        "\x1b]0;title\x07",
        "\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b(B",
        "\x1b",
        "\x1b[",
        "\x1b[31",
        "\x1b[31\nm",
        "\x1b[\u{661}m",
        "\u{9b}31m",
    ] {
        let html = html(text);
        assert!(!html.contains("<s>") && !html.contains("<i"), "{text:?} gave {html}");
        assert_eq!(text_content(&html), text);
    }
}

#[test]
fn a_sequence_too_long_to_be_real_is_shown() {
    assert!(html(&format!("\x1b[{}m", "1".repeat(MAX_PARAMETER_BYTES))).contains("<s>"));
    assert!(!html(&format!("\x1b[{}m", "1".repeat(MAX_PARAMETER_BYTES + 1))).contains("<s>"));
}

#[test]
fn a_long_line_takes_time_in_proportion_to_its_length() {
    for piece in ["\x1b[", "\x1b[1;", "\x1b[1m", "\x1b[38;2;1;2;3mx", "\x1b]0;", "1"] {
        let line = piece.repeat((512 << 10) / piece.len());
        let begun = std::time::Instant::now();
        assert_eq!(text_content(&html(&line)), line);
        assert!(begun.elapsed().as_secs() < 5, "{piece:?}");
    }
}

proptest! {
    #[test]
    fn the_text_content_is_the_text_and_every_line_is_balanced(
        text in "(\x1b\\[[0-9;:]{0,12}m|\x1b|\\[|[0-9;:m]|[a-z<>&\r\n\t\u{7}\u{9b}]|\\PC){0,60}"
    ) {
        let mut ansi = AnsiRenderer::default();
        let mut all = String::new();
        for line in text.split_inclusive('\n') {
            let mut from_checkpoint = String::new();
            ansi.clone().line(line, &mut from_checkpoint);
            prop_assert_eq!(text_content(&from_checkpoint), line);
            prop_assert!(is_balanced(&from_checkpoint), "{}", from_checkpoint);
            let before = all.len();
            ansi.line(line, &mut all);
            prop_assert_eq!(&all[before..], from_checkpoint);
        }
    }

    #[test]
    fn a_line_rendered_in_pieces_has_the_same_text(text in "(\x1b\\[[0-9;:]{0,5}m|[a-z]){0,20}", cut in 0..100_usize) {
        let cut = cut.min(text.len());
        let (mut ansi, mut html) = (AnsiRenderer::default(), String::new());
        ansi.line(&text[..cut], &mut html);
        ansi.line(&text[cut..], &mut html);
        prop_assert_eq!(text_content(&html), text);
    }
}
