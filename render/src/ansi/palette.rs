//! Maps every colour to one of the sixteen of the theme, because the page's content security policy
//! allows no inline styles.

pub const BLACK: u8 = 0;
pub const WHITE: u8 = 7;
const GREY: u8 = 8;
const BRIGHT_WHITE: u8 = 15;
/// The distance from a hue of the first eight to its bright form.
const BRIGHT: u8 = 8;

/// Colours below this chroma look grey. The light greys that themes use for plain text (Gruvbox,
/// Catppuccin, Tokyo Night) have a stronger tint than other greys.
fn max_grey_chroma(lightness: f32) -> f32 {
    if lightness > 0.8 { 0.065 } else { 0.04 }
}

/// Red, green, yellow, blue, magenta and cyan: the direction of the hue in the a-b plane of Oklab,
/// and the lightness half way between the normal and the bright form in xterm.
const HUES: [([f32; 2], f32); 6] = [
    ([0.873, 0.488], 0.580),
    ([-0.793, 0.609], 0.801),
    ([-0.338, 0.941], 0.895),
    ([-0.104, -0.995], 0.502),
    ([0.851, -0.525], 0.648),
    ([-0.967, -0.255], 0.837),
];

/// One of the 256 colours of xterm: the sixteen, a cube of 6 × 6 × 6, and 24 greys. `None` for a
/// larger index.
pub fn indexed(index: u16) -> Option<u8> {
    let index = u8::try_from(index).ok()?;
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    Some(match index {
        0..16 => index,
        16..232 => {
            let cube = index - 16;
            nearest([level(cube / 36), level(cube / 6 % 6), level(cube % 6)])
        }
        232.. => nearest([8 + 10 * (index - 232); 3]),
    })
}

/// `None` if a component is above 255.
pub fn rgb(red: u16, green: u16, blue: u16) -> Option<u8> {
    Some(nearest([u8::try_from(red).ok()?, u8::try_from(green).ok()?, u8::try_from(blue).ok()?]))
}

/// Compares the hue first. By plain distance, every pastel colour would be nearest to a grey.
fn nearest(rgb: [u8; 3]) -> u8 {
    let [lightness, a, b] = oklab(rgb);
    if a.hypot(b) < max_grey_chroma(lightness) {
        return match lightness {
            ..0.3 => BLACK,
            ..0.76 => GREY,
            ..0.96 => WHITE,
            _ => BRIGHT_WHITE,
        };
    }
    let (mut best, mut best_similarity) = (BLACK, f32::MIN);
    for (index, ([hue_a, hue_b], bright_from)) in (1..).zip(HUES) {
        let similarity = a * hue_a + b * hue_b;
        if similarity > best_similarity {
            best_similarity = similarity;
            best = if lightness < bright_from { index } else { index + BRIGHT };
        }
    }
    best
}

/// Oklab (<https://bottosson.github.io/posts/oklab/>), with the precision that a choice among sixteen
/// colours needs.
fn oklab(rgb: [u8; 3]) -> [f32; 3] {
    let [r, g, b] = rgb.map(linear);
    let cone = |weights: [f32; 3]| (weights[0] * r + weights[1] * g + weights[2] * b).cbrt();
    let long = cone([0.41222, 0.53633, 0.05145]);
    let medium = cone([0.21190, 0.68070, 0.10740]);
    let short = cone([0.08830, 0.28172, 0.62998]);
    [
        0.21045 * long + 0.79362 * medium - 0.00407 * short,
        1.97800 * long - 2.42859 * medium + 0.45059 * short,
        0.02590 * long + 0.78277 * medium - 0.80868 * short,
    ]
}

/// The linear intensity of an sRGB component.
fn linear(byte: u8) -> f32 {
    let value = f32::from(byte) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixteen_colours_of_xterm_map_to_themselves() {
        let [low, high, grey] = [0xcd, 0xff, 0x7f];
        let sixteen = [
            [0, 0, 0],
            [low, 0, 0],
            [0, low, 0],
            [low, low, 0],
            [0, 0, 0xee],
            [low, 0, low],
            [0, low, low],
            [0xe5; 3],
            [grey; 3],
            [high, 0, 0],
            [0, high, 0],
            [high, high, 0],
            [0x5c, 0x5c, high],
            [high, 0, high],
            [0, high, high],
            [high; 3],
        ];
        for (index, rgb) in (0_u8..).zip(sixteen) {
            assert_eq!(nearest(rgb), index);
        }
    }

    #[test]
    fn pastel_themes_keep_their_hues() {
        let themes = [
            ([0xf3, 0x8b, 0xa8], 9),
            ([0xa6, 0xe3, 0xa1], 10),
            ([0xf9, 0xe2, 0xaf], 11),
            ([0x89, 0xb4, 0xfa], 12),
            ([0xcb, 0xa6, 0xf7], 13),
            ([0x94, 0xe2, 0xd5], 14),
            ([0x45, 0x47, 0x5a], 8),
            ([0xcd, 0xd6, 0xf4], 7),
            ([0xc0, 0xca, 0xf5], 7),
            ([0xeb, 0xdb, 0xb2], 7),
        ];
        for (rgb, expected) in themes {
            assert_eq!(nearest(rgb), expected, "{rgb:x?}");
        }
    }

    #[test]
    fn the_cube_and_the_greys_are_indexed_as_in_xterm() {
        for (index, expected) in
            [(16, 0), (196, 9), (46, 10), (226, 11), (21, 4), (201, 13), (51, 14), (231, 15)]
        {
            assert_eq!(indexed(index), Some(expected), "{index}");
        }
        assert_eq!(indexed(232), Some(BLACK));
        assert_eq!(indexed(244), Some(GREY));
        assert_eq!(indexed(255), Some(WHITE));
        assert_eq!(indexed(208), Some(9), "orange is nearer to red than to yellow");
        assert_eq!(indexed(256), None);
        assert_eq!(rgb(0, 256, 0), None);
    }
}
