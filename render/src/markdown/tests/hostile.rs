//! No paste brings elements or attributes onto a page that are not allowed here.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use scraper::node::Element;
use url::Url;

use super::*;

/// Attributes of our own elements, with ids and classes. None of them comes from a paste.
fn is_ours(name: &str, attribute: &str, value: &str) -> bool {
    let numbered =
        |prefix| value.strip_prefix(prefix).is_some_and(|n: &str| n.parse::<usize>().is_ok());
    match (name, attribute) {
        ("a", "id") => numbered("ref-"),
        ("li", "id") => numbered("note-"),
        ("a", "class") => matches!(value, "ref" | "back"),
        ("div", "class") => value == "scroll" || value.starts_with("alert "),
        ("p", "class") => value == "alert-title",
        ("section", "class") => value == "notes",
        ("bdi" | "span", "class") => value == "ctl",
        ("bdi" | "span", "data-u") => true,
        ("input", "class") => value == "task",
        ("input", "type") => value == "checkbox",
        ("input", "disabled" | "checked") => value.is_empty(),
        ("a" | "section" | "div" | "pre" | "input", "aria-label") => {
            [LABELS.code, LABELS.table, LABELS.notes, LABELS.back, LABELS.done, LABELS.to_do]
                .contains(&value)
        }
        ("div" | "pre", "role") => value == "group",
        ("div" | "pre", "tabindex") => value == "0",
        _ => false,
    }
}

fn is_harmless(name: &str, attribute: &str, value: &str) -> bool {
    match (name, attribute) {
        ("a", "href") => {
            value.starts_with("#note-")
                || value.starts_with("#ref-")
                || Url::parse(value)
                    .is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto"))
        }
        ("a", "rel") => value == "nofollow ugc noopener noreferrer",
        ("a" | "abbr" | "dfn", "title") | ("details", "open") => true,
        ("p" | "div" | "h2" | "h3" | "h4" | "h5" | "h6" | "td" | "th", "align") => {
            matches!(value, "left" | "center" | "right")
        }
        ("td" | "th", "colspan" | "rowspan") => value.parse::<u8>().is_ok_and(|span| span <= 50),
        ("ol", "start") => value.parse::<i32>().is_ok(),
        (_, "dir") => value == "auto",
        _ => false,
    }
}

fn check_element(element: &Element) -> Result<(), String> {
    const NAMES: &str = " a abbr b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em \
        figcaption figure h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp section small span strong \
        sub summary sup table tbody td tfoot th thead time tr u ul var wbr input ";
    let name = element.name();
    if !NAMES.contains(&format!(" {name} ")) {
        return Err(format!("<{name}>"));
    }
    if name == "input"
        && (element.attr("type"), element.attr("disabled")) != (Some("checkbox"), Some(""))
    {
        return Err("a control that works".into());
    }
    element
        .attrs()
        .find(|(attribute, value)| {
            !is_ours(name, attribute, value) && !is_harmless(name, attribute, value)
        })
        .map_or(Ok(()), |(attribute, value)| Err(format!("<{name} {attribute}={value:?}>")))
}

/// The HTML that goes to the sanitiser.
fn written(text: &str) -> String {
    let writer = Writer::new(Placeholders::new().unwrap(), "");
    let events = TextMergeStream::new(Parser::new_ext(text, options()));
    Document::new(&LABELS, &mut |_, _| None, writer).write(events).0
}

/// Checks all elements of the page, as a browser would read it.
fn check(text: &str) -> Result<(), String> {
    let page = parsed(text);
    for element in all(&page, "main *") {
        check_element(element.value()).map_err(|what| format!("{what} in {}", html(text)))?;
    }
    // An unclosed `div` would contain the footer; other unclosed elements would continue inside it.
    let page = Html::parse_document(&format!("<div>{}</div><footer>after</footer>", html(text)));
    if texts(&page, "body > footer") != ["after"] || count(&page, "body > *, footer *") != 2 {
        return Err(format!("not closed: {}", html(text)));
    }
    let mut ids: Vec<_> = all(&page, "[id]").iter().filter_map(|e| e.attr("id")).collect();
    let number = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() == number { Ok(()) } else { Err(format!("an id twice: {}", html(text))) }
}

