//! Renders terminal output: the colours and styles of its SGR sequences (`ESC [ … m`) become
//! classes.
//!
//! A sequence stays in the text, inside an `<s>` that the style sheet hides. All other sequences,
//! such as those that move the cursor or rename the window, are shown as text, with their control
//! characters made visible.

mod palette;
mod style;
#[cfg(test)]
mod tests;

use style::Style;

/// The most bytes of parameters in a sequence. Real sequences are shorter: 20 digits for a colour,
/// three colours, a few switches. A longer one is shown, because hiding it could hide text.
const MAX_PARAMETER_BYTES: usize = 128;

/// Renders lines one after another. The style continues from line to line.
#[derive(Clone, Debug, Default)]
pub struct AnsiRenderer {
    style: Style,
}

impl AnsiRenderer {
    /// Appends `line`, with its line end if it has one, to `html`. Every element is closed at the end
    /// of the line. A sequence that is incomplete in `line` is text.
    pub fn line(&mut self, line: &str, html: &mut String) {
        let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
        // Everything before `written` is in `html` already.
        let (mut written, mut at) = (0, 0);
        while let Some(escape) = text[at..].find('\x1b') {
            at += escape;
            if sgr_parameters(&text[at..]).is_none() {
                at += 1;
                continue;
            }
            self.style.write(&text[written..at], html);
            written = at;
            while let Some(parameters) = sgr_parameters(&text[at..]) {
                self.style.apply(parameters);
                at += "\x1b[m".len() + parameters.len();
            }
            html.push_str("<s>");
            html.push_str(&text[written..at]);
            html.push_str("</s>");
            written = at;
        }
        self.style.write(&text[written..], html);
        html.push_str(end);
    }
}

/// The parameters of the SGR sequence that `text` begins with.
fn sgr_parameters(text: &str) -> Option<&str> {
    let text = text.strip_prefix("\x1b[")?;
    let is_parameter = |byte: &u8| matches!(byte, b'0'..=b'9' | b';' | b':');
    let length = text.bytes().take(MAX_PARAMETER_BYTES + 1).take_while(|b| is_parameter(b)).count();
    (length <= MAX_PARAMETER_BYTES && text[length..].starts_with('m')).then(|| &text[..length])
}
