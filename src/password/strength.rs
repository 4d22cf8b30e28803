//! How hard a password is to guess for somebody who knows the person.

/// So many characters of a password count. What zxcvbn does grows steeply with the length: 40 characters
/// made for the purpose take it 0.2 s, 100 take a second.
const COUNTED: usize = 40;

/// What is known about the person whose password it is.
#[derive(Debug, Default, Clone)]
pub struct Known {
    /// The user's name, the part before the `@`.
    pub username: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// The server's domain.
    pub host: Option<String>,
    /// The server's name as people see it.
    pub site_name: Option<String>,
}

impl Known {
    fn words(&self) -> Vec<&str> {
        [&self.username, &self.mail, &self.host, &self.site_name]
            .into_iter()
            .flatten()
            .flat_map(|text| std::iter::once(text.as_str()).chain(text.split(|c: char| !c.is_alphanumeric())))
            .filter(|word| !word.is_empty())
            .collect()
    }
}

/// The zxcvbn score, 0 (guessed at once) to 4 (safe against offline attacks). What is known about the
/// person is worth as little as a common password.
///
/// This can take 0.2 s: keep it off an event loop.
#[must_use]
pub fn score(password: &str, known: &Known) -> u8 {
    let counted: String = password.chars().take(COUNTED).collect();
    u8::from(zxcvbn::zxcvbn(&counted, &known.words()).score())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale() {
        let nobody = Known::default();
        assert_eq!(score("password", &nobody), 0);
        assert_eq!(score("", &nobody), 0);
        assert_eq!(score("correct horse battery staple", &nobody), 4);
    }

    #[test]
    fn what_is_known_about_the_person_is_worth_nothing() {
        let password = "kapuletzka99";
        assert_eq!(score(password, &Known::default()), 4);
        let name = |text: &str| Some(text.to_owned());
        for known in [
            Known { username: name("kapuletzka"), ..Known::default() },
            Known { mail: name("juliet@kapuletzka.example"), ..Known::default() },
            Known { host: name("chat.Kapuletzka.example"), ..Known::default() },
            Known { site_name: name("The Kapuletzkas: Kapuletzka Family Chat"), ..Known::default() },
        ] {
            assert!(score(password, &known) < 2, "{known:?}");
        }
    }

    #[test]
    fn a_long_password_may_end_as_it_likes() {
        let long = "correct horse battery staple ".repeat(100);
        assert_eq!(score(&long, &Known::default()), 4);
    }
}
