//! The credential that a request carries.

#[derive(Clone, Debug)]
pub(crate) enum Credential {
    Anonymous,
    /// A personal access token: `Authorization: Bearer …`.
    Token(String),
    /// The delete token of one anonymous paste: `Delete-Token: …`.
    DeleteToken(String),
}
