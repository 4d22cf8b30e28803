//! IP addresses, and lists of them, compared as addresses and not as strings.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

/// Reads an IPv4 or IPv6 address. An IPv4 address in its IPv6 form (`::ffff:192.0.2.1`) is the IPv4 address.
#[must_use]
pub fn parse(text: &str) -> Option<IpAddr> {
    text.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

/// The address, and its canonical spelling: of IPv4 there is but one, which the text is then.
#[must_use]
pub fn canonical(text: Cow<'_, str>) -> Option<(IpAddr, Cow<'_, str>)> {
    match text.parse().ok()? {
        ip @ IpAddr::V4(_) => Some((ip, text)),
        ip => Some((ip.to_canonical(), Cow::Owned(ip.to_canonical().to_string()))),
    }
}

/// What one person has of addresses, for counting: one of IPv4, and of IPv6 the network of 64 bits that a
/// provider gives away at least (RFC 6177 §2), such as `2001:db8:1:2::/64`.
#[must_use]
pub fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// A list of addresses and CIDR ranges (RFC 4632 §3.1, RFC 4291 §2.3).
#[derive(Debug, Default, Clone)]
pub struct AddressSet(Vec<IpNet>);

/// An entry of a list is neither an address nor a range.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAnAddress(
    /// The entry as it was written.
    pub String,
);

impl AddressSet {
    /// Reads each entry as an address (`192.0.2.1`, `2001:db8::1`) or a range (`192.0.2.0/24`).
    ///
    /// # Errors
    /// The first entry that is neither.
    pub fn parse<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> Result<Self, NotAnAddress> {
        entries
            .into_iter()
            .map(|entry| {
                let entry = entry.as_ref();
                parse_range(entry).ok_or_else(|| NotAnAddress(entry.to_owned()))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether one of the entries is or covers this address.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|range| range.contains(&ip))
    }
}

fn parse_range(entry: &str) -> Option<IpNet> {
    match parse(entry) {
        Some(ip) => Some(IpNet::from(ip)),
        None => entry.parse::<IpNet>().ok().map(unmap),
    }
}

/// `::ffff:192.0.2.0/120` is `192.0.2.0/24`.
fn unmap(range: IpNet) -> IpNet {
    match range.addr().to_canonical() {
        IpAddr::V4(ip) if range.prefix_len() >= 96 => {
            IpNet::new(ip.into(), range.prefix_len() - 96).unwrap_or(range)
        }
        _ => range,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        parse(text).unwrap()
    }

    #[test]
    fn addresses_are_compared_as_addresses() {
        let set = AddressSet::parse(["2001:DB8:0::1", "192.0.2.7"]).unwrap();
        assert!(set.contains(ip("2001:db8::1")));
        assert!(set.contains(ip("::ffff:192.0.2.7")));
        assert!(!set.contains(ip("192.0.2.70")));
        assert!(!set.contains(ip("2001:db8::10")));
    }

    #[test]
    fn rfc4632_3_1_ranges_cover_their_first_and_last_address() {
        let set =
            AddressSet::parse(["198.51.100.8/29", "2001:db8:1::/48", "::ffff:203.0.113.0/120"]).unwrap();
        for inside in [
            "198.51.100.8",
            "198.51.100.15",
            "2001:db8:1::",
            "2001:db8:1:ffff:ffff:ffff:ffff:ffff",
            "203.0.113.0",
            "203.0.113.255",
        ] {
            assert!(set.contains(ip(inside)), "{inside}");
        }
        for outside in ["198.51.100.7", "198.51.100.16", "2001:db8:2::", "203.0.114.0"] {
            assert!(!set.contains(ip(outside)), "{outside}");
        }
    }

    #[test]
    fn a_bad_entry_is_named() {
        for bad in ["", "example.org", "192.0.2.1/33", "192.0.2", "fe80::1%eth0", "0177.0.0.1"] {
            assert_eq!(AddressSet::parse([bad]).unwrap_err(), NotAnAddress(bad.into()));
        }
    }

    #[test]
    fn rfc5952_4_there_is_one_canonical_spelling() {
        for (text, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:DB8:0:0::01", "2001:db8::1"),
        ] {
            assert_eq!(canonical(text.into()).unwrap(), (ip(text), expected.into()));
        }
    }

    #[test]
    fn a_network_is_an_address_or_64_bits() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::", "2001:db8:1:3::/64"),
            ("::1", "::/64"),
        ] {
            assert_eq!(network(ip(address)), expected, "{address}");
        }
    }

    #[test]
    fn an_empty_set_contains_nothing() {
        assert!(!AddressSet::default().contains(ip("192.0.2.1")));
    }
}
