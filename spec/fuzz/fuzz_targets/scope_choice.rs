//! What of a `scope` becomes a grant: a line each with what is asked, registered, ticked and asked at a refresh.
#![no_main]

use frontdoor::oauth::error::ErrorCode;
use frontdoor::oauth::scope_choice::{KnownScopes, narrowed};
use libfuzzer_sys::fuzz_target;

const ROLES: [&str; 2] = ["prosody:registered", "prosody:operator"];

fn known() -> KnownScopes {
    KnownScopes {
        claims: ["openid", "offline_access", "email"].map(str::to_owned).to_vec(),
        roles: ROLES.map(str::to_owned).to_vec(),
    }
}

fn has(scope: &str, token: &str) -> bool {
    scope.split_ascii_whitespace().any(|own| own == token)
}

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(4, '\n').map(|line| Some(line).filter(|line| !line.is_empty()));
    let [asked, registered, ticked, later] = [(); 4].map(|()| lines.next().flatten());
    let known = known();
    let scope = match known.requested(asked, registered) {
        Ok(scope) => scope,
        Err(error) => return assert_eq!(error.code, ErrorCode::InvalidScope),
    };
    for token in scope.split(' ').filter(|token| !token.is_empty()) {
        assert!(asked.or(registered).is_some_and(|asked| has(asked, token)), "nobody asked for {token}");
        assert!(registered.is_none_or(|registered| has(registered, token)), "{token} is not registered");
    }
    let ticked: Option<Vec<String>> = ticked.map(|ticked| ticked.split(',').map(str::to_owned).collect());
    // The user may be an operator of nothing.
    let assumable = ["xmpp", ROLES[0]].map(str::to_owned);
    let granted = known.grant(&scope, &assumable, ticked.as_deref());
    assert!(granted.scope.split(' ').all(|token| token.is_empty() || has(&scope, token)));
    assert!(!has(&granted.scope, ROLES[1]) && granted.role.as_deref() != Some(ROLES[1]));
    assert!(granted.role.is_none_or(|role| has(&granted.scope, &role)));
    let narrower = narrowed(&granted.scope, later);
    assert!(narrower.is_none_or(|narrower| {
        narrower.split(' ').all(|token| token.is_empty() || has(&granted.scope, token))
    }));
});