const VECTORS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT >",
    "a <script>alert(1)</script> b",
    "<script src=//evil></script>",
    "<scr<script>ipt>alert(1)</script>",
    "<script/x>alert(1)</script",
    "<img src=x onerror=alert(1)>",
    "<img src=http://a/b onerror=alert(1) srcset='http://evil 2x'>",
    "<img/src=`x`onerror=alert(1)>",
    "<IMG SRC=\"jav&#x09;ascript:alert(1);\">",
    "<p onclick=alert(1)>x</p>",
    "<div ONMOUSEOVER='alert(1)'>x</div>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\" \x01javascript:alert(1)\">x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"&#106;avascript&colon;alert(1)\">x</a>",
    "<a href=\"&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)\">x</a>",
    "<a href=vbscript:x>x</a> <a href=data:text/html,<script>1</script>>x</a>",
    "<a href=blob:https://a/b>x</a> <a href=file:///etc>x</a> <a href=intent:x>x</a>",
    "[x](javascript:alert(1)) [y](<java\tscript:alert(1)>) [z](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1)) [y](&#106;avascript:alert(1)) [z](data:text/html;base64,PHM+)",
    "[x](vbscript:x) ![y](javascript:alert(1)) <javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x] ![x]",
    "[x](http://a/\"onmouseover=\"alert(1)) [y](http://a 'x\" onclick=\"alert(1)')",
    "![x\" onerror=\"alert(1)](http://a/b)",
    "<a href=\"//evil\">x</a> <a href=/logout>x</a> <a href=?x>x</a> <a href=\\\\evil>x</a> [x](//evil) [y](/logout)",
    "<a href=#main>x</a> [x](#text)",
    "<a href=http://a target=_blank download ping=http://evil rel=opener>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<svg><use href=data:image/svg+xml,x></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script><img src=x></template>",
    "<textarea><img title=\"</textarea><img src onerror=alert(1)>\"></textarea>",
    "<title><a title=\"</title><img src onerror=alert(1)>\"></title>",
    "<style><a title=\"</style><img src onerror=alert(1)>\"></style>",
    "<style>@import url(http://evil)</style>",
    "<link rel=stylesheet href=http://evil>",
    "<xmp><p title=\"</xmp><svg/onload=alert(1)>\">",
    "<plaintext><script>alert(1)</script>",
    "<iframe src=http://evil></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=http://evil></object><embed src=http://evil><applet code=x>",
    "<frameset><frame src=http://evil></frameset>",
    "<portal src=http://evil>",
    "<fencedframe>",
    "<meta http-equiv=refresh content='0;url=http://evil'>",
    "<base href=http://evil/>",
    "<form action=http://evil><input name=x type=password><button formaction=javascript:alert(1)>x</button></form>",
    "<input type=image src=http://evil> <input autofocus onfocus=alert(1)> <select><option>x</select>",
    "<picture><source srcset=http://evil><img src=http://a/b></picture>",
    "<video src=http://evil poster=http://evil autoplay><source src=http://evil><track src=http://evil></video>",
    "<audio src=http://evil></audio> <bgsound src=http://evil> <image src=http://evil>",
    "<body background=http://evil onload=alert(1)>",
    "<table background=http://evil><td background=http://evil>x",
    "<div style=\"background:url(http://evil)\">x</div> <p style='position:fixed;inset:0'>x</p>",
    "<div hx-get=/profile hx-trigger=load>x</div> <b hx-on:click='alert(1)'>x</b>",
    "<div data-hx-get=/profile data-hx-on--load=x data-copy=text data-key=c>x</div>",
    "<hx-partial hx-target=body><script>1</script></hx-partial> <div hx-on::load=alert(1)>",
    "<p hx-swap-oob=true id=main>x</p> <div _=\"on load\" x-data=1 @click=x :a=b v-html=c>x</div>",
    "<a id=link name=link href=http://a>x</a> <div id=note-1 class=created>x</div> <form id=paste>",
    "<p class='alert warning flash'>x</p> <span slot=x part=y is=z itemid=a>x</span>",
    "<div popover contenteditable tabindex=1 accesskey=x autofocus draggable=true inert hidden>x</div>",
    "<button popovertarget=keys command=show-modal commandfor=keys>x</button> <dialog open>x</dialog>",
    "<x-element is=y>z</x-element> <slot name=x>y</slot>",
    "<section role=main aria-label=x>y</section> <main id=main>x</main> <nav>x</nav>",
    "<div><b><p></main></body></html><footer>x",
    "</main></article></div><h1>x",
    "<div><table><tr><td><ul><li>x",
    "<b><table><i><tr>x</b></i>",
    "<a href=http://a><b><a href=http://b>x</a></b></a>",
    "<table><tr><td>\n\n|a|\n|-|\n|b|\n\n</table>",
    "<ul>\n\n|a|\n|-|\n\n</ul>",
    "<dl>x<dt>y<p>z<dd>w",
    "<!--><script>alert(1)</script>-->",
    "<!--!><img src=x>--> <!-- --!><script>1</script>",
    "<!---><b>x",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php <script>alert(1)</script> ?>",
    "<!DOCTYPE x [<!ENTITY y \"<script>\">]>&y;",
    "<scr\0ipt>alert(1)</scr\0ipt> <im\0g src=x onerror=alert(1)> \0 <a href=\"java\0script:x\">x</a>",
    "<p title='<script>alert(1)</script>'><abbr title=\"a&quot;><script>1</script>\">x</abbr>",
    "<a href='http://a/\"><script>alert(1)</script>'>x</a>",
    "`<script>alert(1)</script>`",
    "```\"><script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
    "```<img/src=x/onerror=alert(1)>\nx\n```",
    "    </code></pre><script>alert(1)</script>",
    "<pre></code></pre><script>alert(1)</script>",
    "<code><pre>x",
    "[^x\"><script>]\n\n[^x\"><script>]: <script>alert(1)</script></li></ol></section><div id=x>",
    "[^1]\n\n[^1]: <sup><a id=ref-1 class=back href=#ref-1>x</a></sup> <li id=note-1>",
    "[^a]: [^b]: > - [^a] [^b]\n\n[^a][^b]",
    "> [!NOTE]\n> </div></div><script>1</script>\n> <div class=alert>",
    "> [!NOTE]\n> - <div>\n\n</div></main>",
    "- [x] <input type=checkbox checked onclick=alert(1)>",
    "|<script>|\n|-|\n|</td></table><img src=x>|",
    "<h1 id=x><h2><p><h1>y",
    "# </h2><script>1</script>",
    "<summary>x</summary> <caption>y <td>z <li>w <figcaption>v",
    "<td colspan=65535 rowspan=99999>",
    "<table><td colspan=65535 rowspan=-1>x</table>",
    "<ol start=1e9><li value=-1>x</ol>",
    "<select><selectedcontent></selectedcontent><option>x</select>",
    "<frame><isindex prompt=x><keygen><command>",
    "<bdo dir=rtl>x</bdo>\u{202e}y",
    "<marquee onstart=alert(1)>x</marquee><blink>",
    "www.a.example/\"onmouseover=alert(1) https://a.example/<script>alert(1)</script>",
];

