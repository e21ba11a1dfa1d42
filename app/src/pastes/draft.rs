//! What the form holds: the values that a failed submit shows again.

#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub text: String,
    pub title: String,
    /// A slug of [`render::syntaxes`], or whatever was typed.
    pub syntax: String,
    /// One of [`crate::pastes::view::LIFETIMES`], or whatever was typed.
    pub expires: String,
    pub visibility: String,
}
