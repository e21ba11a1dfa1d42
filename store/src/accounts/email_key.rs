//! The spelling by which two email addresses are the same account.

use unicode_normalization::UnicodeNormalization as _;

use super::users::UserRow;
use crate::db::macros::{read, write};
use crate::error::Result;
use crate::store::Store;
use crate::types::UserId;

/// How many accounts are read at a time.
const PAGE: i64 = 500;

/// The key of an address: without a difference between spellings that look alike (NFKC: full-width
/// letters, ligatures), between upper and lower case, and between an international domain and its
/// ASCII form. Invisible characters are left out.
pub fn email_key(email: &str) -> String {
    let visible = email.trim().nfkc().filter(|char| !is_invisible(*char));
    // Letter by letter: of a whole word, the last sigma would have another lower case.
    let lower =
        visible.flat_map(char::to_lowercase).map(|char| if char == 'ς' { 'σ' } else { char });
    let normal: String = lower.nfkc().collect();
    match normal.rsplit_once('@') {
        Some((name, domain)) => {
            let ascii = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned());
            format!("{name}@{ascii}")
        }
        None => normal,
    }
}

/// Unicode's `Default_Ignorable_Code_Point`.
const fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

impl Store {
    /// Computes the keys that are missing: of accounts with an address beyond ASCII that an older
    /// version created. Where two accounts have the same key, the older one gets it; the other one
    /// stays without, and its user logs in with the address as it is stored.
    pub async fn complete_email_keys(&self) -> Result<()> {
        let mut after = None;
        loop {
            let users = self.users_without_key(after).await?;
            for UserRow { id, email, .. } in &users {
                self.set_key(*id, &email_key(email)).await?;
            }
            let Some(last) = users.last() else { return Ok(()) };
            after = Some((last.created_at, last.id));
        }
    }

    async fn users_without_key(&self, after: Option<(i64, UserId)>) -> Result<Vec<UserRow>> {
        let (created_at, id) = after.unwrap_or((i64::MIN, UserId(i64::MIN)));
        Ok(read!(&self.db, pool => {
            sqlx::query_as(
                "select id, email, created_at from users
                 where email_key is null and (created_at, id) > ($1, $2) order by created_at, id limit $3",
            )
            .bind(created_at)
            .bind(id)
            .bind(PAGE)
            .fetch_all(pool)
            .await
        })?)
    }

    /// Another site may do the same at the same time: a key that is taken meanwhile is no error.
    async fn set_key(&self, id: UserId, key: &str) -> Result<()> {
        let outcome = write!(&self.db, pool => {
            sqlx::query(
                "update users set email_key = $2 where id = $1 and email_key is null
                 and not exists (select 1 from users where email_key = $2)",
            )
            .bind(id)
            .bind(key)
            .execute(pool)
            .await
            .map(drop)
        });
        match outcome {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(()),
            outcome => Ok(outcome?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_have_one_key() {
        for (key, spellings) in [
            (
                "ada@example.org",
                &[
                    "ada@example.org",
                    " ADA@Example.ORG ",
                    "ａｄａ@example.org",
                    "ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ",
                    "𝐚𝐝𝐚@example.org",
                    "ada@ｅxample。org",
                    "a\u{200b}da@example.org",
                    "a\u{ad}da@example.org",
                    "ⓐda@example.org",
                ][..],
            ),
            ("office@example.org", &["oﬃce@example.org", "OFFICE@EXAMPLE.ORG"]),
            (
                "анна@xn--e1afmkfd.xn--p1ai",
                &[
                    "Анна@пример.рф",
                    "анна@ПРИМЕР.РФ",
                    "анна@xn--e1afmkfd.xn--p1ai",
                    "АННА@XN--E1AFMKFD.xn--p1ai",
                ],
            ),
            (
                "zoë@xn--bcher-kva.de",
                &["zoë@bücher.de", "zoe\u{308}@bu\u{308}cher.de", "ZOË@BÜCHER.DE"],
            ),
            ("νικοσ@example.org", &["νικος@example.org", "ΝΙΚΟΣ@example.org", "νικοσ@example.org"]),
        ] {
            for spelling in spellings {
                assert_eq!(email_key(spelling), key, "{spelling}");
            }
        }
    }

    #[test]
    fn a_key_is_its_own_key_and_an_ascii_address_too() {
        for email in [
            "o'neil+tag@mail.example.org",
            "a.b_c@xn--e1afmkfd.xn--p1ai",
            "İstanbul@İ.example",
            "x@-bad-.example",
            "no address",
            "a@b@c.example",
        ] {
            let key = email_key(email);
            assert_eq!(email_key(&key), key, "{email}");
            if email.is_ascii() && email == email.to_lowercase() {
                assert_eq!(key, email);
            }
        }
    }

    #[test]
    fn other_addresses_have_other_keys() {
        let emails = [
            "ada@example.org",
            "ada@example.com",
            "a.da@example.org",
            "adá@example.org",
            "аda@example.org",
            "ada+x@example.org",
        ];
        let keys: std::collections::BTreeSet<String> = emails.map(email_key).into();
        assert_eq!(keys.len(), emails.len());
    }
}
