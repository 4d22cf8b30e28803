//! The list of commonly used passwords: the 20 000 most frequent of published breaches as compiled by
//! Royce Williams, in lower case (public data, without its damaged entries).

use std::collections::HashSet;
use std::sync::LazyLock;

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Whether the password is on the list; upper and lower case are the same.
pub(super) fn contains(password: &str) -> bool {
    COMMON.contains(password.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::{COMMON, contains};

    #[test]
    fn the_list_is_whole() {
        assert!(COMMON.len() > 19_000, "{}", COMMON.len());
        assert!(COMMON.iter().all(|entry| *entry == entry.to_lowercase() && !entry.is_empty()));
    }

    #[test]
    fn case_does_not_matter() {
        for password in ["123456", "password", "PassWord", "ПАРОЛЬ"] {
            assert!(contains(password), "{password}");
        }
        assert!(!contains("secret-password"));
        assert!(!contains(""));
    }
}
