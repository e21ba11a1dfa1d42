//! The search in a text.

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn a_hit_in_any_part_links_to_its_line() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let text =
        (1..=4_500).map(|line| format!("line {line} of many\n")).collect::<Vec<_>>().concat();
    let link = visitor.paste(&text).await;
    let page = visitor.get(&format!("{link}/find?q=LINE%204321%20")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Found in 1 line."));
    assert!(
        page.text().contains(&format!("{link}?q=LINE%204321%20&amp;hit=1#L4321")),
        "{}",
        page.text()
    );
    assert!(page.text().contains("<mark>line 4321 </mark>"));
}

#[tokio::test]
async fn hits_come_a_hundred_at_a_time() {
    let site = Site::start().await;
    let link = site.visitor().paste(&"a word\n".repeat(250)).await;
    let htmx = site.visitor().with_htmx();
    let hits = async |from: usize| {
        let response = htmx.get(&format!("{link}/found?q=word&from={from}")).await.text();
        (response.matches("<li>").count(), response.contains("hx-get"))
    };
    assert_eq!(hits(0).await, (100, true));
    assert_eq!(hits(100).await, (100, true));
    assert_eq!(hits(200).await, (50, false));
}

#[tokio::test]
async fn the_page_of_a_hit_has_its_part_the_results_and_marks_in_the_text() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let text = (1..=4_500).map(|line| format!("<{line}> of many\n")).collect::<Vec<_>>().concat();
    let link = visitor.paste(&text).await;
    let page = visitor.get(&format!("{link}?q=%3C4321%3E%20OF&hit=1")).await;
    let html = page.text();
    assert!(html.contains("<mark><a id=L4321 "), "the line is marked");
    assert!(html.contains("<mark class=hit>&lt;</mark><mark class=hit>4321</mark>"), "{html}");
    assert!(html.contains("1 of 1") && html.contains("value=\"&lt;4321&gt; OF\""));
    let part: String = text.split_inclusive('\n').skip(4_000).collect();
    assert_eq!(page.shown_text(), part);
    assert!(html.contains("?part=2&amp;q=%3C4321%3E%20OF\""), "other parts keep the query");

    let many = visitor.get(&format!("{link}?q=many&hit=250")).await.text();
    assert!(many.contains("250 of 4,500") && many.contains("data-hit=\"201\""));
    assert!(many.contains(&format!("{link}/find?q=many&amp;hit=249")));
    let none = visitor.get(&format!("{link}?q=many&hit=9999")).await.text();
    assert!(none.contains("Found in 4,500 lines."));
    assert_eq!(
        visitor.get(&format!("{link}?q={}", "x".repeat(801))).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn steps_go_from_hit_to_hit_and_round_at_both_ends() {
    let site = Site::start().await;
    let link = site.visitor().paste("a word\nnone\nword\n\nWORD word\n").await;
    for (hit, number, line) in [(1, 1, 1), (2, 2, 3), (3, 3, 5), (4, 1, 1), (0, 3, 5)] {
        let step = site.visitor().get(&format!("{link}/find?q=word&hit={hit}")).await;
        assert_eq!(step.location(), format!("{link}?q=word&hit={number}#L{line}"));
    }
    let nothing = site.visitor().get(&format!("{link}/find?q=klingon&hit=1")).await;
    assert!(nothing.text().contains("Nothing found."));
}

#[tokio::test]
async fn a_search_escapes_markup_reports_no_hits_and_limits_its_length() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = visitor.paste("a <b>bold</b> word").await;
    assert!(visitor.get(&format!("{link}/find?q=klingon")).await.text().contains("Nothing found."));
    let page = visitor.get(&format!("{link}/find?q=%3Cb%3E")).await.text();
    assert!(page.contains("<mark>&lt;b&gt;</mark>") && !page.contains("<b>"));
    assert_eq!(visitor.get(&format!("{link}/find")).await.status, StatusCode::OK);
    let long = "x".repeat(801);
    assert_eq!(visitor.get(&format!("{link}/find?q={long}")).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_colon_and_a_number_lead_to_the_line() {
    let site = Site::start().await;
    let link = site.visitor().paste(&"x\n".repeat(3_000)).await;
    let response = site.visitor().get(&format!("{link}/find?q=:2500")).await;
    assert_eq!(response.location(), format!("{link}?lines=2500#L2500"));
    let ports = site.visitor().paste("host:443\n").await;
    let found = site.visitor().get(&format!("{ports}/find?q=:443")).await.text();
    assert!(found.contains("Found in 1 line.") && found.contains("Go to line 443"));
    let htmx = site.visitor().with_htmx().get(&format!("{link}/found?q=:3-9")).await;
    assert_eq!(htmx.header("hx-redirect"), format!("{link}?lines=3-9#L3"));
}

#[tokio::test]
async fn only_visitors_who_can_read_a_paste_can_search_it() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada.paste_with("a secret word", &[("visibility", "private")]).await;
    assert!(ada.get(&format!("{link}/find?q=secret")).await.text().contains("Found in 1 line."));
    for path in ["find", "found"] {
        let response = site.visitor().get(&format!("{link}/{path}?q=secret")).await;
        assert_eq!(response.status, StatusCode::NOT_FOUND, "{path}");
    }
}
