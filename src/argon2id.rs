//! Argon2id (RFC 9106), with which short, guessable values such as mail addresses are kept.

use std::cell::RefCell;

use argon2::{Algorithm, Argon2, Block, Params, Version};

/// Length of the hash in bytes.
pub const HASH_LEN: usize = 32;

// The second recommendation of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The salt is shorter than 8 bytes (RFC 9106 §3.1), or the input longer than 2³² − 1 bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct BadInput;

// Each worker keeps its own for good. An allocator that gets it back after every hash puts something small there
// before the next one, which then no longer fits: glibc's ends up with nine for each worker.
thread_local! {
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Hashes `input`. The same input and salt give the same hash, so a value can be looked up by it.
///
/// # Errors
/// [`BadInput`] for a salt under 8 bytes.
pub fn hash(input: &[u8], salt: &[u8]) -> Result<[u8; HASH_LEN], BadInput> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_LEN)).map_err(|_| BadInput)?;
    let blocks = params.block_count();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; HASH_LEN];
    MEMORY.with_borrow_mut(|memory| {
        memory.resize(blocks, Block::new());
        argon2.hash_password_into_with_memory(input, salt, &mut hash, memory).map_err(|_| BadInput)
    })?;
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by the reference implementation: `printf password | argon2 somesalt -id -t 2 -k 19456 -p 1 -l 32 -r`.
    #[test]
    fn agrees_with_the_reference_implementation() {
        let expected = "3cbd356a63f2794bb11bb1f4bc8af95fea87919bd69c79860465c562f87ccf61";
        let hash = hash(b"password", b"somesalt").unwrap();
        assert_eq!(base16ct::lower::encode_string(&hash), expected);
    }

    #[test]
    fn what_was_hashed_before_does_not_show() {
        let first = hash(b"password", b"somesalt").unwrap();
        assert_ne!(hash(b"another", b"somesalt").unwrap(), first);
        assert_eq!(hash(b"password", b"somesalt").unwrap(), first);
    }

    #[test]
    fn rfc9106_3_1_a_salt_has_at_least_8_bytes() {
        assert_eq!(hash(b"password", b"1234567"), Err(BadInput));
    }
}