#[test]
fn every_vector_leaves_only_what_is_allowed() {
    assert!(VECTORS.len() >= 60);
    for vector in VECTORS {
        for around in [
            "{}",
            "> {}",
            "- a\n- {}",
            "|a|\n|-|\n|{}|",
            "<div>\n{}",
            "x {} y",
            "<table>{}",
            "[a{}](http://a)",
            "[^n]\n\n[^n]: {}",
            "<a href=http://a>{}",
            "<p>{}\n\nz",
        ] {
            let text = around.replace("{}", vector);
            check(&text).unwrap_or_else(|what| panic!("{text:?}: {what}"));
        }
    }
}

/// Two layers keep a page safe, the writer and the sanitiser. Each must be enough alone.
#[test]
fn the_sanitiser_alone_leaves_only_what_is_allowed() {
    for vector in VECTORS {
        let page = Html::parse_fragment(&sanitiser::sanitise(vector));
        for element in all(&page, "html *") {
            check_element(element.value()).unwrap_or_else(|what| panic!("{vector:?}: {what}"));
            assert!(element.attr("id").or(element.attr("class")).is_none(), "{vector:?}");
        }
    }
}

#[test]
fn the_writer_alone_leaves_only_what_is_allowed() {
    for vector in VECTORS {
        let written = written(vector);
        let page = Html::parse_fragment(&written);
        for element in all(&page, "html *") {
            check_element(element.value()).unwrap_or_else(|what| panic!("{vector:?}: {what}"));
        }
    }
}

#[test]
fn a_paste_cannot_forge_a_placeholder() {
    let mut placeholders = Placeholders::new().unwrap();
    let mut placeholder = String::new();
    placeholders.push(&mut placeholder, "<u>");
    assert_eq!(placeholders.replace(&placeholder), "<u>");
    // The placeholder of another document is plain text. One with an unknown number is removed.
    assert_eq!(texts(&parsed(&placeholder), "main > p"), [placeholder.as_str()]);
    assert_eq!(placeholders.replace(&placeholder.replace("0;", "7;x")), "x");
    assert_ne!(Placeholders::new().unwrap().replace(&placeholder), "<u>");
}

