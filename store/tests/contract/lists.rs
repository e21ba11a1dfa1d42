//! Lists of pastes, page by page, and their totals.

use store::{Cursor, NewPaste, Paste, Span, UserId, Visibility};

use crate::harness::{DAY, MILLISECOND, Site, draft, ids, on_every_engine};

impl Site {
    /// Creates public pastes of `owner` in groups with the same time, and returns them newest first.
    async fn pastes_by_moment(&self, owner: UserId, groups: &[usize]) -> Vec<Paste> {
        let mut pastes = Vec::new();
        for group in groups {
            for _ in 0..*group {
                let new = NewPaste {
                    owner: Some(owner),
                    visibility: Visibility::Public,
                    ..draft("12345")
                };
                pastes.push(self.create(new).await);
            }
            self.advance(MILLISECOND);
        }
        pastes.sort_by(|a, b| (b.created_at, b.id.as_str()).cmp(&(a.created_at, a.id.as_str())));
        pastes
    }

    /// The list of the owner. The public list has the same pastes here.
    async fn list(&self, owner: UserId, span: &Span) -> Vec<Paste> {
        let own = self.store.pastes_of(owner, span, self.now()).await.unwrap();
        let recent = self.store.public_pastes(span, self.now()).await.unwrap();
        assert_eq!(ids(&own), ids(&recent));
        own
    }
}

fn all() -> Span {
    Span { limit: 1000, ..Span::default() }
}

on_every_engine! {
    async fn lists_are_newest_first(site: Site) {
        let anna = site.user("anna@example.org").await;
        let pastes = site.pastes_by_moment(anna, &[1, 30, 1, 5]).await;
        assert_eq!(site.list(anna, &all()).await, pastes);
    }

    async fn pages_have_no_gaps_and_no_duplicates(site: Site) {
        let anna = site.user("anna@example.org").await;
        let pastes = site.pastes_by_moment(anna, &[1, 30, 2, 1, 9]).await;
        for limit in [1, 4, 7, 43, 50] {
            let mut walked = Vec::new();
            let mut after = None;
            loop {
                let page = site.list(anna, &Span { after, limit, ..Span::default() }).await;
                let Some(last) = page.last() else { break };
                assert!(page.len() <= limit as usize);
                after = Some(last.cursor());
                walked.extend(page);
            }
            assert_eq!(ids(&walked), ids(&pastes), "in pages of {limit}");
        }
    }

    async fn changes_between_two_pages_do_not_shift_the_second(site: Site) {
        let anna = site.user("anna@example.org").await;
        let pastes = site.pastes_by_moment(anna, &[6]).await;
        let first = site.list(anna, &Span { limit: 3, ..Span::default() }).await;
        site.store.delete(&pastes[2].id, anna, site.now()).await.unwrap();
        site.paste_of(anna, "a new one on top").await;
        let after = Some(first[2].cursor());
        let rest = site.list(anna, &Span { after, limit: 50, ..Span::default() }).await;
        assert_eq!(ids(&rest), ids(&pastes[3..]));
    }

    async fn a_span_excludes_after_and_includes_until(site: Site) {
        let anna = site.user("anna@example.org").await;
        let pastes = site.pastes_by_moment(anna, &[2, 8, 3]).await;
        let span = |after: Option<usize>, until: Option<usize>| Span {
            after: after.map(|i| pastes[i].cursor()),
            until: until.map(|i| pastes[i].cursor()),
            limit: 50,
        };
        assert_eq!(ids(&site.list(anna, &span(None, Some(6))).await), ids(&pastes[..=6]));
        assert_eq!(ids(&site.list(anna, &span(Some(4), Some(6))).await), ids(&pastes[5..=6]));
        assert_eq!(ids(&site.list(anna, &span(Some(10), None)).await), ids(&pastes[11..]));
        assert_eq!(site.list(anna, &span(Some(6), Some(6))).await, []);
        assert_eq!(site.list(anna, &span(Some(12), None)).await, []);
    }

    async fn a_limit_of_zero_gives_nothing(site: Site) {
        let anna = site.user("anna@example.org").await;
        site.pastes_by_moment(anna, &[2]).await;
        assert_eq!(site.list(anna, &Span::default()).await, []);
    }

    async fn a_cursor_need_not_name_an_existing_paste(site: Site) {
        let anna = site.user("anna@example.org").await;
        let pastes = site.pastes_by_moment(anna, &[1, 1, 1]).await;
        let after = Some(Cursor { created_at: pastes[1].created_at, id: "~".to_owned() });
        let page = site.list(anna, &Span { after, limit: 50, ..Span::default() }).await;
        assert_eq!(ids(&page), ids(&pastes[1..]));
    }

    async fn totals_count_only_existing_pastes(site: Site) {
        let (anna, boris) = (site.user("anna@example.org").await, site.user("boris@example.org").await);
        let totals = async |user| {
            let totals = site.store.totals_of(user, site.now()).await.unwrap();
            (totals.count, totals.bytes)
        };
        assert_eq!(totals(anna).await, (0, 0));
        let pastes = site.pastes_by_moment(anna, &[3]).await;
        site.paste_of(anna, "тест").await;
        site.create(NewPaste { owner: Some(anna), expires_at: Some(site.now().plus(DAY)), ..draft("day") }).await;
        site.paste_of(boris, "other").await;
        site.paste("nobody's").await;
        assert_eq!(totals(anna).await, (5, 26));
        site.store.delete(&pastes[0].id, anna, site.now()).await.unwrap();
        site.advance(DAY);
        assert_eq!(totals(anna).await, (3, 18));
        assert_eq!(totals(boris).await, (1, 5));
    }

    async fn totals_are_not_bounded_by_32_bits(site: Site) {
        let anna = site.user("anna@example.org").await;
        site.pastes_by_moment(anna, &[3]).await;
        site.run_sql("update pastes set bytes = 4000000000").await;
        assert_eq!(site.store.totals_of(anna, site.now()).await.unwrap().bytes, 12_000_000_000);
    }
}

#[test]
fn a_cursor_is_parsed_as_it_was_printed() {
    let cursor =
        Cursor { created_at: store::Timestamp(1_893_499_200_000), id: "abcDEF123xyz".to_owned() };
    assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
    for bad in [
        "",
        "-",
        "1893499200000",
        "1893499200000-",
        "x-abcDEF123xyz",
        "1-abcDEF123xy'",
        "9223372036854775808-abcDEF123xyz",
    ] {
        assert!(bad.parse::<Cursor>().is_err(), "{bad:?}");
    }
}
