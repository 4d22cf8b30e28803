//! QR codes as pictures.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// Longest text in bytes. With more, no phone reads the picture from a screen.
const MAX_LEN: usize = 1024;

/// Light modules around the code (ISO/IEC 18004 §6.3.8).
const QUIET_ZONE: usize = 4;

/// A QR code of level M as an SVG document, black on white, with no size of its own and no style attributes.
/// `None` if the text is longer than 1024 bytes.
#[must_use]
pub fn qr_svg(text: &[u8]) -> Option<String> {
    if text.len() > MAX_LEN {
        return None;
    }
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET_ZONE;
    let path = path(&code.into_colors(), width);
    Some(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/><path stroke="#000" d="{path}"/></svg>"##
    ))
}

/// A line, a module thick, for each horizontal run of dark modules. That takes half the space of rectangles.
fn path(modules: &[Color], width: usize) -> String {
    let mut path = String::with_capacity(modules.len() * 2);
    for (row, modules) in modules.chunks(width.max(1)).enumerate() {
        let mut end = None;
        for (column, length) in dark_runs(modules) {
            // Writing to a string cannot fail.
            let _ = match end {
                None => write!(path, "M{} {}.5h{length}", column + QUIET_ZONE, row + QUIET_ZONE),
                Some(end) => write!(path, "m{} 0h{length}", column - end),
            };
            end = Some(column + length);
        }
    }
    path
}

/// Column and length of each run in a row.
fn dark_runs(row: &[Color]) -> impl Iterator<Item = (usize, usize)> {
    let mut column = 0;
    row.chunk_by(|a, b| a == b).filter_map(move |run| {
        let start = column;
        column += run.len();
        (run.first() == Some(&Color::Dark)).then_some((start, run.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Paints the path again.
    fn painted(svg: &str, side: usize) -> Vec<bool> {
        let d = svg.split_once(" d=\"").unwrap().1.split_once('"').unwrap().0;
        let mut modules = vec![false; side * side];
        for row in d.split('M').skip(1) {
            let (x, row) = row.split_once(' ').unwrap();
            let (y, runs) = row.split_once(".5h").unwrap();
            let (mut x, y) = (x.parse::<usize>().unwrap(), y.parse::<usize>().unwrap());
            for run in runs.split('m') {
                let (gap, length) = run.split_once(" 0h").unwrap_or(("0", run));
                x += gap.parse::<usize>().unwrap();
                for _ in 0..length.parse::<usize>().unwrap() {
                    modules[y * side + x] = true;
                    x += 1;
                }
            }
        }
        modules
    }

    #[test]
    fn the_path_is_the_code_in_its_quiet_zone() {
        for text in ["", "x", "xmpp:juliet@example.org?register;preauth=Abc-123_xyz", &"ä".repeat(512)] {
            let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
            let side = code.width() + 8;
            let svg = qr_svg(text.as_bytes()).unwrap();
            assert!(svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")), "{svg}");
            for (at, dark) in painted(&svg, side).into_iter().enumerate() {
                let (x, y) = (at % side, at / side);
                let inside = (4..side - 4).contains(&x) && (4..side - 4).contains(&y);
                assert_eq!(
                    dark,
                    inside && code[(x - 4 * usize::from(inside), y - 4 * usize::from(inside))] == Color::Dark
                );
            }
        }
    }

    #[test]
    fn it_is_small_and_plain() {
        let svg = qr_svg(
            "https://chat.example.org/invite?0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM".as_bytes(),
        );
        let svg = svg.unwrap();
        assert!(svg.len() < 4096, "{}", svg.len());
        assert_eq!(svg.matches("<path").count(), 1);
        for without in ["style", "width=\"100", " id=", "\n", "<?xml"] {
            assert!(!svg.contains(without), "{without}");
        }
    }

    #[test]
    fn texts_are_bounded() {
        assert!(qr_svg(&[b'a'; 1024]).is_some());
        assert!(qr_svg(&[b'a'; 1025]).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn any_bytes_have_a_code(text in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(qr_svg(&text).is_some());
        }
    }
}
