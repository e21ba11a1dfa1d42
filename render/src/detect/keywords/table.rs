//! The keywords of each language. A keyword that starts with `^` counts only at the start of a line,
//! after its indent. One that ends with a newline counts only at the end of a line. A keyword inside
//! a longer word does not count.

/// The weight of each class of keywords.
pub const SURE: u32 = 4;
pub const LIKELY: u32 = 2;
pub const HINT: u32 = 1;

#[derive(Debug)]
pub struct Language {
    pub slug: &'static str,
    /// The language that this one extends. If a text has keywords of this language, those of its
    /// base count too.
    pub base: Option<&'static str>,
    pub sure: &'static [&'static str],
    pub likely: &'static [&'static str],
    /// Keywords that other languages or prose have too.
    pub hint: &'static [&'static str],
}

/// A base stands before the languages that extend it.
#[rustfmt::skip]
pub static LANGUAGES: &[Language] = &[
    Language {
        slug: "rust",
        base: None,
        sure: &[
            "^fn ", "^pub fn ", "^async fn ", "^pub async fn ", "^impl ", "^impl<", "println!(",
            "&mut self", "&self", "^let mut ", "^#[derive(", "^pub struct ", "^pub enum ",
            "^use std::", "^use crate::", "^pub(crate) ", "^extern crate ", "-> Result<", "Vec<",
            ".unwrap()", "^#[cfg(", "^mod tests {\n", "vec![", "-> Option<",
        ],
        likely: &[
            "^match ", "Some(", "Ok(()", "Ok(", "Err(", "::new(", "format!(", "&str", "usize",
            "-> Self", "^use ", "^#[", "&'static ", "anyhow::",
        ],
        hint: &[
            "^let ", "=> {\n", "u8", "u32", "i32", "^mod ", "^struct ", "^enum ", ".iter()",
            "^pub ",
        ],
    },
    Language {
        slug: "zig",
        base: None,
        sure: &[
            "@import(\"", "^const std = @import", "comptime ", "[]const u8", "std.debug.print(",
            "!void {\n", "^test \"", "@intCast(", "@as(", "usingnamespace ",
        ],
        likely: &["^pub fn ", "^var ", "try ", "catch |", "orelse ", "^defer ", "errdefer "],
        hint: &["^const ", "^fn ", "u8", "u32", "usize"],
    },
    Language {
        slug: "python",
        base: None,
        sure: &[
            "):\n", "^if __name__ ==", "def __init__(self", "^except:\n", "^except Exception",
            "^try:\n", "^else:\n", "^with open(", "^@property\n", "in range(", "^async def ",
            "-> None:\n", "is not None", "^import numpy", "^import os\n", "^import sys\n",
            "^import re\n", "^from __future__ import", "^@staticmethod\n", "isinstance(",
            "__name__", "^raise ValueError(", "super().__init__(",
        ],
        likely: &[
            "^def ", "^elif ", "^except ", "self.", "^raise ", "is None", "^@", "print(f\"",
            "not in ", "[self", "lambda ", "len(", "\"\"\"\n", "^print(", "]:\n",
        ],
        hint: &[
            " import ", "^import ", "^class ", "print(", "None", "True", "False", "^return ",
            "^from ",
        ],
    },
    Language {
        slug: "ruby",
        base: None,
        sure: &[
            "^require '", "^require \"", "^require_relative ", "^attr_accessor ", "^attr_reader ",
            "^attr_writer ", " do |", ".each do", "^def self.", "^def initialize", ".nil?",
            ".empty?", "^elsif ", "include? ", "^describe '", "^puts ",
        ],
        likely: &[
            "^end\n", "^def ", "^module ", "^unless ", "puts ", "next if ", "return if ",
            "return unless ", "^rescue", ".map { |", "#{",
        ],
        hint: &["^class ", " => ", ".new(", "^include ", "^if ", "|i|", "nil", "self."],
    },
    Language {
        slug: "javascript",
        base: None,
        sure: &[
            "console.log(", "module.exports", "JSON.stringify(", "JSON.parse(",
            "^export default ", "} from '", "} from \"", "new Promise(", "addEventListener(",
            "document.getElementById(", "document.querySelector(", "^'use strict';\n",
            "^\"use strict\";\n", "^async function ", "setTimeout(", "= require('",
            "= require(\"", "Object.keys(",
        ],
        likely: &[
            "^const ", "^let ", "^var ", "=> {\n", "===", "!==", "^function ", "document.",
            "window.", "typeof ", "^import {", "^import React", "() => ", "function(", ".then(",
            "^export const ", "^export function ", "await ", "function (",
        ],
        hint: &[
            "undefined", ");\n", "});\n", "null", "Math.", "new ", "return ", "const ", "let ",
            "var ", "=> ",
        ],
    },
    Language {
        slug: "typescript",
        base: Some("javascript"),
        sure: &[
            ": string", ": number", ": boolean", "^export interface ", "^export type ",
            "^import type ", "Promise<", "Record<", ": any", "keyof ", "^export enum ",
            ": unknown", "<string>", "as const",
        ],
        likely: &[
            "^interface ", "readonly ", "string[]", "number[]", "^declare ", ": void", "Array<",
            "Partial<",
        ],
        hint: &["^type ", "^enum ", "private ", "public ", "implements ", "^abstract "],
    },
    Language {
        slug: "jsx",
        base: Some("javascript"),
        sure: &[
            "className=", "from 'react'", "from \"react\"", "useState(", "useEffect(",
            "onClick={", "onChange={",
        ],
        likely: &["<div", "</div>", "return (\n", "<>", "</>", "<span", "<button", "={"],
        hint: &["/>\n"],
    },
    Language {
        slug: "tsx",
        base: Some("typescript"),
        sure: &[
            "className=", "from 'react'", "from \"react\"", "useState(", "useEffect(",
            "onClick={", "onChange={", "React.FC",
        ],
        likely: &["<div", "</div>", "return (\n", "<>", "</>", "<span", "<button", "={"],
        hint: &["/>\n"],
    },
    Language {
        slug: "java",
        base: None,
        sure: &[
            "^public class ", "public static void main(", "System.out.println(",
            "System.out.print(", "^import java.", "^import javax.", "^import org.junit",
            "^@Override\n", "new ArrayList<", "^@Autowired\n", "^@Test\n", "^public interface ",
            "^public final class ",
        ],
        likely: &[
            "private final ", "public void ", "throws ", "^import org.", "^import com.",
            "String[] ", "private static final ", "List<String>", "extends ", "^package com.",
            "^package org.", "@SuppressWarnings(", "public static ",
        ],
        hint: &[
            "private ", "public ", "implements ", "String ", "void ", "final ", "int ",
            "^package ", "new ", "boolean ",
        ],
    },
    Language {
        slug: "csharp",
        base: None,
        sure: &[
            "^using System;\n", "^using System.", "^using Microsoft.", "Console.WriteLine(",
            "{ get; set; }", "{ get; }", "static void Main(", "private readonly ",
            "internal class ", "public async Task", "^#region", "foreach (var ", "IEnumerable<",
            "IActionResult", "^using UnityEngine;\n", "string.IsNullOrEmpty(",
        ],
        likely: &[
            "^namespace ", "public string ", "public override ", "public int ", "public bool ",
            "private int ", "private bool ", "async Task", "^using ", "$\"", "out var ", "^[Http",
        ],
        hint: &[
            "string ", "var ", "public ", "private ", "=> ", "void ", "int ", "new ",
            "^public class ", "bool ",
        ],
    },
    Language {
        slug: "kotlin",
        base: None,
        sure: &[
            "^fun ", "override fun ", "^data class ", "^import kotlin.", "^import kotlinx.",
            "fun main(", "companion object", "private val ", "suspend fun ", "^sealed class ",
            "lateinit var ", "mutableListOf(", "^fun interface ", "^private fun ",
        ],
        likely: &[
            "^val ", "when (", "listOf(", "?: ", "^object ", "^import androidx.", "private var ",
            "mapOf(",
        ],
        hint: &["println(", ": String", ": Int", "^var ", "^package ", "it.", "List<"],
    },
    Language {
        slug: "scala",
        base: None,
        sure: &[
            "^case class ", "^case object ", "extends App", "^import scala.", "override def ",
            "sealed trait ", "Option[", "Future[", "def apply(", "^sealed abstract class ",
            "^implicit ", "F[_", "^private def ",
        ],
        likely: &[
            "^object ", "^def ", "^val ", "^trait ", "^lazy val ", "List[", "Seq[", "F[",
            "implicit ", "Map[", "String]",
        ],
        hint: &[
            "=> ", "^case ", "^import ", "with ", "<- ", "^package ", ": String", ": Int",
            "^class ",
        ],
    },
    Language {
        slug: "swift",
        base: None,
        sure: &[
            "^import Foundation\n", "^import UIKit\n", "^import SwiftUI\n", "guard let ",
            "^@IBOutlet", "^@IBAction", "override func ", "-> String {\n", "-> Int {\n",
            "-> Bool {\n", "weak var ", "private func ", "some View", "^@State ",
            "^mutating func ", "convenience init", "fatalError(",
        ],
        likely: &[
            "^func ", "if let ", "init(", "^extension ", "^protocol ", "\\(", "private let ",
            "[String]", "^static func ",
        ],
        hint: &[
            "^let ", "^var ", "self.", "nil", ": Int", ": String", "print(", "^struct ",
            "^class ", "^enum ", "^case ",
        ],
    },
    Language {
        slug: "go",
        base: None,
        sure: &[
            "^package main\n", "^func main() {\n", "^import (\n", "fmt.Println(", "fmt.Printf(",
            "fmt.Errorf(", "fmt.Sprintf(", "if err != nil {\n", "err := ", "go func(",
            "map[string]", "^func (", "interface{}", ") error {\n", "^defer ", "make(chan ",
            "[]byte",
        ],
        likely: &[
            "^package ", "^func ", ":= ", " struct {\n", " interface {\n", "chan ", "[]string",
            "log.Fatal(", "log.Printf(", "^import \"", "range ", "^go ",
        ],
        hint: &["^type ", "nil", "^var ", "^return ", "string"],
    },
    Language {
        slug: "c",
        base: None,
        sure: &[
            "^#include <", "^#include \"", "int main(", "^#ifdef ", "^#ifndef ",
            "^typedef struct", "malloc(", "const char *", "char *argv[]", "^#pragma once",
        ],
        likely: &[
            "printf(", "^#define ", "^#endif", "^#if ", "^typedef ", "sizeof(", "char *",
            "unsigned ", "uint32_t", "^return 0;\n", "size_t", "void *", "strlen(", "free(",
        ],
        hint: &[
            "NULL", "->", "void ", "^static ", "int ", "^struct ", "char ", "^extern ", "float ",
        ],
    },
    Language {
        slug: "cpp",
        base: Some("c"),
        sure: &[
            "std::", "cout <<", "cin >>", "^using namespace ", "^template<", "^template <",
            "^#include <iostream>", "^#include <vector>", "^#include <string>",
            "^#include <bits/stdc++.h>", "static_cast<", "unique_ptr<", "<< endl;\n",
            "dynamic_cast<", "#include <memory>",
        ],
        likely: &[
            "^public:\n", "^private:\n", "^protected:\n", "nullptr", "virtual ", "const auto",
            "constexpr ", "^namespace ", "vector<", "delete ", "noexcept", "override;\n",
        ],
        hint: &["^class ", "auto ", "new ", "::", "string ", "bool "],
    },
    Language {
        slug: "objc",
        base: Some("c"),
        sure: &[
            "^@interface ", "^@implementation ", "^@end\n", "^#import <", "^#import \"",
            "^@property (", "NSString", "NSLog(@", "[self ", "^@autoreleasepool", "NSArray",
            "^- (void)", "^- (instancetype)", "alloc] init",
        ],
        likely: &["@\"", "^- (", "^+ (", "^@class ", "NSInteger", "UIView"],
        hint: &["nil", "YES", "id "],
    },
    Language {
        slug: "php",
        base: None,
        sure: &[
            "<?php", "<?=", "$this->", "$_POST", "$_GET", "$_SERVER", "$_SESSION",
            "^use Illuminate", "^namespace App",
        ],
        likely: &[
            "^public function ", "echo ", "foreach ($", "array(", "^function ",
            "^private function ", "^protected function ", "isset($", "if ($", "new \\",
        ],
        hint: &["=> ", "->", "^use ", "^class "],
    },
    Language {
        slug: "perl",
        base: None,
        sure: &[
            "^use strict;\n", "^use warnings;\n", "^my $", "^my @", "^my %", "@_", "qw(",
            "foreach my ", "$self->", "^our $", "my ($", "= shift;\n", "@{$", "keys %",
        ],
        likely: &[
            "^sub ", "=~ ", "$_", "elsif (", "->{", "unless (", "die \"", "print \"", "\\n\";\n",
            "^1;\n",
        ],
        hint: &["^use ", "^package ", "^return ", "=> ", "$1"],
    },
    Language {
        slug: "r",
        base: None,
        sure: &[
            "<- function(", "^library(", "data.frame(", "ggplot(", "%>%", "is.na(", "na.rm",
            "for(i in 1:", "for (i in 1:", "as.integer(", "as.numeric(", "read.csv(", "sapply(",
            "lapply(", "<- c(", "stringsAsFactors",
        ],
        likely: &[
            " <- ", "paste(", "for (i in ", "in 1:", "= function(", "nrow(", "colnames(", "mean(",
            "seq(", "rnorm(",
        ],
        hint: &["print(", "TRUE", "FALSE", "NULL", "function(", "c(", "summary(", "plot("],
    },
    Language {
        slug: "julia",
        base: None,
        sure: &[
            "^mutable struct ", "::Int64", "::Float64", "^@test ", "^@show ", "push!(",
            "::Vector{", "::AbstractString", "^using LinearAlgebra", "^using Plots",
            "^abstract type ", "^end # module", "^@assert ", "^@time ", "eachindex(",
        ],
        likely: &[
            "^function ", "^end\n", "in 1:", "^using ", "::Int", "::String", "^elseif ",
            "^begin\n", "println(\"", "typeof(", "^macro ", ".^", "^struct ",
        ],
        hint: &["println(", "^module ", "^for ", "^import ", "nothing", "^let ", "^return "],
    },
    Language {
        slug: "lua",
        base: None,
        sure: &[
            "^local function ", "in pairs(", "in ipairs(", "--[[", "table.insert(",
            "string.format(", "~= ", "^local M = {}\n", "setmetatable(", "^end)\n",
            "= require(\"", "= require('", "vim.keymap.set(", "vim.opt.",
        ],
        likely: &[
            "^local ", " then\n", "^end\n", "^function ", "^elseif ", " .. ", "^until ",
            "^repeat\n",
        ],
        hint: &["nil", "print(", "^--", "not ", "^return ", "end"],
    },
    Language {
        slug: "haskell",
        base: None,
        sure: &[
            "^import qualified ", "^import Data.", "^import Control.", "deriving (", "^deriving ",
            "{-# LANGUAGE ", "^newtype ", "IO ()", "putStrLn ", "<$>", "<*>", "^main = do\n",
            "^main :: IO", "Maybe ", "^instance ",
        ],
        likely: &[
            " where\n", ":: ", ">>=", "^module ", "^data ", " = do\n", "mapM_ ", "<- ", "forall ",
        ],
        hint: &["-> ", "^type ", "^import ", "^where\n", "^let ", "$ ", "| "],
    },
    Language {
        slug: "elixir",
        base: None,
        sure: &[
            "^defmodule ", "^defp ", "^@moduledoc", "^@doc ", "IO.puts", "IO.inspect", "{:ok,",
            "{:error,", "^@spec ", "^@impl true\n", "GenServer", "|> Enum.", "^defstruct ",
        ],
        likely: &[
            "^def ", " do\n", "|> ", "^end\n", "^alias ", "%{", "^use ", "^defmacro ", "Enum.",
            "^@",
        ],
        hint: &["fn ", "-> ", "^import ", "nil", ", do: "],
    },
    Language {
        slug: "erlang",
        base: None,
        sure: &[
            "^-module(", "^-export([", "^-spec ", "^-record(", "^-include(", "^-define(",
            "io:format(", "^-behaviour(", "gen_server:", "^-type ",
        ],
        likely: &["->\n", "lists:", "^receive\n", "end.\n", "^case ", "ok."],
        hint: &["^end,\n", "when ", "of\n"],
    },
    Language {
        slug: "clojure",
        base: None,
        sure: &[
            "^(ns ", "^(defn ", "^(defn- ", "^(:require", "(let [", "(fn [", "^(defrecord ",
            "^(require '", "^(defprotocol ", "^(defmulti ", "(println ",
        ],
        likely: &["^(def ", "^(defmacro ", ":as ", "(map ", "(when ", ":keys [", "^(comment"],
        hint: &["^;;", "#(", "(if "],
    },
    Language {
        slug: "lisp",
        base: None,
        sure: &[
            "^(defun ", "^(defvar ", "^(defparameter ", "^(in-package ", "(defclass ", "(let ((",
            "(setf ", "^(defpackage ", "^(defgeneric ", "^(defmethod ", "(format t ",
            "^(defconst ",
        ],
        likely: &[
            "^(defmacro ", "(lambda (", "(let* (", "(cond ", "(car ", "(cdr ", "(mapcar ",
            "&optional ", "&rest ", "^(setq ",
        ],
        hint: &["^;;", "(if ", "(when ", "nil)"],
    },
    Language {
        slug: "elisp",
        base: Some("lisp"),
        sure: &[
            "(interactive", "^(use-package ", "^(provide '", "(add-hook '", "^(global-set-key ",
            "(save-excursion", "^(require '", "^(defcustom ", "(setq-default ",
        ],
        likely: &["^(setq ", "(message \"", "(point)"],
        hint: &["buffer"],
    },
    Language {
        slug: "scheme",
        base: None,
        sure: &[
            "^(define (", "^(define-syntax ", "^(import (scheme", "(call/cc ", "^#lang racket",
        ],
        likely: &[
            "^(define ", "(lambda (", "(let ((", "(display ", "(cond ", "(car ", "(cdr ",
            "(newline)", "#t", "#f",
        ],
        hint: &["^;;", "(if ", "else "],
    },
    Language {
        slug: "sql",
        base: None,
        sure: &[
            "^SELECT ", "SELECT * FROM ", "select * from ", "^CREATE TABLE ", "^create table ",
            "^INSERT INTO ", "^insert into ", "^ALTER TABLE ", "^alter table ", "^DROP TABLE ",
            "^drop table ", "LEFT JOIN ", "INNER JOIN ", "^GROUP BY ", "^ORDER BY ",
            "PRIMARY KEY", "VARCHAR(", "varchar(", "varchar2(", "^DELETE FROM ", "COUNT(*)",
            "count(*)", "^CREATE INDEX ", "^CREATE OR REPLACE ", "IF NOT EXISTS ",
        ],
        likely: &[
            "^select ", "^FROM ", "^WHERE ", "^UPDATE ", "JOIN ", "left join ", "inner join ",
            "^group by ", "^order by ", "primary key", "NOT NULL", "VALUES (", "FOREIGN KEY",
            "REFERENCES ", "^delete from ", "^values",
        ],
        hint: &[
            "FROM ", "^from ", "WHERE ", "^where ", "not null", "references ", "INTEGER", "TEXT",
            "^and ", "^values\n", "AND ",
        ],
    },
    Language {
        slug: "bash",
        base: None,
        sure: &[
            "^if [ ", "^if [[ ", "; then\n", "^fi\n", "^done\n", "^esac\n", "; do\n", "^set -e",
            "^set -euo pipefail\n", "\"$1\"", "\"$@\"", "| grep ", "/dev/null", "2>&1", "| awk ",
            "| sed ", "^while read ", "^elif [", "^done <", "${BASH_SOURCE", "$(cd ",
        ],
        likely: &[
            "^then\n", "^echo \"", "^export ", "$(", "^sudo ", "^local ", "^apt-get ",
            "^apt install ", "^mkdir -p ", "^source ", "^exit 1\n", ";;\n", "^for i in ",
            "^curl ", "^rm -rf ", "^unset ", "^trap ", "^printf '", "^#!/bin/", "\"${",
            "^chmod +x ", "^shift\n",
        ],
        hint: &[
            "${", "^cd ", "() {\n", "^function ", "&& ", "^git ", "^alias ", "^elif ", "^docker ",
            "^kubectl ", "^case ", "|| ", "^echo ", "$1",
        ],
    },
    Language {
        slug: "powershell",
        base: None,
        sure: &[
            "^param(\n", "^param (\n", "^Param(", "Write-Host ", "Write-Output ",
            "^function Get-", "^function Set-", "Get-ChildItem", "$_.", "$env:",
            "| Where-Object ", "| ForEach-Object ", "[string]$", "[int]$", "[CmdletBinding()]",
            "^Import-Module ", "New-Object ", "Get-Content ", "-ErrorAction ", "Test-Path ",
            "Get-Date", "Set-ExecutionPolicy ", "Out-File ", "Invoke-WebRequest ",
        ],
        likely: &[
            " -eq ", " -ne ", " -match ", "$true", "$false", "$null", "-Path ", "^foreach ($",
            "Get-", "[Parameter(", "^process {\n", "-Name ",
        ],
        hint: &["^function ", "^try {\n", "^if ($"],
    },
    Language {
        slug: "batch",
        base: None,
        sure: &[
            "^@echo off", "^@ECHO OFF", "^setlocal", "^SETLOCAL", "^if not exist ",
            "^IF NOT EXIST ", "%~dp0", "%errorlevel%", "%ERRORLEVEL%", "^exit /b", "^endlocal",
            "^if \"%", "^set /p ", "^set /a ", "^goto :", "^if errorlevel ",
        ],
        likely: &[
            "^rem ", "^REM ", "^goto ", "^pause\n", "^if exist ", "^:: ", "^call ", "^taskkill ",
            "^xcopy ", "^for %%", "%~1", "^set \"",
        ],
        hint: &["^set ", "^echo ", "%1", "^cls\n", "^title "],
    },
    Language {
        slug: "dockerfile",
        base: None,
        sure: &[
            "^RUN ", "^COPY ", "^WORKDIR ", "^ENTRYPOINT [", "^CMD [", "^EXPOSE ", "^ENV ",
            "^HEALTHCHECK ",
        ],
        likely: &["^FROM ", "^ARG ", "^LABEL ", "^CMD ", "^ENTRYPOINT ", "^ADD ", "^VOLUME "],
        hint: &["^USER "],
    },
    Language {
        slug: "make",
        base: None,
        sure: &[
            "^.PHONY:", "$(CC)", "$(MAKE)", "^ifeq (", "^ifneq (", "$(shell ", "^-include ",
            "$(CFLAGS)", "^CFLAGS", "^LDFLAGS",
        ],
        likely: &[
            "^all:", "^clean:", "^install:", "^test:", "^build:", "$@", "$<", "$^", "?= ", ":= ",
            "^endif\n", "^endif", "^%.o:", "^.SUFFIXES", "+= ",
        ],
        hint: &["^include ", "^ifdef ", "^else\n", "@echo ", "$(", "^export "],
    },
    Language {
        slug: "cmake",
        base: None,
        sure: &[
            "^cmake_minimum_required(", "^add_executable(", "^target_link_libraries(",
            "^find_package(", "^add_library(", "${CMAKE_", "^add_subdirectory(", "^endfunction(",
            "^target_include_directories(", "^set_target_properties(", "^endmacro(",
            "^list(APPEND",
        ],
        likely: &[
            "^project(", "^set(", "^endif(", "^install(", "^option(", "^find_path(",
            "^find_library(", "^add_custom_command(", "^mark_as_advanced(",
        ],
        hint: &["^if(", "^include(", "^message(", "^else("],
    },
    Language {
        slug: "html",
        base: None,
        sure: &[
            "<html", "<head>", "<body", "</div>", "<div ", "<a href=", "<meta ", "</script>",
            "</html>", "<!DOCTYPE",
        ],
        likely: &[
            "<div>", "</p>", "<p>", "</a>", "</li>", "<ul", "<img ", "<span", "<link ", "<table",
            "</td>", "<form", "<input ", "<h1", "</h1>", "<script", "<button", "<section",
            "<title>",
        ],
        hint: &["<br>", "<b>", "class=\"", "id=\"", "<!--"],
    },
    Language {
        slug: "vue",
        base: Some("html"),
        sure: &[
            "^<template>", "^<script setup", "v-if=", "v-for=", "@click=", "^<style scoped",
            "v-model=", ":key=",
        ],
        likely: &["export default {", "defineProps(", "</template>"],
        hint: &["<style"],
    },
    Language {
        slug: "svelte",
        base: Some("html"),
        sure: &["{#if ", "{#each ", "{/if}", "{/each}", "on:click=", "{@html ", "bind:value="],
        likely: &["^export let ", "{:else}"],
        hint: &["$:"],
    },
    Language {
        slug: "css",
        base: None,
        sure: &[
            "^color:", "^background:", "^background-color:", "^margin:", "^padding:", "^display:",
            "^font-size:", "^font-family:", "^border:", "^@media ", "^text-align:", "px;\n",
            "^:root {\n", "^border-radius:", "^@keyframes ", "^@font-face", "{ color:",
            "{ margin:", "{ padding:", "{ display:", "var(--", "^background-image:",
            "^font-weight:",
        ],
        likely: &[
            "^width:", "^height:", "^position:", "^body {\n", "!important", "rem;\n", "em;\n",
            "^margin-top:", "^margin-bottom:", "^padding-bottom:", "^padding-top:", "%;\n",
            "^html {", "^a {\n", "^ul {\n", ":hover {\n", "^flex:", "^transition:",
        ],
        hint: &[" {\n", "^@import ", "^top:", "^left:"],
    },
    Language {
        slug: "scss",
        base: Some("css"),
        sure: &[
            "^@include ", "^@mixin ", "^@use '", "^@use \"", "^@extend ", "map-get(", "#{$",
            "^@function ", "^@each $",
        ],
        likely: &[
            "&:hover", "&:", "&.", "lighten(", "darken(", "^@if ", "^@return ", "^// ", ": $",
        ],
        hint: &["^@import '", "^@else"],
    },
    Language {
        slug: "markdown",
        base: None,
        sure: &[
            "^### ", "```", "](http", "^- [ ] ", "^- [x] ", "^- [X] ", "|---", "| --- ", "|:--",
            "^#### ", "![", "]: http",
        ],
        likely: &["^## ", "](", "^> ", "` ", "**:"],
        hint: &["^# ", "**", "^* ", "^- ", "^1. ", "__"],
    },
    Language {
        slug: "latex",
        base: None,
        sure: &[
            "\\documentclass", "\\begin{", "\\end{", "\\usepackage", "\\section{",
            "\\subsection{", "\\textbf{", "\\item ", "\\frac{", "\\cite{", "\\newcommand{",
        ],
        likely: &[
            "\\label{", "\\ref{", "\\emph{", "\\caption{", "\\maketitle", "\\mathbb{", "\\alpha",
            "\\sum_",
        ],
        hint: &["$$", "^% ", "\\\\\n"],
    },
    Language {
        slug: "nix",
        base: None,
        sure: &[
            "{ pkgs, ", "{ pkgs ? import", "stdenv.mkDerivation", "buildInputs = ",
            "with pkgs; [\n", "mkShell {\n", "<nixpkgs>", "nixpkgs.url", "{ config, pkgs",
            "{ lib, ", "environment.systemPackages", "fetchFromGitHub {\n",
            "nativeBuildInputs = ",
        ],
        likely: &[
            "rec {\n", "pkgs.", "with pkgs;", "^inherit ", "^inputs = {\n", "lib.",
            "mkOption {\n", "outputs = {", "flake-utils", "pname = \"",
        ],
        hint: &["];\n", "};\n", "^in\n", "^let\n", "''\n", "enable = true;\n", "version = \""],
    },
    Language {
        slug: "nginx",
        base: None,
        sure: &[
            "^server {\n", "^location / {\n", "^location /", "^location ~ ", "^server_name ",
            "^proxy_pass ", "^upstream ", "^proxy_set_header ", "^http {\n", "^events {\n",
            "^worker_processes ", "^ssl_certificate ", "^try_files ", "^fastcgi_pass ",
            "^add_header ",
        ],
        likely: &[
            "^listen ", "^access_log ", "^error_log ", "^root /", "^index index.", "^return 301 ",
            "^worker_connections ",
        ],
        hint: &["^include ", "^root "],
    },
    Language {
        slug: "apache",
        base: None,
        sure: &[
            "^<VirtualHost ", "^<Directory ", "^RewriteRule ", "^RewriteEngine ",
            "^DocumentRoot ", "^ServerName ", "^</VirtualHost>", "^RewriteCond ", "^<IfModule ",
            "^LoadModule ", "^AllowOverride ",
        ],
        likely: &[
            "^ServerAlias ", "^ErrorLog ", "^CustomLog ", "^Require all ", "^Options ", "^Order ",
        ],
        hint: &["^Listen ", "^Allow from "],
    },
    Language {
        slug: "vim",
        base: None,
        sure: &[
            "^set nocompatible", "^let g:", "^nnoremap ", "^inoremap ", "^vnoremap ",
            "^xnoremap ", "^noremap ", "^autocmd ", "^augroup ", "^function! ", "^endfunction",
            "^Plug '", "^syntax on\n", "^set number\n", "^nmap ", "^command! ", "^let s:",
            "^set expandtab", "^au BufRead", "^let &", "^syn match ", "^hi def link ",
            "^syn keyword ",
        ],
        likely: &[
            "^endif", "^if exists(", "^map ", "^imap ", "^set ", "^finish\n", "^if has(",
            "^call ",
        ],
        hint: &["^let ", "^if ", "^else"],
    },
    Language {
        slug: "ocaml",
        base: None,
        sure: &[
            "^let rec ", "^let () =", "Printf.printf ", "List.fold_left ", "string_of_int",
            "^begin match ", "^module type ", "^| Some ", "-> Some ", "^open Printf",
            "Printf.sprintf ", "List.iter ",
        ],
        likely: &[
            " with\n", "^| ", " in\n", ";;\n", "^open ", "List.map ", "function\n", "^external ",
            "^match ", "struct\n", "| None", "'a",
        ],
        hint: &["-> ", "fun ", "^let ", "^and ", "^module ", "^type ", "^val ", "^end\n"],
    },
    Language {
        slug: "fsharp",
        base: None,
        sure: &[
            "^open System", "^let mutable ", "printfn ", "^[<", "^member ", "^let inline ",
            "Seq.", "|> List.", "|> Seq.", "^static member ", "sprintf \"", "|> Array.", "let! ",
            "^abstract member ",
        ],
        likely: &[
            "|> ", "^namespace ", "^| ", " with\n", "List.map ", "this.", "^open ", "async {\n",
            "elif ",
        ],
        hint: &["^let ", "^module ", "fun ", "-> ", "^type ", "^match ", "///"],
    },
    Language {
        slug: "dart",
        base: None,
        sure: &[
            "^import 'package:", "^import 'dart:", "Widget build(", "extends StatelessWidget",
            "extends StatefulWidget", "required this.", "^@override\n", "setState(()",
            "late final ", "BuildContext context", "(this.", "DateTime.now()",
        ],
        likely: &[
            "^void main() {\n", "Future<", "final String ", "Map<String, dynamic>", "^library ",
            "^part '",
        ],
        hint: &["final ", "var ", "List<", "print('", "print(\"", "String ", "int "],
    },
    Language {
        slug: "protobuf",
        base: None,
        sure: &["^syntax = \"proto", "^message ", "^rpc "],
        likely: &["^repeated ", "^service ", "^optional ", "^option ", "^int32 ", "^oneof "],
        hint: &["^package ", "^string ", "^enum ", "^import \"", "^bool "],
    },
    Language {
        slug: "hcl",
        base: None,
        sure: &[
            "^resource \"", "^variable \"", "^provider \"", "^output \"", "^terraform {\n",
            "^data \"", "^locals {\n",
        ],
        likely: &["^module \"", "var.", "local.", "^tags = {\n"],
        hint: &["description = \"", "default = ", "type = "],
    },
    Language {
        slug: "jenkinsfile",
        base: None,
        sure: &["^pipeline {\n", "^agent any\n", "^stage('", "^steps {\n", "^stages {\n"],
        likely: &["^agent {", "^post {\n", "^sh '", "^environment {\n"],
        hint: &["^echo '"],
    },
    Language {
        slug: "gradle",
        base: None,
        sure: &[
            "^implementation '", "^testImplementation '", "^apply plugin:", "^implementation \"",
            "^compile '", "^testCompile '", "sourceCompatibility", "mavenCentral()",
        ],
        likely: &[
            "^plugins {\n", "^dependencies {\n", "^repositories {\n", "^android {\n", "^id '",
        ],
        hint: &["^version "],
    },
    Language {
        slug: "solidity",
        base: None,
        sure: &[
            "^pragma solidity", "^contract ", "mapping(address", "msg.sender", "^event ",
            "uint256 ",
        ],
        likely: &["^modifier ", "require(", "returns (", "address ", "memory ", "external "],
        hint: &["public ", "function "],
    },
    Language {
        slug: "pascal",
        base: None,
        sure: &[
            "^end.\n", "^begin\n", "writeln (", "writeln('", "WriteLn('", "^procedure ",
            "^Procedure ", "^uses ", ": integer;\n", ":integer;\n", "^implementation\n",
            "readln;\n",
        ],
        likely: &[
            "^program ", "^end;\n", ":= ", "^Function ", "of char;", "^unit ", "^until ",
            " then\n", "^interface\n",
        ],
        hint: &["^var ", "^type ", "^function "],
    },
    Language {
        slug: "fish",
        base: None,
        sure: &[
            "^set --local ", "^set -l ", "^set -gx ", "^set -x ", "^set -U ", "^set_color ",
            "^if test ", "^else if test ", "^if status ", "^function fish_", "$argv",
            "string match ", "commandline ", "^echo (", "^echo -n (",
        ],
        likely: &["^end\n", "^set ", "^function ", "^abbr ", "^begin\n", "test -"],
        hint: &["^echo ", "^alias "],
    },
    Language {
        slug: "gdscript",
        base: None,
        sure: &[
            "^extends Node", "^extends ", "^onready var ", "^@onready ", "^@export",
            "^func _ready()", "^signal ", "-> void:\n", "^func _process(", "^class_name ",
        ],
        likely: &["^func ", "^var ", "^elif ", "-> int:\n", "-> String:\n"],
        hint: &["^const ", "self.", "^else:\n"],
    },
    Language {
        slug: "org",
        base: None,
        sure: &[
            "^#+BEGIN_SRC", "^#+begin_src", "^#+END_SRC", "^#+TITLE:", "^#+title:", "^** ",
            "^* TODO ", "^** TODO ", "^*** ", "|---+---", "^:PROPERTIES:",
        ],
        likely: &["^* ", "#+"],
        hint: &["- [ ] "],
    },
    Language {
        slug: "mediawiki",
        base: None,
        sure: &[
            "[[File:", "{{Infobox", "[[Category:", "'''", "^=== ", "{| class=", "^|}", "<ref>",
            "<ref ", "[[Image:",
        ],
        likely: &["^== ", "[[", "^** ", "{{", "''"],
        hint: &["^* ", "^# "],
    },
    Language {
        slug: "asciidoc",
        base: None,
        sure: &[
            "^:toc:", "^=== ", "[source,", "[NOTE]", "image::", "^==== ", "link:http", "[.lead]",
            "^include::",
        ],
        likely: &["^== ", "^----\n", "^NOTE: ", "^TIP: ", "^= ", "xref:", "^|===\n"],
        hint: &["^. ", "^* ", "^** "],
    },
    Language {
        slug: "typst",
        base: None,
        sure: &["#figure(", "#set ", "#show ", "#let ", "#import ", "#table("],
        likely: &["^= ", "^== ", "caption: [", "#image("],
        hint: &["^- ", "^+ "],
    },
    Language {
        slug: "nim",
        base: None,
        sure: &["^proc ", "ref object\n", "^discard ", "^template ", "^iterator ", "= enum\n"],
        likely: &["*(", "^type\n", "^let\n", "^var\n", "^const\n", "^when ", "@[", "^echo "],
        hint: &["^import ", "^var ", "result = ", "^type ", ": string", ": int"],
    },
    Language {
        slug: "odin",
        base: None,
        sure: &[":: proc(", "^import \"core:", ":: struct {\n", ":: enum {\n"],
        likely: &["fmt.println(", ":: distinct "],
        hint: &["^package ", ":= "],
    },
    Language {
        slug: "glsl",
        base: None,
        sure: &[
            "^#version ", "^uniform ", "^varying ", "gl_Position", "gl_FragColor", "texture2D(",
            "vec4(", "^layout (", " vec4 ", " mat4 ",
        ],
        likely: &["vec3 ", "vec2 ", "^in ", "^out ", "^void main()", "^precision "],
        hint: &["float ", "^#ifdef ", "^struct "],
    },
    Language {
        slug: "wgsl",
        base: None,
        sure: &[
            "@builtin(", "^@vertex\n", "^@fragment\n", "^@compute", "vec4f", "@location(",
            "@group(", "vec4<f32>",
        ],
        likely: &["^var<", "vec2f", "f32"],
        hint: &["^fn ", "^let ", "^struct "],
    },
    Language {
        slug: "actionscript",
        base: None,
        sure: &[
            "^import flash.", ":void {\n", ":void\n", "override public function ", ":Array = ",
        ],
        likely: &["public function ", ":String", ":Number", ":int", ":uint", "private var "],
        hint: &["^package ", "trace(", "var "],
    },
    Language {
        slug: "less",
        base: Some("css"),
        sure: &["^@media @", "@{", ".mixin()", " when (", ": ~\"", "^.mixin("],
        likely: &["&:hover", "lighten(@", "darken(@", ": @", "(@", "^// ", "-@"],
        hint: &["^@import "],
    },
    Language {
        slug: "jinja",
        base: None,
        sure: &[
            "{% if ", "{% for ", "{% block ", "{% endif %}", "{% endfor %}", "{% extends ",
            "{% endblock %}", "{% include ", "{%- if ", "{% endblock", "{% else %}",
        ],
        likely: &["{{ ", "{# ", "{% ", " }}"],
        hint: &["| "],
    },
    Language {
        slug: "fortran",
        base: None,
        sure: &[
            "^program ", "^end program", "^implicit none\n", "^subroutine ", "^end subroutine",
            "^integer ::", "^real ::", "intent(in)", "^end do\n", "^end function",
        ],
        likely: &[
            "^end if\n", "^use ", "^contains\n", "^call ", "^allocate(", "dimension(", "print *,",
            "write(*,",
        ],
        hint: &["^do ", "^integer", "^real"],
    },
    Language {
        slug: "matlab",
        base: None,
        sure: &[
            "^clc;", "^clear all", "^close all", "disp(", "fprintf('", "^hold on", "^figure;",
            "zeros(", "^xlabel('", "linspace(",
        ],
        likely: &[".* ", "./ ", "^end\n", "= rand(", "^function ", "^plot(", "^%%"],
        hint: &["^for ", "^% ", "^elseif "],
    },
    Language {
        slug: "tcl",
        base: None,
        sure: &[
            "^namespace eval ", "^proc ", "[expr ", "^package require ", "[lindex ", "^puts \"",
            "^foreach {",
        ],
        likely: &["^puts ", "^set ", "} else {\n", "[list "],
        hint: &["^if {"],
    },
    Language {
        slug: "crystal",
        base: None,
        sure: &[
            ": Nil = ", ": Int32", ": String = ", "Array(Int32)", "^@[Link", "^lib ",
            "Hash(String, ", "^require \"./", "= uninitialized ",
        ],
        likely: &["^puts ", "^end\n", "^def ", "^macro ", "^struct ", "#{"],
        hint: &["^class ", "^enum ", "^module "],
    },
    Language {
        slug: "groovy",
        base: None,
        sure: &["\"${", "^@Grab", "^import groovy.", "it -> "],
        likely: &["^def ", "println \"", ".each {", "^println ", "^trait "],
        hint: &["class ", "String ", "^import "],
    },
    Language {
        slug: "elm",
        base: None,
        sure: &[
            "exposing (", "^import Html", "^module Main exposing", "Html msg", "^type alias ",
            "Cmd Msg", "Sub Msg",
        ],
        likely: &["^type ", "|> ", "<| ", "^case ", "^in\n"],
        hint: &["-> ", "^import ", "^let\n"],
    },
    Language {
        slug: "vhdl",
        base: None,
        sure: &[
            "^library ieee;\n", "^use ieee.", "^library IEEE;\n", "^use IEEE.", "std_logic",
            "^entity ", "^architecture ", "^end process", "port map", "rising_edge(",
        ],
        likely: &["^port (", "^begin\n", "<= '", "^signal "],
        hint: &["^process", "^end "],
    },
    Language {
        slug: "textile",
        base: None,
        sure: &["^h1. ", "^h2. ", "^h3. ", "^bq. ", "^p. ", "^bc. "],
        likely: &["\":http"],
        hint: &["^* ", "^# ", "^** "],
    },
    Language {
        slug: "objcpp",
        base: Some("objc"),
        sure: &["std::", "^using namespace ", "^template <"],
        likely: &["^public:\n", "^private:\n", "nullptr", "^virtual ", "^class "],
        hint: &["new ", "delete "],
    },
];
