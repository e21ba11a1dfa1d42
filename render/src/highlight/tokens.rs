//! The kinds of tokens, and the scopes of the grammars that they stand for.

use std::sync::LazyLock;

use syntect::parsing::Scope;

/// A kind of token, as the start and end tag of its element. The style sheet sets the colours.
pub type Token = (&'static str, &'static str);

pub const PLAIN: Token = ("", "");
const KEYWORD: Token = ("<b>", "</b>");
const COMMENT: Token = ("<i>", "</i>");
pub const STRING: Token = ("<u>", "</u>");
const ESCAPE: Token = ("<b class=e>", "</b>");
const NUMBER: Token = ("<b class=n>", "</b>");
const FUNCTION: Token = ("<b class=f>", "</b>");
const TYPE: Token = ("<b class=y>", "</b>");
pub const TAG: Token = ("<b class=t>", "</b>");
const ATTRIBUTE: Token = ("<b class=a>", "</b>");
const HEADING: Token = ("<b class=h>", "</b>");
const STRONG: Token = ("<b class=s>", "</b>");
const EMPHASIS: Token = ("<i class=m>", "</i>");
const INSERTED: Token = ("<b class=i>", "</b>");
const DELETED: Token = ("<b class=d>", "</b>");

/// The token of each scope, by the names that Sublime's grammars share. The longest matching name
/// wins. `PLAIN` ends the colour of the scope around it, such as that of a string around an
/// interpolation.
const TOKENS_BY_SCOPE: [(&str, Token); 43] = [
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

/// The scope around the keys of JSON objects.
pub static MAPPING_KEY: LazyLock<Scope> =
    LazyLock::new(|| Scope::new("meta.mapping.key").unwrap_or_default());

/// [`TOKENS_BY_SCOPE`], the longest names first.
static RULES: LazyLock<Vec<(Scope, Token)>> = LazyLock::new(|| {
    let scope = |(name, token): &(&str, Token)| Some((Scope::new(name).ok()?, *token));
    let mut rules: Vec<_> = TOKENS_BY_SCOPE.iter().filter_map(scope).collect();
    rules.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.len()));
    rules
});

/// The token of a scope. `None` if no rule matches it.
pub fn token_of(scope: Scope) -> Option<Token> {
    RULES.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, token)| *token)
}
