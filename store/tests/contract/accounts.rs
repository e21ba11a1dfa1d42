//! Users and sessions.

use futures_util::future::join_all;
use sha2::{Digest, Sha256};
use store::{Error, NewUser, Token, User, UserId, read};

use crate::harness::{ALMOST_A_DAY, DAY, MILLISECOND, Site, on_every_engine};

fn hex(bytes: &[u8]) -> String {
    let digits =
        |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap());
    bytes.iter().flat_map(digits).collect()
}

impl Site {
    async fn log_in(&self, user: UserId) -> Token {
        let token = Token::random().unwrap();
        self.store.start_session(&token, user, self.now(), self.now().plus(DAY)).await.unwrap();
        token
    }

    async fn user_of(&self, token: &Token) -> Option<UserId> {
        self.store.session_user(token, self.now()).await.unwrap().map(|user| user.id)
    }

    async fn register(&self, email: &str, password_hash: &str) -> store::Result<User> {
        self.store.create_user(NewUser { email, password_hash }, self.now()).await
    }
}

on_every_engine! {
    async fn a_created_account_is_found_by_its_email(site: Site) {
        let user = site.register("anna@example.org", "$argon2id$anna").await.unwrap();
        let (found, hash) = site.store.credentials("anna@example.org").await.unwrap().unwrap();
        assert_eq!((found.id, found.email.as_str(), hash.as_str()), (user.id, "anna@example.org", "$argon2id$anna"));
        assert!(site.store.credentials("boris@example.org").await.unwrap().is_none());
        assert!(site.store.credentials("").await.unwrap().is_none());
    }

    async fn a_second_account_with_the_same_email_is_refused(site: Site) {
        let anna = site.register("anna@example.org", "$argon2id$anna").await.unwrap();
        assert!(matches!(site.register("anna@example.org", "$argon2id$thief").await, Err(Error::EmailTaken)));
        let (found, hash) = site.store.credentials("anna@example.org").await.unwrap().unwrap();
        assert_eq!((found.id, hash.as_str()), (anna.id, "$argon2id$anna"));
        assert_eq!(site.number("select count(*) from users").await, 1);
    }

    async fn addresses_that_look_alike_are_one_account(site: Site) {
        let anna = site.register("anna@пример.рф", "$argon2id$anna").await.unwrap();
        for other in ["ａnna@пример.рф", "anna@xn--e1afmkfd.xn--p1ai", "a\u{200b}nna@пример.рф"] {
            assert!(matches!(site.register(other, "$").await, Err(Error::EmailTaken)), "{other}");
            let (found, _) = site.store.credentials(other).await.unwrap().unwrap();
            assert_eq!((found.id, &*found.email), (anna.id, "anna@пример.рф"));
        }
        site.register("anna@example.org", "$").await.unwrap();
    }

    async fn accounts_of_older_versions_keep_their_addresses(site: Site) {
        site.run_sql(
            "insert into users (id, email, password_hash, created_at) values
             (1, 'ａnna@example.org', '1', 1), (2, 'anna@example.org', '2', 2), (3, 'ａnna＠example.org', '3', 3),
             (4, 'борис@пример.рф', '4', 4)",
        )
        .await;
        // The migration gives an ASCII address its key.
        site.run_sql("update users set email_key = email where id = 2").await;
        site.store.complete_email_keys().await.unwrap();
        site.store.complete_email_keys().await.unwrap();
        for (email, hash) in [
            ("ａnna@example.org", "1"),
            ("anna@example.org", "2"),
            ("ａnna＠example.org", "3"),
            ("ａｎna@example.org", "2"),
            ("борис@пример.рф", "4"),
            ("борис@xn--e1afmkfd.xn--p1ai", "4"),
        ] {
            assert_eq!(site.store.credentials(email).await.unwrap().unwrap().1, hash, "{email}");
        }
        for taken in ["ａｎna@example.org", "борис@xn--e1afmkfd.xn--p1ai"] {
            assert!(matches!(site.register(taken, "$").await, Err(Error::EmailTaken)), "{taken}");
        }
    }

    async fn of_concurrent_registrations_of_one_email_one_succeeds(site: Site) {
        let sibling = site.sibling().await;
        let tries = (0..12).map(|i| if i % 2 == 0 { &site } else { &sibling }.register("anna@example.org", "$"));
        let outcomes = join_all(tries).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(Error::EmailTaken))), "{outcomes:?}");
    }

    async fn a_session_ends_at_the_millisecond_of_its_expiry(site: Site) {
        let anna = site.user("anna@example.org").await;
        let token = site.log_in(anna).await;
        let user = site.store.session_user(&token, site.now()).await.unwrap().unwrap();
        assert_eq!((user.id, user.email.as_str()), (anna, "anna@example.org"));
        site.advance(ALMOST_A_DAY);
        assert_eq!(site.user_of(&token).await, Some(anna));
        site.advance(MILLISECOND);
        assert_eq!(site.user_of(&token).await, None);
    }

    async fn ending_a_session_leaves_other_sessions(site: Site) {
        let (anna, boris) = (site.user("anna@example.org").await, site.user("boris@example.org").await);
        let (here, phone, his) = (site.log_in(anna).await, site.log_in(anna).await, site.log_in(boris).await);
        site.store.end_session(&here).await.unwrap();
        assert_eq!(site.user_of(&here).await, None);
        assert_eq!((site.user_of(&phone).await, site.user_of(&his).await), (Some(anna), Some(boris)));
        site.store.end_session(&here).await.unwrap();
    }

    async fn an_unknown_token_has_no_session(site: Site) {
        let anna = site.user("anna@example.org").await;
        site.log_in(anna).await;
        assert_eq!(site.user_of(&Token::random().unwrap()).await, None);
    }

    async fn the_sessions_table_has_only_the_hash_of_a_token(site: Site) {
        let token = site.log_in(site.user("anna@example.org").await).await;
        let stored: Vec<u8> = read!(site.db(), pool => {
            sqlx::query_scalar("select token_hash from sessions").fetch_one(pool).await
        })
        .unwrap();
        let bits: Vec<u8> = token
            .to_hex()
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        assert_ne!(stored, bits);
        assert_eq!(stored, Sha256::digest(&bits).to_vec());
        let stolen = hex(&stored);
        assert_eq!(site.user_of(&Token::from_hex(&stolen).unwrap()).await, None, "a hash from the table is no token");
    }

    async fn a_token_is_the_same_after_hex_encoding(site: Site) {
        let anna = site.user("anna@example.org").await;
        let token = site.log_in(anna).await;
        assert_eq!(site.user_of(&Token::from_hex(&token.to_hex()).unwrap()).await, Some(anna));
    }

    async fn the_purge_removes_expired_sessions(site: Site) {
        let anna = site.user("anna@example.org").await;
        let old = site.log_in(anna).await;
        site.advance(MILLISECOND);
        let young = site.log_in(anna).await;
        site.advance(ALMOST_A_DAY);
        assert_eq!(site.store.purge(site.now()).await.unwrap().sessions, 1);
        assert_eq!((site.user_of(&old).await, site.user_of(&young).await), (None, Some(anna)));
        assert_eq!(site.number("select count(*) from sessions").await, 1);
        assert_eq!(site.store.purge(site.now()).await.unwrap().sessions, 0);
    }
}

#[test]
fn debug_shows_no_secrets() {
    let token = Token::random().unwrap();
    assert!(!format!("{token:?}").contains(&token.to_hex()[..8]));
    let new = NewUser { email: "anna@example.org", password_hash: "$argon2id$secret" };
    assert!(!format!("{new:?}").contains("secret"));
}

#[test]
fn only_64_hex_digits_are_a_token() {
    let hex = Token::random().unwrap().to_hex();
    assert_eq!(hex.len(), 64);
    for bad in
        ["", &hex[1..], &format!("{hex}0"), &format!("{}+", &hex[1..]), &format!("{}é", &hex[2..])]
    {
        assert!(Token::from_hex(bad).is_none(), "{bad:?}");
    }
}
