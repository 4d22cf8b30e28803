//! How hard a password is to guess for somebody who knows the person.

use super::policy::Context;

/// The zxcvbn score, 0 (guessed at once) to 4 (safe against offline attacks).
///
/// Only the first 100 characters count. Words of the context are worth as little as a common password.
pub(super) fn score(password: &str, context: &Context) -> u8 {
    let known = [context.username, context.mail, context.host, context.site_name];
    let mut words: Vec<&str> = Vec::new();
    for text in known.into_iter().flatten() {
        words.push(text);
        words.extend(text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()));
    }
    u8::from(zxcvbn::zxcvbn(password, &words).score())
}
