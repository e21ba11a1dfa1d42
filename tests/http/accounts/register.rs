//! `/register`.

use reqwest::StatusCode;

use crate::support::{PASSWORD, Site};

#[tokio::test]
async fn an_invalid_form_is_returned_with_the_error_at_its_field_and_the_email() {
    let site = Site::start().await;
    for (email, password, field) in [
        ("nobody", PASSWORD, "email"),
        ("a@b@c", PASSWORD, "email"),
        ("", PASSWORD, "email"),
        ("Ada <ada@example.org>", PASSWORD, "email"),
        ("ada@localhost", PASSWORD, "email"),
        ("ada@[192.0.2.1]", PASSWORD, "email"),
        (&format!("{}@example.org", "x".repeat(250)), PASSWORD, "email"),
        ("ada@example.org", "short", "password"),
        ("ada@example.org", "password1234", "password"),
        ("ada.lovelace@example.org", "ada.lovelace", "password"),
        ("ada@example.org", &"long password ".repeat(30), "password"),
        ("ada@example.org", "", "password"),
    ] {
        let response =
            site.visitor().post("/register", &[("email", email), ("password", password)]).await;
        assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY, "{email} {password}");
        let page = response.text();
        let input =
            page.split(&format!("id=\"{field}\"")).nth(1).unwrap().split('>').next().unwrap();
        assert!(input.contains("aria-invalid=\"true\""), "{email} {password}: {input}");
        assert!(
            page.contains(&format!(
                "value=\"{}\"",
                email.replace('<', "&lt;").replace('>', "&gt;")
            ))
        );
        assert!(
            password.is_empty() || !page.contains(&format!("\"{password}\"")),
            "a password is never shown again"
        );
    }
}

#[tokio::test]
async fn an_email_is_one_account_whatever_its_case() {
    let site = Site::start().await;
    site.visitor().register("Ada@Example.org").await;
    let again = site
        .visitor()
        .post("/register", &[("email", " ada@example.ORG "), ("password", PASSWORD)])
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.visitor().log_in("ADA@example.org").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn two_concurrent_registrations_create_one_account() {
    let site = Site::start().await;
    let (one, two) = (site.visitor(), site.visitor());
    let fields = [("email", "twin@example.org"), ("password", PASSWORD)];
    let (one, two) = tokio::join!(one.post("/register", &fields), two.post("/register", &fields));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
}

#[tokio::test]
async fn the_strength_of_a_password_is_scored() {
    let site = Site::start().await;
    let visitor = site.visitor().with_htmx();
    let score = async |password: &str| {
        visitor
            .post("/register/strength", &[("email", "ada@example.org"), ("password", password)])
            .await
            .text()
    };
    assert!(score("password").await.contains("data-score=\"0\""));
    assert!(score(PASSWORD).await.contains("data-score=\"4\""));
    assert_eq!(score("").await, "");
}

#[tokio::test]
async fn registering_redirects_to_the_page_before() {
    let site = Site::start().await;
    assert!(
        site.visitor().get("/register?next=/recent").await.text().contains("value=\"/recent\"")
    );
    let fields = [("email", "ada@example.org"), ("password", PASSWORD), ("next", "/recent")];
    assert_eq!(site.visitor().post("/register", &fields).await.location(), "/recent");
}
