//! The link of a paste as a QR code.

use anyhow::Context as _;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use qrcode::QrCode;
use qrcode::render::svg;

use crate::error::Result;
use crate::http::csp;
use crate::pastes::headers;
use crate::pastes::link::link;
use crate::pastes::name::{Name, visible};
use crate::state::App;
use crate::visitor::Visitor;

/// The code as an SVG image. It is black on white in both themes: some readers cannot read inverted
/// codes.
pub async fn code(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
) -> Result<impl IntoResponse> {
    let paste = visible(&app, &visitor, &name).await?;
    let code =
        QrCode::new(link(&visitor.public_url, &paste.id)).context("the link as a QR code")?;
    let svg = code.render::<svg::Color>().min_dimensions(288, 288).build();
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml".parse()),
        (header::CACHE_CONTROL, Ok(headers::cache_control(&visitor))),
        (header::CONTENT_SECURITY_POLICY, Ok(csp::SANDBOX)),
    ];
    let headers = headers.into_iter().filter_map(|(name, value)| Some((name, value.ok()?)));
    Ok((headers.collect::<axum::http::HeaderMap>(), svg))
}
