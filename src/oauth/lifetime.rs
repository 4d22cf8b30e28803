//! How long something counts that was made here, sealed and given away.

/// Seconds by which the clock may have been set back since, or that of another server is ahead. What comes from a later
/// future was made by a clock that was wrong, and would count for too long.
const MAX_SKEW: i64 = 300;

/// Whether something that counts for `lifetime` seconds counts now. Times are in seconds since the epoch.
pub(super) const fn is_current(issued_at: i64, lifetime: i64, now: i64) -> bool {
    issued_at <= now.saturating_add(MAX_SKEW) && now < issued_at.saturating_add(lifetime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_five_minutes_before_until_it_ends() {
        for (now, expected) in [
            (i64::MIN, false),
            (699, false),
            (700, true),
            (1000, true),
            (1599, true),
            (1600, false),
            (i64::MAX, false),
        ] {
            assert_eq!(is_current(1000, 600, now), expected, "{now}");
        }
        assert!(!is_current(i64::MAX, 600, 1000) && !is_current(i64::MIN, 600, 1000));
    }
}
