//! Header fields whose value is a structured string (RFC 8941).

/// Reads a string in quotes; `None` if the text is anything else, or has parameters. What it contains is
/// printable ASCII.
///
/// RFC 8941 §3.3.3:
///
/// ```abnf
/// sf-string = DQUOTE *chr DQUOTE
/// chr       = unescaped / escaped
/// unescaped = %x20-21 / %x23-5B / %x5D-7E
/// escaped   = "\" ( DQUOTE / "\" )
/// ```
#[must_use]
pub fn string(text: &str) -> Option<String> {
    let quoted = text.trim_matches(' ').strip_prefix('"')?.strip_suffix('"')?;
    let mut string = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        string.push(match character {
            '\\' => characters.next().filter(|escaped| matches!(escaped, '"' | '\\'))?,
            '"' => return None,
            ' '..='~' => character,
            _ => return None,
        });
    }
    Some(string)
}

#[cfg(test)]
mod tests {
    use super::string;
    use proptest::prelude::*;

    #[test]
    fn rfc8941_3_3_3_strings() {
        for (text, expected) in [
            (r#""Android""#, "Android"),
            (r#"  "Chrome OS" "#, "Chrome OS"),
            (r#""""#, ""),
            (r#"" !#[]~""#, " !#[]~"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
        ] {
            assert_eq!(string(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_string() {
        for text in [
            "",
            "Android",
            "\"",
            "\"Android",
            "Android\"",
            r#""a"b""#,
            r#""a\""#,
            r#""a\b""#,
            r#""a";b=c"#,
            "\"\u{7f}\"",
            "\"\u{1f}\"",
            "\"\t\"",
            "\"é\"",
            "?1",
        ] {
            assert_eq!(string(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_printable_text_survives_quoting(text in "[ -~]*") {
            let quoted = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
            prop_assert_eq!(string(&quoted), Some(text));
        }

        #[test]
        fn any_text_is_read_or_not(text: String) {
            let _ = string(&text);
            let _ = string(&format!("\"{text}\""));
        }
    }
}
