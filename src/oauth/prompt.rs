//! The parameter `prompt` (`OpenID` Connect Core §3.1.2.1): what the person is asked.

use super::error::{EndpointError, ErrorCode};

/// What else in the request `prompt` depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Circumstances {
    /// Whether the operator lets clients choose at all.
    pub is_respected: bool,
    pub has_login_hint: bool,
    /// "The prompt parameter value … MUST contain consent" then (`OpenID` Connect Core §11).
    pub asks_offline_access: bool,
}

/// Whether the person must be asked for consent, even if it has been given before.
///
/// Nobody stays logged in here, so who must not be asked to log in gets nothing.
pub(super) fn asks_consent(prompt: Option<&str>, given: Circumstances) -> Result<bool, EndpointError> {
    let Some(prompt) = prompt else { return Ok(true) };
    let has = |value| prompt.split_ascii_whitespace().any(|own| own == value);
    let refused = |code, text| Err(EndpointError::new(code, text));
    if has("none") {
        return match prompt.trim() {
            "none" => refused(ErrorCode::LoginRequired, "the user must log in"),
            _ => refused(ErrorCode::InvalidRequest, "'prompt' none stands alone"),
        };
    }
    if !given.is_respected {
        return Ok(true);
    }
    if !has("login") {
        return refused(ErrorCode::LoginRequired, "the user must log in");
    }
    if !has("select_account") && !given.has_login_hint {
        return refused(ErrorCode::AccountSelectionRequired, "the user must name the account");
    }
    if !has("consent") && given.asks_offline_access {
        return refused(ErrorCode::ConsentRequired, "offline_access needs consent");
    }
    Ok(has("consent"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENIENT: Circumstances =
        Circumstances { is_respected: false, has_login_hint: false, asks_offline_access: false };
    const STRICT: Circumstances = Circumstances { is_respected: true, ..LENIENT };

    fn code(prompt: &str, given: Circumstances) -> ErrorCode {
        asks_consent(Some(prompt), given).unwrap_err().code
    }

    #[test]
    fn openid_core_3_1_2_1_none_stands_alone() {
        for given in [LENIENT, STRICT] {
            assert_eq!(code("none", given), ErrorCode::LoginRequired);
            assert_eq!(code("none login", given), ErrorCode::InvalidRequest);
            assert_eq!(asks_consent(None, given), Ok(true));
        }
    }

    #[test]
    fn openid_core_3_1_2_1_where_it_is_respected() {
        assert_eq!(asks_consent(Some("consent"), LENIENT), Ok(true));
        assert_eq!(asks_consent(Some("x"), LENIENT), Ok(true));
        assert_eq!(code("consent", STRICT), ErrorCode::LoginRequired);
        assert_eq!(code("login", STRICT), ErrorCode::AccountSelectionRequired);
        assert_eq!(asks_consent(Some("login"), Circumstances { has_login_hint: true, ..STRICT }), Ok(false));
        assert_eq!(asks_consent(Some("login select_account consent"), STRICT), Ok(true));
        assert_eq!(asks_consent(Some("login select_account"), STRICT), Ok(false));
    }

    #[test]
    fn openid_core_11_offline_access_needs_consent() {
        let given = Circumstances { asks_offline_access: true, ..STRICT };
        assert_eq!(code("login select_account", given), ErrorCode::ConsentRequired);
        assert_eq!(asks_consent(Some("login select_account consent"), given), Ok(true));
    }
}
