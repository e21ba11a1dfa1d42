//! A syntax's colours, by the grammars that syntect reads and two-face brings.
//!
//! What is coloured is one short element; neighbours of one colour share it, and what has no
//! colour has no element, so that the HTML stays small.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Instant;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

use crate::escape::push_text;

/// In bytes. A longer line is no code to read, and some grammars' regular expressions take time with
/// the cube of its length: INI's 25 s for 4,000 spaces, and nothing can interrupt them within a line.
const LONGEST_LINE: usize = 1_000;

/// Scopes within scopes. A text made to nest without end is plain from there on.
const DEEPEST: usize = 512;

static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What a piece of a line is, as its element's start and end; the style sheet gives the colours.
type Token = (&'static str, &'static str);

const PLAIN: Token = ("", "");
const KEYWORD: Token = ("<b>", "</b>");
const COMMENT: Token = ("<i>", "</i>");
const STRING: Token = ("<u>", "</u>");
const ESCAPE: Token = ("<b class=e>", "</b>");
const NUMBER: Token = ("<b class=n>", "</b>");
const FUNCTION: Token = ("<b class=f>", "</b>");
const TYPE: Token = ("<b class=y>", "</b>");
const TAG: Token = ("<b class=t>", "</b>");
const ATTRIBUTE: Token = ("<b class=a>", "</b>");
const HEADING: Token = ("<b class=h>", "</b>");
const STRONG: Token = ("<b class=s>", "</b>");
const EMPHASIS: Token = ("<i class=m>", "</i>");
const INSERTED: Token = ("<b class=i>", "</b>");
const DELETED: Token = ("<b class=d>", "</b>");

/// By the names that Sublime's grammars share. `PLAIN` ends the colour of what is around, such as a
/// string's inside an interpolation. The longest name that fits counts.
const TOKENS: [(&str, Token); 43] = [
    ("comment", COMMENT),
    ("constant", NUMBER),
    ("constant.character.escape", ESCAPE),
    ("constant.other.placeholder", ESCAPE),
    ("entity.name", TYPE),
    ("entity.name.function", FUNCTION),
    ("entity.name.section", HEADING),
    ("entity.name.tag", TAG),
    ("entity.other.attribute-name", ATTRIBUTE),
    ("entity.other.inherited-class", TYPE),
    ("keyword", KEYWORD),
    ("keyword.operator", PLAIN),
    ("keyword.operator.word", KEYWORD),
    ("keyword.operator.logical.python", KEYWORD),
    ("markup.bold", STRONG),
    ("markup.deleted", DELETED),
    ("markup.heading", HEADING),
    ("markup.inserted", INSERTED),
    ("markup.italic", EMPHASIS),
    ("markup.quote", COMMENT),
    ("markup.raw", STRING),
    ("markup.underline.link", STRING),
    ("meta.annotation", ATTRIBUTE),
    ("meta.diff.header", COMMENT),
    ("meta.diff.range", ATTRIBUTE),
    ("meta.embedded", PLAIN),
    ("meta.interpolation", PLAIN),
    ("meta.mapping.key string", TAG),
    ("meta.preprocessor", ATTRIBUTE),
    ("meta.template.expression", PLAIN),
    ("source", PLAIN),
    ("storage", KEYWORD),
    ("storage.type.annotation", ATTRIBUTE),
    ("string", STRING),
    ("string.unquoted", PLAIN),
    ("support.class", TYPE),
    ("support.constant", NUMBER),
    ("support.function", FUNCTION),
    ("support.macro", FUNCTION),
    ("support.type", TYPE),
    ("text.html", PLAIN),
    ("variable.function", FUNCTION),
    ("variable.language", KEYWORD),
];

static KEY: LazyLock<Scope> = LazyLock::new(|| Scope::new("meta.mapping.key").unwrap_or_default());

static RULES: LazyLock<Vec<(Scope, Token)>> = LazyLock::new(|| {
    let scope = |(name, token): &(&str, Token)| Some((Scope::new(name).ok()?, *token));
    let mut rules: Vec<_> = TOKENS.iter().filter_map(scope).collect();
    rules.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.len()));
    rules
});

