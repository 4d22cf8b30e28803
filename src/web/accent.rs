//! The operator's colour, and whether people can read what is written in it.

use std::fmt;

/// WCAG 2.2, success criterion 1.4.3.
const NEEDED_ON_WHITE: f64 = 4.5;

/// WCAG 2.2, success criterion 1.4.6; we mix the colour ourselves, so it can as well be good.
const NEEDED_ON_DARK: f64 = 7.0;

/// The background of the pages where the device is set to dark.
const DARK: Rgb = Rgb([0x14, 0x18, 0x1d]);

const WHITE: Rgb = Rgb([0xff; 3]);

const BLACK: Rgb = Rgb([0; 3]);

/// The darkest that is behind something on the light pages.
const SOFT: Rgb = Rgb([0xee, 0xf1, 0xf6]);

/// In so many steps the colour becomes white, or black.
const STEPS: u8 = 32;

/// One colour in the shades for either background, each as `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accent {
    /// On white and on a light grey: the colour itself, or nearly.
    pub light: String,
    /// On the dark background.
    pub dark: String,
}

/// Why a text is no accent colour. `Display` says what it must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BadColour {
    /// It is not `#rgb` or `#rrggbb`.
    NotAColour,
    /// On white it cannot be read.
    TooPale {
        /// Its contrast with white, 1 to 21.
        contrast: f64,
    },
}

impl fmt::Display for BadColour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAColour => f.write_str("must be a colour, as #rgb or #rrggbb"),
            Self::TooPale { contrast } => {
                // Not rounded up to what would be enough.
                let contrast = (contrast * 100.0).floor() / 100.0;
                write!(
                    f,
                    "must be darker: its contrast with white is {contrast:.2}, and {NEEDED_ON_WHITE} is needed"
                )
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rgb([u8; 3]);

/// Reads a colour and finds its shades.
///
/// # Errors
/// [`BadColour`]
pub fn accent(text: &str) -> Result<Accent, BadColour> {
    let colour = Rgb::parse(text).ok_or(BadColour::NotAColour)?;
    let contrast = contrast(colour, WHITE);
    if contrast < NEEDED_ON_WHITE {
        return Err(BadColour::TooPale { contrast });
    }
    Ok(Accent { light: on_soft(colour).to_string(), dark: on_dark(colour).to_string() })
}

/// As little black as is needed.
fn on_soft(colour: Rgb) -> Rgb {
    let mut shades = (0..=STEPS).map(|step| colour.mixed(BLACK, step));
    shades.find(|shade| contrast(*shade, SOFT) >= NEEDED_ON_WHITE).unwrap_or(BLACK)
}

/// As little white as is needed.
fn on_dark(colour: Rgb) -> Rgb {
    let mut shades = (0..=STEPS).map(|step| colour.mixed(WHITE, step));
    shades.find(|shade| contrast(*shade, DARK) >= NEEDED_ON_DARK).unwrap_or(WHITE)
}

impl Rgb {
    /// CSS Color 4 §5.2, without alpha.
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let digits: Vec<u8> = digits.chars().map(hex_digit).collect::<Option<_>>()?;
        match *digits.as_slice() {
            [r, g, b] => Some(Self([r, g, b].map(|digit| digit * 0x11))),
            [r, r0, g, g0, b, b0] => {
                Some(Self([(r, r0), (g, g0), (b, b0)].map(|(high, low)| high * 16 + low)))
            }
            _ => None,
        }
    }

    /// Mixed with another: not at all with step 0, wholly with the last.
    fn mixed(self, other: Self, step: u8) -> Self {
        let [step, steps] = [step, STEPS].map(u16::from);
        let mix =
            |(own, other): (u8, u8)| (u16::from(own) * (steps - step) + u16::from(other) * step) / steps;
        let [[r, g, b], [r0, g0, b0]] = [self.0, other.0];
        Self([(r, r0), (g, g0), (b, b0)].map(|channels| u8::try_from(mix(channels)).unwrap_or(u8::MAX)))
    }

    /// WCAG 2.2, relative luminance: 0 (black) to 1 (white).
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

fn hex_digit(character: char) -> Option<u8> {
    character.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// WCAG 2.2, contrast ratio: 1 (the same) to 21 (black on white).
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (a.luminance() + 0.05, b.luminance() + 0.05);
    a.max(b) / a.min(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rgb(text: &str) -> Rgb {
        Rgb::parse(text).unwrap()
    }

    #[test]
    fn wcag_contrast() {
        for (colour, expected) in
            [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#777777", 4.48), ("#ff0000", 4.00)]
        {
            assert!((contrast(rgb(colour), WHITE) - expected).abs() < 0.005, "{colour}");
            assert!((contrast(WHITE, rgb(colour)) - expected).abs() < 0.005, "{colour}");
        }
    }

    #[test]
    fn a_colour_has_two_spellings_and_one_result() {
        assert_eq!(accent("#06C").unwrap().light, "#0066cc");
        assert_eq!(accent("#0066CC"), accent("#06c"));
        for bad in [
            "",
            "#",
            "06c",
            "#06",
            "#06cc",
            "#0066c",
            "#0066cc0",
            "#0066ccff",
            "#06g",
            "blue",
            "#+6c",
            " #06c",
            "#06é",
        ] {
            assert_eq!(accent(bad), Err(BadColour::NotAColour), "{bad}");
        }
    }

    #[test]
    fn the_dark_shade_is_mixed_no_more_than_needed() {
        assert_eq!(accent("#000").unwrap().dark, on_dark(rgb("#000")).to_string());
        for colour in ["#000000", "#0066cc", "#767676", "#b00020", "#006400"] {
            let dark = rgb(&accent(colour).unwrap().dark);
            assert!(contrast(dark, DARK) >= 7.0, "{colour}");
            let step = (0..=STEPS).find(|step| rgb(colour).mixed(WHITE, *step) == dark).unwrap();
            assert!(contrast(rgb(colour).mixed(WHITE, step.saturating_sub(1)), DARK) < 7.0, "{colour}");
        }
        let mixed = [0, STEPS].map(|step| rgb("#0066cc").mixed(WHITE, step));
        assert_eq!(mixed, [rgb("#0066cc"), WHITE]);
    }

    #[test]
    fn the_light_shade_is_the_colour_or_a_little_darker() {
        for colour in ["#000000", "#0066cc", "#1d5fbf", "#b00020"] {
            assert_eq!(accent(colour).unwrap().light, colour);
        }
        let light = rgb(&accent("#767676").unwrap().light);
        assert!(contrast(light, SOFT) >= 4.5 && contrast(light, WHITE) < 5.5, "{light}");
    }

    #[test]
    fn a_pale_colour_is_told_its_contrast() {
        assert!(accent("#767676").is_ok());
        assert_eq!(
            accent("#777").unwrap_err().to_string(),
            "must be darker: its contrast with white is 4.47, and 4.5 is needed"
        );
        assert!(accent("#fff").unwrap_err().to_string().contains("is 1.00,"));
    }

    proptest! {
        #[test]
        fn any_accent_can_be_read(channels: [u8; 3]) {
            if let Ok(accent) = accent(&Rgb(channels).to_string()) {
                prop_assert!(contrast(rgb(&accent.light), SOFT) >= 4.5);
                prop_assert!(contrast(rgb(&accent.dark), DARK) >= 7.0);
            }
        }

        #[test]
        fn any_text_is_a_colour_or_not(text: String) {
            let _ = accent(&text);
        }
    }
}
