//! One registration from an address in so many seconds.

use std::collections::HashMap;
use std::net::IpAddr;

/// Remembers when an address last asked.
#[derive(Debug)]
pub struct Throttle {
    interval: u64,
    last: HashMap<IpAddr, u64>,
    next_sweep: u64,
}

impl Throttle {
    /// One request per address in `interval` seconds; 0 allows all.
    #[must_use]
    pub fn new(interval: u64) -> Self {
        Self { interval, last: HashMap::new(), next_sweep: 0 }
    }

    /// Whether a request of this address is allowed `now` (seconds since the epoch). Asking too early
    /// starts the wait anew.
    pub fn allow(&mut self, ip: IpAddr, now: u64) -> bool {
        if self.interval == 0 {
            return true;
        }
        self.sweep(now);
        match self.last.insert(ip, now) {
            Some(last) => now.saturating_sub(last) >= self.interval,
            None => true,
        }
    }

    /// Forgets whom it need not remember, so that it does not grow for ever.
    fn sweep(&mut self, now: u64) {
        if now >= self.next_sweep {
            self.last.retain(|_, last| now.saturating_sub(*last) < self.interval);
            self.next_sweep = now.saturating_add(self.interval);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::parse;

    #[test]
    fn an_address_waits_and_others_do_not() {
        let (a, b) = (parse("192.0.2.1").unwrap(), parse("2001:db8::1").unwrap());
        let mut throttle = Throttle::new(60);
        assert!(throttle.allow(a, 1000));
        assert!(!throttle.allow(a, 1059));
        assert!(throttle.allow(b, 1059));
        assert!(!throttle.allow(a, 1118), "asking too early starts the wait anew");
        assert!(throttle.allow(a, 1178));
    }

    #[test]
    fn without_an_interval_all_are_allowed() {
        let a = parse("192.0.2.1").unwrap();
        let mut throttle = Throttle::new(0);
        assert!(throttle.allow(a, 1) && throttle.allow(a, 1));
    }

    #[test]
    fn it_forgets() {
        let mut throttle = Throttle::new(60);
        for n in 0..=255 {
            throttle.allow([192, 0, 2, n].into(), 1000);
        }
        throttle.allow([198, 51, 100, 1].into(), 1060);
        assert_eq!(throttle.last.len(), 1);
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out_for_ever() {
        let a = parse("192.0.2.1").unwrap();
        let mut throttle = Throttle::new(60);
        assert!(throttle.allow(a, 1_000_000));
        assert!(!throttle.allow(a, 1000));
        assert!(throttle.allow(a, 1060));
    }
}
