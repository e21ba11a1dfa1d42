//! Tests of the indentation of JSON.

use proptest::prelude::*;
use serde_json::Value;

use super::layout::token;
use super::*;

fn error(text: &str) -> (usize, usize, String) {
    let bad = pretty(text).unwrap_err();
    (bad.line, bad.column, bad.message)
}

/// The text without the white space between tokens.
fn tokens(text: &str) -> String {
    let (mut out, mut at) = (String::new(), 0);
    while at < text.len() {
        let token = token(&text[at..]);
        out.push_str(token.trim_ascii());
        at += token.len();
    }
    out
}

#[test]
fn each_item_has_a_line() {
    assert_eq!(
        pretty(r#"{"a":[1,2.50,-0e+1],"b":{ },"c":[ [ ] ],"d":"x, {y}: \" \\"}"#).unwrap(),
        r#"{
  "a": [
    1,
    2.50,
    -0e+1
  ],
  "b": {},
  "c": [
    []
  ],
  "d": "x, {y}: \" \\"
}"#
    );
}

#[test]
fn only_white_space_changes() {
    let text = r#"{"b":1e999,"a":"\u00e9\/\ud800 é","a":100000000000000000000.0}"#;
    assert_eq!(tokens(&pretty(text).unwrap()), text);
}

#[test]
fn a_final_line_end_is_kept_and_none_is_added() {
    assert_eq!(pretty(" [1]").unwrap(), "[\n  1\n]");
    assert_eq!(pretty(" [1]\r\n").unwrap(), "[\n  1\n]\n");
}

#[test]
fn each_of_several_values_begins_a_line() {
    assert_eq!(pretty("{\"a\":1}\n{}\n").unwrap(), "{\n  \"a\": 1\n}\n{}\n");
    assert_eq!(
        pretty("1 2\"a\"\"b\"[]null[true]").unwrap(),
        "1\n2\n\"a\"\n\"b\"\n[]\nnull\n[\n  true\n]"
    );
}

#[test]
fn an_error_has_a_line_and_a_column() {
    assert_eq!(error("{\n  \"a\": 01\n}"), (2, 9, "invalid number".into()));
    assert_eq!(error("// note\n{}"), (1, 1, "expected value".into()));
    assert_eq!(error("{\"a\":1,}"), (1, 8, "key must be a string".into()));
    assert_eq!(error("{}\n{}\n[1,\n"), (4, 1, "EOF while parsing a value".into()));
    assert_eq!(error(""), (1, 1, "there is no value".into()));
    assert_eq!(error(" \n "), (2, 2, "there is no value".into()));
    for text in
        ["1, 2", "[1 2]", "{a:1}", "{'a':1}", "[1]]", "\u{feff}{}", "\"\n\"", "nul", "\"", "[\"\\"]
    {
        pretty(text).unwrap_err();
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    pretty(&nested(MAX_DEPTH)).unwrap();
    let (line, column, message) = error(&nested(MAX_DEPTH + 1));
    assert_eq!((line, column), (1, MAX_DEPTH + 1));
    assert_eq!(message, "arrays and objects are nested too deeply");
    pretty(&"[".repeat(10 << 20)).unwrap_err();

    let long = format!("{}{}1{}", "[".repeat(128), "1,".repeat(5 << 20), "]".repeat(128));
    assert_eq!(error(&long).2, "the indented text is too long");
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(".{0,4}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_layout_is_that_of_serde_json_and_the_value_is_the_same(value in json()) {
        let shown = pretty(&value.to_string()).unwrap();
        prop_assert_eq!(&shown, &serde_json::to_string_pretty(&value).unwrap());
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        prop_assert_eq!(read(&shown), read(&value.to_string()));
        prop_assert_eq!(pretty(&shown).unwrap(), shown);
    }

    #[test]
    fn the_tokens_stay_the_same(text in "([\\[\\]{},: \n]|\"a[\\\\\"]?\"|1|true){0,12}") {
        if let Ok(shown) = pretty(&text) {
            prop_assert_eq!(tokens(&shown), tokens(&text));
            prop_assert_eq!(pretty(&shown).unwrap(), shown);
        }
    }
}
