//! How often somebody may try something.
//!
//! Kept here rather than in Lua: Prosody's Lua looks through all that it has again and again, so tens of thousands of
//! strangers that are remembered there slow down everything else.

use std::num::NonZeroUsize;

use lru::LruCache;

/// So many tries in so many seconds. They come back gradually: whoever has used up 20 in 600 seconds gets a new one every
/// 30 seconds.
#[derive(Debug)]
pub struct Limit {
    times: f64,
    per_second: f64,
    /// Whoever has not tried for longest is forgotten first.
    known: LruCache<Vec<u8>, Count>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    left: f64,
    at: f64,
}

impl Limit {
    /// `times` tries in `seconds`; 0 times is no limit. No more than `most_known` are remembered.
    #[must_use]
    pub fn new(times: u32, seconds: NonZeroUsize, most_known: NonZeroUsize) -> Self {
        let times = f64::from(times);
        #[allow(clippy::cast_precision_loss, reason = "no period is as long as that")]
        let per_second = times / seconds.get() as f64;
        // Without a capacity of its own: most of them know few.
        let mut known = LruCache::unbounded();
        known.resize(most_known);
        Self { times, per_second, known }
    }

    /// A try, `now` (seconds of a clock that is never set).
    ///
    /// # Errors
    /// There is none left: the seconds until the next.
    pub fn try_once(&mut self, who: &[u8], now: f64) -> Result<(), u32> {
        if self.times == 0.0 {
            return Ok(());
        }
        let per_second = self.per_second;
        let count = self.count(who, now);
        if count.left >= 1.0 {
            count.left -= 1.0;
            Ok(())
        } else {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
            Err(((1.0 - count.left) / per_second).ceil() as u32)
        }
    }

    /// Takes a try back: it is not of those that count.
    pub fn forgive(&mut self, who: &[u8], now: f64) {
        if self.known.contains(who) {
            let times = self.times;
            let count = self.count(who, now);
            count.left = times.min(count.left + 1.0);
        }
    }

    /// What somebody has left by now.
    fn count(&mut self, who: &[u8], now: f64) -> &mut Count {
        let all = Count { left: self.times, at: now };
        let count = self.known.get_or_insert_mut_ref(who, || all);
        count.left = self.times.min(count.left + (now - count.at) * self.per_second);
        count.at = now;
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(times: u32, seconds: usize, most_known: usize) -> Limit {
        let [seconds, most_known] = [seconds, most_known].map(|number| NonZeroUsize::new(number).unwrap());
        Limit::new(times, seconds, most_known)
    }

    #[test]
    fn tries_are_used_up_and_come_back_one_by_one() {
        let mut limit = limit(20, 600, 10);
        for _ in 0..20 {
            assert_eq!(limit.try_once(b"juliet", 5.0), Ok(()));
        }
        assert_eq!(limit.try_once(b"juliet", 5.0), Err(30));
        assert_eq!(limit.try_once(b"juliet", 34.5), Err(1));
        assert_eq!(limit.try_once(b"juliet", 35.0), Ok(()));
        assert_eq!(limit.try_once(b"juliet", 35.0), Err(30));
        assert_eq!(limit.try_once(b"romeo", 35.0), Ok(()));
    }

    #[test]
    fn no_more_come_back_than_there_were() {
        let mut limit = limit(2, 60, 10);
        for now in [0.0, 86400.0] {
            assert_eq!(limit.try_once(b"juliet", now), Ok(()));
            assert_eq!(limit.try_once(b"juliet", now), Ok(()));
            assert_eq!(limit.try_once(b"juliet", now), Err(30));
        }
    }

    #[test]
    fn who_is_forgiven_has_not_tried() {
        let mut limit = limit(1, 60, 10);
        limit.forgive(b"juliet", 0.0);
        for _ in 0..5 {
            assert_eq!(limit.try_once(b"juliet", 0.0), Ok(()));
            limit.forgive(b"juliet", 0.0);
            limit.forgive(b"juliet", 0.0);
        }
        assert_eq!(limit.try_once(b"juliet", 0.0), Ok(()));
        limit.forgive(b"romeo", 0.0);
        assert_eq!(limit.try_once(b"juliet", 0.0), Err(60));
    }

    #[test]
    fn the_one_who_has_not_tried_for_longest_is_forgotten() {
        let mut limit = limit(1, 600, 3);
        for who in [b"a", b"b", b"c"] {
            assert_eq!(limit.try_once(who, 0.0), Ok(()));
        }
        assert!(limit.try_once(b"a", 1.0).is_err());
        assert_eq!(limit.try_once(b"d", 1.0), Ok(()));
        assert!(limit.try_once(b"a", 2.0).is_err() && limit.try_once(b"c", 2.0).is_err());
        assert_eq!(limit.try_once(b"b", 2.0), Ok(()));
        assert_eq!(limit.known.len(), 3);
    }

    #[test]
    fn without_tries_there_is_no_limit() {
        let mut limit = limit(0, 600, 1);
        for _ in 0..100 {
            assert_eq!(limit.try_once(b"juliet", 0.0), Ok(()));
        }
        limit.forgive(b"juliet", 0.0);
    }
}