/// A piece of code inside another text; `None` where nothing colours it in time.
pub fn code(grammar: &str, code: &str, until: Instant) -> Option<String> {
    let mut highlighter = Highlighter::new(grammar)?;
    let mut html = String::with_capacity(code.len() * 2);
    for line in code.split_inclusive('\n') {
        if Instant::now() > until {
            return None;
        }
        highlighter.line(line, &mut html);
    }
    Some(html)
}

/// Where a text's grammar stands after a line.
#[derive(Debug)]
pub struct Highlighter {
    grammar: ParseState,
    scopes: ScopeStack,
    /// What [`RULES`] say of each scope so far: a text has few, again and again.
    known: HashMap<Scope, Option<Token>>,
    lost: bool,
}

impl Highlighter {
    /// `None` where there is no such grammar, or none that colours anything.
    pub fn new(grammar: &str) -> Option<Self> {
        let syntax = GRAMMARS.find_syntax_by_name(grammar)?;
        let plain = syntax.name == GRAMMARS.find_syntax_plain_text().name;
        (!plain).then(|| Self {
            grammar: ParseState::new(syntax),
            scopes: ScopeStack::new(),
            known: HashMap::new(),
            lost: false,
        })
    }

    /// `line` with its end, if it has one.
    pub fn line(&mut self, line: &str, html: &mut String) {
        self.lost |= self.scopes.len() > DEEPEST;
        if self.lost || line.len() > LONGEST_LINE {
            return push_text(html, line);
        }
        let Ok(operations) = self.grammar.parse_line(line, &GRAMMARS) else {
            self.lost = true;
            return push_text(html, line);
        };
        let mut pen = Pen { html, token: PLAIN, blank: "" };
        let mut at = 0;
        for (next, operation) in operations {
            pen.write(&line[at..next], || self.token());
            at = next;
            self.lost |= self.scopes.apply(&operation).is_err();
        }
        pen.write(&line[at..], || self.token());
        pen.lift();
    }

    /// Of the innermost scope that says something.
    fn token(&mut self) -> Token {
        let scopes = self.scopes.as_slice();
        for at in (0..scopes.len()).rev() {
            let scope = scopes[at];
            if let Some(token) = *self.known.entry(scope).or_insert_with(|| token_of(scope)) {
                // the strings that are JSON's keys
                let is_key = at > 0 && token == STRING && KEY.is_prefix_of(scopes[at - 1]);
                return if is_key { TAG } else { token };
            }
        }
        PLAIN
    }
}

/// `None` where the scope says nothing about its text.
fn token_of(scope: Scope) -> Option<Token> {
    RULES.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, token)| *token)
}

/// Writes a line's pieces, in as few elements as show the same.
struct Pen<'a, 'b> {
    html: &'a mut String,
    token: Token,
    /// White space that the next piece decides about: it looks the same in any element.
    blank: &'b str,
}

impl<'b> Pen<'_, 'b> {
    fn write(&mut self, piece: &'b str, token: impl FnOnce() -> Token) {
        // The line's end is nobody's, so that marks can stand between lines.
        let (piece, end) = piece.split_at(piece.trim_end_matches(['\r', '\n']).len());
        self.write_piece(piece, token);
        if !end.is_empty() {
            self.lift();
            push_text(self.html, end);
        }
    }

    fn write_piece(&mut self, piece: &'b str, token: impl FnOnce() -> Token) {
        if piece.is_empty() {
            return;
        }
        if self.blank.is_empty() && piece.bytes().all(|byte| b" \t".contains(&byte)) {
            self.blank = piece;
            return;
        }
        let token = token();
        if token != self.token {
            self.lift();
            self.token = token;
            self.html.push_str(token.0);
        }
        push_text(self.html, self.blank);
        self.blank = "";
        push_text(self.html, piece);
    }

    fn lift(&mut self) {
        self.html.push_str(self.token.1);
        self.token = PLAIN;
        push_text(self.html, self.blank);
        self.blank = "";
    }
}
