//! Access tokens.

use std::time::Duration;

use store::{AccessToken, Error, NewToken, Scopes, TOKENS_MAX, Token, UserId, read};

use crate::harness::{ALMOST_A_DAY, DAY, MILLISECOND, Site, on_every_engine};

const READ: Scopes = Scopes { read: true, write: false, delete: false };

impl Site {
    async fn token(&self, user: UserId, name: &str) -> Token {
        let secret = Token::random().unwrap();
        let new = NewToken { user, name, scopes: READ, expires_at: Some(self.now().plus(DAY)) };
        self.store.create_token(&secret, new, self.now()).await.unwrap();
        secret
    }

    async fn bearer(&self, secret: &Token) -> Option<(UserId, AccessToken)> {
        let bearer = self.store.bearer(secret, self.now()).await.unwrap();
        bearer.map(|(user, token)| (user.id, token))
    }

    async fn token_names(&self, user: UserId) -> Vec<String> {
        self.store.tokens_of(user).await.unwrap().into_iter().map(|token| token.name).collect()
    }
}

on_every_engine! {
    async fn a_token_gives_its_user_and_scopes(site: Site) {
        let anna = site.user("anna@example.org").await;
        let secret = Token::random().unwrap();
        let scopes = Scopes { read: false, write: true, delete: true };
        let new = NewToken { user: anna, name: "ноутбук", scopes, expires_at: None };
        site.store.create_token(&secret, new, site.now()).await.unwrap();
        let (user, token) = site.store.bearer(&secret, site.now()).await.unwrap().unwrap();
        assert_eq!((user.id, user.email.as_str()), (anna, "anna@example.org"));
        assert_eq!((token.name.as_str(), token.scopes, token.expires_at), ("ноутбук", scopes, None));
        assert_eq!(token.created_at, site.now());
        site.advance(1000 * DAY);
        assert!(site.bearer(&secret).await.is_some(), "a token without an expiry lasts");
        assert!(site.bearer(&Token::random().unwrap()).await.is_none());
    }

    async fn a_token_ends_at_the_millisecond_of_its_expiry(site: Site) {
        let anna = site.user("anna@example.org").await;
        let secret = site.token(anna, "a day").await;
        site.advance(ALMOST_A_DAY);
        assert!(site.bearer(&secret).await.is_some());
        site.advance(MILLISECOND);
        assert!(site.bearer(&secret).await.is_none());
        assert_eq!(site.token_names(anna).await, ["a day"], "its owner still sees it");
    }

    async fn a_hash_from_the_table_is_no_token(site: Site) {
        let anna = site.user("anna@example.org").await;
        let secret = site.token(anna, "laptop").await;
        let stolen: Vec<u8> = read!(site.db(), pool => {
            sqlx::query_scalar("select token_hash from access_tokens").fetch_one(pool).await
        })
        .unwrap();
        assert_eq!(stolen, secret.hash());
        let digits = stolen.iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"));
        assert!(site.bearer(&Token::from_hex(&digits).unwrap()).await.is_none());
    }

    async fn the_last_use_is_recorded_once_a_minute(site: Site) {
        let anna = site.user("anna@example.org").await;
        let secret = site.token(anna, "laptop").await;
        let used = async || site.store.tokens_of(anna).await.unwrap()[0].last_used_at;
        assert_eq!(used().await, None);
        let first = site.now();
        site.bearer(&secret).await.unwrap();
        assert_eq!(used().await, Some(first));
        site.advance(Duration::from_secs(59));
        site.bearer(&secret).await.unwrap();
        assert_eq!(used().await, Some(first), "nothing is written within the minute");
        site.advance(Duration::from_secs(1));
        site.bearer(&secret).await.unwrap();
        assert_eq!(used().await, Some(site.now()));
    }

    async fn a_revoked_token_is_refused_at_once_everywhere(site: Site) {
        let (anna, boris) = (site.user("anna@example.org").await, site.user("boris@example.org").await);
        let (secret, other) = (site.token(anna, "laptop").await, site.token(anna, "phone").await);
        let sibling = site.sibling().await;
        let id = sibling.bearer(&secret).await.unwrap().1.id;
        assert_eq!(site.store.revoke_token(id, boris).await.unwrap(), None, "it belongs to another user");
        assert_eq!(site.store.revoke_token(id, anna).await.unwrap().as_deref(), Some("laptop"));
        assert_eq!(site.store.revoke_token(id, anna).await.unwrap(), None);
        assert!(sibling.bearer(&secret).await.is_none());
        assert!(sibling.bearer(&other).await.is_some());
        assert_eq!(site.token_names(anna).await, ["phone"]);
    }

    async fn a_user_has_a_limited_number_of_tokens(site: Site) {
        let (anna, boris) = (site.user("anna@example.org").await, site.user("boris@example.org").await);
        for n in 0..TOKENS_MAX {
            site.token(anna, &format!("{n}")).await;
        }
        let new = NewToken { user: anna, name: "one more", scopes: READ, expires_at: None };
        let refused = site.store.create_token(&Token::random().unwrap(), new, site.now()).await;
        assert!(matches!(refused, Err(Error::TooManyTokens)));
        site.token(boris, "his first").await;
    }
}
