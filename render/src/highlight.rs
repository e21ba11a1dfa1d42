//! Highlights source code with syntect and the grammars of two-face.
//!
//! The HTML stays small: highlighted text is one short element, neighbours of one kind share it, and
//! text without a colour has none.

mod long_json;
mod tokens;

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Instant;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

use crate::escape::push_text;
use long_json::LongJson;
use tokens::{MAPPING_KEY, PLAIN, STRING, TAG, Token, token_of};

/// A longer line, in bytes, is not highlighted, unless it is JSON. It is not code to be read, and highlighting cannot be
/// interrupted within a line.
pub const MAX_LINE_BYTES: usize = 1_000;

/// The greatest depth of nested scopes. A text that nests deeper is plain from there on.
const MAX_DEPTH: usize = 512;

/// How often one search with a regex may backtrack; then it ends without a match. The time of some
/// regexes grows with the fourth power of a line's length: without this, the grammar of Less takes
/// minutes for a line of 1,000 bytes, and with it no grammar takes more than 0.1 s. Of half a million
/// lines of ordinary files, none needs this many; some of Emacs Lisp need 20,000.
const MAX_RETRIES: u32 = 50_000;

static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(|| {
    regexlimits::retries::limit(MAX_RETRIES);
    two_face::syntax::extra_newlines()
});

/// Highlights a block of code inside another text. `None` if there is no such grammar, or if it
/// takes until after `deadline`.
pub fn code(grammar: &str, code: &str, deadline: Instant) -> Option<String> {
    // A document may have very many blocks after the deadline.
    if Instant::now() > deadline {
        return None;
    }
    let mut highlighter = Highlighter::new(grammar)?;
    let mut html = String::with_capacity(code.len() * 2);
    for line in code.split_inclusive('\n') {
        if Instant::now() > deadline {
            return None;
        }
        highlighter.line(line, &mut html);
    }
    Some(html)
}

/// Highlights lines one after another. It keeps the state of the grammar between lines.
#[derive(Clone, Debug)]
pub struct Highlighter {
    state: ParseState,
    scopes: ScopeStack,
    /// The results of [`token_of`]: a text repeats a few scopes.
    tokens: HashMap<Scope, Option<Token>>,
    /// The text is nested too deeply or broke the grammar: the rest of it is plain.
    gave_up: bool,
    /// The grammar is that of JSON, whose long lines are highlighted without it.
    long_json: Option<LongJson>,
    /// Only the first pieces of a long line have been written.
    in_long_line: bool,
}

/// The grammar whose long lines are highlighted.
const JSON: &str = "JSON";

/// Whether the grammar leaves lines of `text` plain because they are too long.
pub fn leaves_lines_plain(grammar: &str, text: &str) -> bool {
    grammar != JSON
        && grammar != GRAMMARS.find_syntax_plain_text().name
        && text.split_inclusive('\n').any(|line| line.len() > MAX_LINE_BYTES)
}

impl Highlighter {
    /// `None` if there is no such grammar, or if it is the one of plain text.
    pub fn new(grammar: &str) -> Option<Self> {
        let syntax = GRAMMARS.find_syntax_by_name(grammar)?;
        let is_plain_text = syntax.name == GRAMMARS.find_syntax_plain_text().name;
        (!is_plain_text).then(|| Self {
            state: ParseState::new(syntax),
            scopes: ScopeStack::new(),
            tokens: HashMap::new(),
            gave_up: false,
            long_json: (grammar == JSON).then(LongJson::default),
            in_long_line: false,
        })
    }

    /// Appends `line`, with its line end if it has one, to `html`.
    pub fn line(&mut self, line: &str, html: &mut String) {
        if let Some(json) = &mut self.long_json
            && (self.in_long_line || line.len() > MAX_LINE_BYTES)
        {
            self.in_long_line = !line.ends_with('\n');
            return json.write(line, html);
        }
        self.gave_up |= self.scopes.len() > MAX_DEPTH;
        if self.gave_up || line.len() > MAX_LINE_BYTES {
            return push_text(html, line);
        }
        let Ok(operations) = self.state.parse_line(line, &GRAMMARS) else {
            self.gave_up = true;
            return push_text(html, line);
        };
        let mut writer = TokenWriter { html, open: PLAIN, pending_space: "" };
        let mut at = 0;
        for (next, operation) in operations {
            writer.write(&line[at..next], || self.token());
            at = next;
            self.gave_up |= self.scopes.apply(&operation).is_err();
        }
        writer.write(&line[at..], || self.token());
        writer.close();
    }

    /// The token of the innermost scope that has one.
    fn token(&mut self) -> Token {
        let scopes = self.scopes.as_slice();
        for at in (0..scopes.len()).rev() {
            let scope = scopes[at];
            if let Some(token) = *self.tokens.entry(scope).or_insert_with(|| token_of(scope)) {
                // The keys of JSON objects are strings too.
                let is_key = at > 0 && token == STRING && MAPPING_KEY.is_prefix_of(scopes[at - 1]);
                return if is_key { TAG } else { token };
            }
        }
        PLAIN
    }
}

/// Writes the tokens of a line in as few elements as possible.
struct TokenWriter<'a, 'b> {
    html: &'a mut String,
    /// The token whose element is open.
    open: Token,
    /// White space that is not written yet. It looks the same in any element, so it goes into that of
    /// the next token.
    pending_space: &'b str,
}

impl<'b> TokenWriter<'_, 'b> {
    fn write(&mut self, text: &'b str, token: impl FnOnce() -> Token) {
        // Line ends stand outside of all elements, so that marks can be set between lines.
        let (text, line_end) = text.split_at(text.trim_end_matches(['\r', '\n']).len());
        self.write_token(text, token);
        if !line_end.is_empty() {
            self.close();
            push_text(self.html, line_end);
        }
    }

    fn write_token(&mut self, text: &'b str, token: impl FnOnce() -> Token) {
        if text.is_empty() {
            return;
        }
        if self.pending_space.is_empty() && text.bytes().all(|byte| b" \t".contains(&byte)) {
            self.pending_space = text;
            return;
        }
        let token = token();
        if token != self.open {
            self.close();
            self.open = token;
            self.html.push_str(token.0);
        }
        push_text(self.html, self.pending_space);
        self.pending_space = "";
        push_text(self.html, text);
    }

    fn close(&mut self) {
        self.html.push_str(self.open.1);
        self.open = PLAIN;
        push_text(self.html, self.pending_space);
        self.pending_space = "";
    }
}
