//! Explicit markers of a syntax: a shebang, an editor's modeline, or the first characters that a
//! format always begins with.

use super::aliases::slug_of;

/// Editors look for a modeline in this many lines at the start and at the end of a file.
const MODELINES: usize = 5;

pub fn detect(text: &str) -> Option<&'static str> {
    shebang(text).or_else(|| modeline(text)).or_else(|| file_signature(text))
}

/// `#!/usr/bin/env -S python3 -u`
fn shebang(text: &str) -> Option<&'static str> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace();
    let program_name = |path: &'_ str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut program = program_name(words.next()?);
    if program == "env" {
        program = program_name(words.find(|word| !word.starts_with('-') && !word.contains('='))?);
    }
    slug_of(&program)
}

/// `-*- mode: ruby -*-` in the first two lines, `vim: ft=ruby` near either end.
fn modeline(text: &str) -> Option<&'static str> {
    let emacs = text.lines().take(2).find_map(|line| {
        let inside = line.split_once("-*-")?.1.split_once("-*-")?.0;
        let mode = inside.split(';').find_map(|part| match part.split_once(':') {
            Some((key, mode)) => key.trim().eq_ignore_ascii_case("mode").then_some(mode),
            None => Some(part),
        })?;
        slug_of(mode.trim())
    });
    let mut lines = text.lines().take(MODELINES).chain(text.lines().rev().take(MODELINES));
    emacs.or_else(|| {
        lines.find_map(|line| {
            let options = line.split_once("vim:").or_else(|| line.split_once("vi:"))?.1;
            let words = options.split(|c: char| c.is_whitespace() || c == ':');
            let mut types =
                words.filter_map(|w| w.strip_prefix("ft=").or_else(|| w.strip_prefix("filetype=")));
            slug_of(types.next()?)
        })
    })
}

/// Formats that begin with a known sequence of characters.
fn file_signature(text: &str) -> Option<&'static str> {
    /// In lower case.
    const SIGNATURES: &[(&str, &str)] = &[
        ("<?php", "php"),
        ("<!doctype html", "html"),
        ("<html", "html"),
        ("<svg", "svg"),
        ("%pdf-", "text"),
        ("%!ps", "text"),
        ("diff --git ", "diff"),
        ("diff -", "diff"),
        ("@echo off", "batch"),
        ("#lang racket", "racket"),
        ("cmake_minimum_required", "cmake"),
        ("\\documentclass", "latex"),
        ("syntax = \"proto", "protobuf"),
        ("pragma solidity", "solidity"),
        ("-----begin rsa private key", "pem"),
        ("-----begin openssh private key", "pem"),
        ("-----begin private key", "pem"),
        ("-----begin ec private key", "pem"),
        ("windows registry editor", "registry"),
    ];
    let start = text.trim_start();
    let starts_with = |prefix: &str| {
        start.get(..prefix.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix))
    };
    if starts_with("<?xml") {
        return Some(xml_dialect(start));
    }
    if let Some((_, slug)) = SIGNATURES.iter().find(|(signature, _)| starts_with(signature)) {
        return Some(slug);
    }
    let has_namespace =
        start.starts_with('<') && start.lines().take(5).any(|line| line.contains(" xmlns"));
    if has_namespace { Some(xml_dialect(start)) } else { is_patch(text).then_some("diff") }
}

fn xml_dialect(text: &str) -> &'static str {
    let head = &text[..text.floor_char_boundary(1024)];
    let has = |element| head.contains(element);
    if has("<svg") {
        "svg"
    } else if text
        .lines()
        .take(3)
        .any(|l| l.starts_with("<!DOCTYPE html") || l.starts_with("<html"))
    {
        "xhtml"
    } else if has("<plist") {
        "plist"
    } else if has("<xsl:stylesheet") {
        "xslt"
    } else if has("<rss") || has("<feed") {
        "rss"
    } else {
        "xml"
    }
}

/// Whether the first 100 lines contain the three lines that `diff -u` writes before a hunk. A mail
/// or a commit message may stand before them.
fn is_patch(text: &str) -> bool {
    let may_have_header = text.contains("+++ ");
    let mut lines = text.lines().take(if may_have_header { 100 } else { 0 }).peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("--- ") && lines.peek().is_some_and(|next| next.starts_with("+++ ")) {
            return lines.nth(1).is_some_and(|line| line.starts_with("@@ "));
        }
    }
    text.starts_with("@@ -") && text.lines().skip(1).any(|l| l.starts_with(['+', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_names_the_syntax() {
        for (text, slug) in [
            ("#!/bin/sh\n", "bash"),
            ("#!/usr/bin/env python3\nprint(1)", "python"),
            ("#!/usr/bin/env -S FOO=1 node --harmony\n", "javascript"),
            ("#!/usr/bin/python3.12\n", "python"),
            ("#! /usr/bin/perl -w\n", "perl"),
            ("# -*- mode: ruby; coding: utf-8 -*-\n", "ruby"),
            ("// -*- C++ -*-\n", "cpp"),
            ("# vim: set ft=python :\n", "python"),
            ("x\n/* vim:sw=4:ft=c: */\n", "c"),
            ("<?xml version=\"1.0\"?>\n<a/>", "xml"),
            ("<?xml version=\"1.0\"?>\n<svg/>", "svg"),
            ("<project xmlns=\"http://maven.apache.org/POM/4.0.0\">", "xml"),
            ("\n<!doctype HTML>\n", "html"),
            ("<?php echo 1;", "php"),
            ("diff --git a/x b/x\n", "diff"),
            ("Hello,\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", "diff"),
            ("@ECHO OFF\r\n", "batch"),
        ] {
            assert_eq!(detect(text), Some(slug), "{text}");
        }
    }

    #[test]
    fn a_text_without_a_marker_is_not_detected() {
        for text in
            ["", "#!", "#!/usr/bin/env", "--- a\n+++ b\n", "vim: is an editor", "-*-", "<", "é"]
        {
            assert_eq!(detect(text), None, "{text}");
        }
    }
}