#[test]
fn no_text_is_slow_or_crashes() {
    let deep = |unit: &str| unit.repeat(MAX_BYTES / 4 / unit.len());
    let units = [
        "[",
        "(",
        "*",
        "a*",
        ">",
        "- ",
        "> - ",
        "`",
        "<",
        "![",
        "[a](",
        "|",
        "&amp",
        "<div>",
        "<div>\n\n",
        "<b>",
        "<p><b><p>",
        "<ul><li>",
        "<table><tr><td>",
        "<a ",
        "www.",
        "(www.",
        "http://",
        "\u{202e}",
        "[^a]\n\n[^a]:x\n\n",
        "<svg><math>",
        "<i><b><u>",
        "<b title=\"",
        "> [!NOTE]\n>",
        "\u{a0}&",
    ];
    let numbered = |unit: &dyn Fn(usize) -> String| (0..20_000).map(unit).collect::<String>();
    let many = numbered(&|i| format!("[^{i}]\n\n[^{i}]: a\n\n"));
    let attributes = numbered(&|i| format!("a{i} "));
    let table =
        format!("{}|\n{}|\n{}", "|a".repeat(10_000), "|-".repeat(10_000), "x\n".repeat(10_000));
    let list = (0..60).map(|i| format!("<b><i><abbr title={}>", "x".repeat(i * 50)));
    let formatting = list.collect::<String>() + &"<p>x</p>".repeat(10_000);
    let texts = units.iter().map(|unit| deep(unit)).chain([
        many,
        format!("<a {attributes}>"),
        table,
        formatting,
    ]);
    for text in texts {
        let start = Instant::now();
        let length = html(&text[..text.floor_char_boundary(MAX_BYTES)]).len();
        let beginning: String = text.chars().take(20).collect();
        assert!(start.elapsed() < Duration::from_secs(10), "{beginning}: {:?}", start.elapsed());
        assert!(length < 100 * MAX_BYTES, "{beginning}: {length}");
    }
}

/// The tags in their order, without those that the parser adds.
fn tags(html: &str) -> Vec<String> {
    html.split('<')
        .skip(1)
        .filter_map(|tag| {
            let name: String =
                tag.chars().take_while(|c| *c == '/' || c.is_ascii_alphanumeric()).collect();
            (!matches!(&*name, "" | "tbody" | "/tbody")).then_some(name)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_markup_leaves_only_what_is_allowed(parts in prop::collection::vec(soup(), 0..24)) {
        let text = parts.concat();
        check(&text).map_err(|what| TestCaseError::fail(format!("{text:?}: {what}")))?;
    }

    /// If the sanitiser's parser moved an element, an element that a placeholder opens could be closed in
    /// the wrong place.
    #[test]
    fn the_sanitiser_moves_no_element(parts in prop::collection::vec(soup(), 0..24)) {
        let text = parts.concat();
        let written = written(&text);
        prop_assert_eq!(tags(&sanitiser::sanitise(&written)), tags(&written), "{:?}", text);
    }
}

const NAMES: &str = "a; a href=http://a; abbr; b; i; code; font; nobr; p; div; h1; h3; pre; ul; ol; li; \
    dl; dt; dd; table; caption; colgroup; col; thead; tbody; tr; td; th; details; \
    summary; figure; figcaption; blockquote; br; hr; img src=http://a; svg; math; mtext; \
    foreignObject; style; script; template; textarea; select; option; button; form; \
    noscript; title; iframe; body; html; frameset; ruby; rt; center; main; \
    span id=x class=y onclick=z; div hx-get=/ style=x; plaintext; marquee; object; \
    a href=javascript:x";

fn soup() -> impl Strategy<Value = String> {
    let names = prop::sample::select(NAMES.split("; ").collect::<Vec<_>>());
    let markdown = prop::sample::select(vec![
        "\n",
        "\n\n",
        "\n> ",
        "\n- ",
        "\n1. ",
        "\n  ",
        "\n    ",
        "# ",
        "|a|b|\n|-|-|\n|",
        "|",
        "**",
        "_",
        "`",
        "```\n",
        "~~",
        "[",
        "](",
        "](http://a)",
        "![",
        "[^1]",
        "\n\n[^1]: ",
        "[^2]",
        "\n\n[^2]: ",
        "> [!TIP]\n> ",
        "- [x] ",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "&lt;",
        "&#60;script&#62;",
        "&",
        "\"",
        "'",
        ">",
        "<",
        "=",
        "www.a.b",
        "https://a.b/c",
        "\0",
        "\u{202e}",
        "\\",
        "---\n",
    ]);
    prop_oneof![
        4 => (names.clone(), any::<bool>()).prop_map(|(name, line)| format!("{}<{name}>", if line { "\n" } else { "" })),
        2 => names.prop_map(|name| format!("</{}>", name.split(' ').next().unwrap_or(name))),
        4 => markdown.prop_map(str::to_owned),
        2 => "[a-z <>/\"'=&;]{0,8}",
        1 => "\\PC{0,4}",
    ]
}
