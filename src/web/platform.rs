//! Which system a browser runs on, as far as it says so.

use crate::structured_field;

/// Values of the `Sec-CH-UA-Platform` header (User-Agent Client Hints §3.7), and our names for them.
const HINTS: [(&str, &str); 9] = [
    ("Android", "Android"),
    ("Chrome OS", "ChromeOS"),
    ("ChromeOS", "ChromeOS"),
    ("Chromium OS", "ChromeOS"),
    ("Haiku", "Haiku"),
    ("iOS", "iOS"),
    ("Linux", "Linux"),
    ("macOS", "macOS"),
    ("Windows", "Windows"),
];

/// What gives away a program that shows nothing to anybody, whatever system it claims to be.
const BOTS: [&str; 4] = ["+http", "bot/", "crawler", "spider"];

/// What a User-Agent contains. The first that fits wins, and many claim to be "like" another one.
const AGENTS: [(&str, &str); 11] = [
    ("Android", "Android"), // before Linux
    ("iPhone", "iOS"),      // before Mac OS X
    ("iPad", "iOS"),
    ("iPod", "iOS"),
    ("CrOS", "ChromeOS"),
    ("Haiku", "Haiku"), // WebPositive calls itself a Macintosh, too
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
    ("Ubuntu", "Linux"),
];

/// The platform of a browser, by its client hint or else its User-Agent.
///
/// Neither can be relied on; an iPad with a recent system says it is a Macintosh.
#[must_use]
pub fn platform(client_hint: Option<&str>, user_agent: Option<&str>) -> Option<&'static str> {
    client_hint.and_then(by_hint).or_else(|| user_agent.and_then(by_agent))
}

fn by_hint(header: &str) -> Option<&'static str> {
    let hint = structured_field::string(header)?;
    HINTS.iter().find(|(name, _)| *name == hint).map(|(_, platform)| *platform)
}

fn by_agent(header: &str) -> Option<&'static str> {
    if BOTS.iter().any(|mark| header.contains(mark)) {
        return None;
    }
    AGENTS.iter().find(|(mark, _)| header.contains(mark)).map(|(_, platform)| *platform)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_hint_wins() {
        let agent = Some("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36");
        for (hint, expected) in [
            ("\"Android\"", "Android"),
            ("\"Chrome OS\"", "ChromeOS"),
            ("\"Chromium OS\"", "ChromeOS"),
            ("\"iOS\"", "iOS"),
            ("\"Linux\"", "Linux"),
            ("\"macOS\"", "macOS"),
            ("\"Windows\"", "Windows"),
        ] {
            assert_eq!(platform(Some(hint), agent), Some(expected), "{hint}");
            assert_eq!(platform(Some(hint), None), Some(expected), "{hint}");
        }
        for hint in ["", "Android", "\"android\"", "\"Unknown\"", "\"Android", "\"Fuchsia\""] {
            assert_eq!(platform(Some(hint), agent), Some("Linux"), "{hint}");
            assert_eq!(platform(Some(hint), None), None, "{hint}");
        }
    }

    #[test]
    fn user_agents() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                Some("iOS"),
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1",
                Some("iOS"),
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
                Some("Android"),
            ),
            ("Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", Some("Android")),
            (
                "Mozilla/5.0 (Linux; Android 7.0; CUBOT_NOTE_S Build/NRD90M) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/69.0 Mobile Safari/537.36",
                Some("Android"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
                Some("macOS"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
                Some("Windows"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
                Some("Windows"),
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", Some("Linux")),
            ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", Some("Linux")),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
                Some("ChromeOS"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Haiku R1 x86) AppleWebKit/602.1.1 (KHTML, like Gecko) WebPositive/1.2 Version/8.0 Safari/602.1.1",
                Some("Haiku"),
            ),
            ("Mozilla/5.0 (X11; FreeBSD amd64; rv:132.0) Gecko/20100101 Firefox/132.0", None),
            (
                "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                None,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
                None,
            ),
            (
                "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
                None,
            ),
            ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", None),
            ("curl/8.5.0", None),
            ("", None),
        ] {
            assert_eq!(platform(None, Some(agent)), expected, "{agent}");
        }
        assert_eq!(platform(None, None), None);
    }

    proptest! {
        #[test]
        fn any_headers_have_a_platform_or_none(hint: Option<String>, agent: Option<String>) {
            let known = |platform| HINTS.iter().any(|(_, known)| *known == platform);
            prop_assert!(platform(hint.as_deref(), agent.as_deref()).is_none_or(known));
        }
    }
}
