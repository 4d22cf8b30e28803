---@meta frontdoor_core
--
-- The types of the native library, for LuaLS. Nothing loads this file; spec/unit/core_types_spec.lua compares
-- it with the library.
--
-- Expected failures come back as nil and what is wrong. Misuse - an argument missing, of another type or
-- out of range - is raised, as a userdata: give it to tostring() before you log it. Numbers are accepted
-- where strings are expected, as everywhere in Lua. Strings are UTF-8 unless it says bytes.

--- What `require "frontdoor"` returns.
---@class frontdoor.Core
---@field version string the library's version, such as "0.1.0"
local core = {}

core.invites = {}

--- Whether a text can be an invitation's token: 8 to 64 characters of base64url (RFC 4648 §5), as Prosody's util.id
--- makes them. Whether there is such an invitation is not looked up.
---@param text string
---@return boolean is_token
function core.invites.is_token(text) end

--- The token in the query of an invite link: the first parameter that can be one and has no equals sign
--- (`?TOKEN&utm_source=x`, `?fbclid=y&TOKEN`), or else nothing behind it (`?TOKEN=`), else the first such value of `t` or `token`. nil if there is none, or if the query is
--- longer than 4 KiB.
---@param query? string bytes, without the question mark
---@return string? token
function core.invites.token_in(query) end

--- Up to 12 names like a taken one, the best first: `juliet2`, `juliet.chat`, `the.juliet` … for `juliet`. The same name
--- gives the same names; whether they are free is not known. An empty list for a name that no address can have, for one
--- too long to be added to, and for one written from right to left, beside which nodeprep allows no Latin letters.
---@param name string after nodeprep
---@return string[] names
function core.invites.suggestions(name) end

--- The two parts of an API key, `ID/SECRET`: 1 to 64 characters of base64url (RFC 4648 §5), and 1 to 256 printable
--- characters of ASCII without spaces. nil for anything else.
---@param text string
---@return string? id
---@return string? secret
function core.invites.api_key(text) end

--- How a secret made by a machine is kept: "sha256:" and 64 hexadecimal digits in lower case.
---@param secret string bytes
---@return string stored
function core.invites.hash_secret(secret) end

--- Whether this is the secret of which the hash, or which itself, is stored. Takes the same time wherever they differ.
--- Nothing matches an empty secret.
---@param secret string bytes
---@param stored string bytes: what hash_secret() made, in either case, or the secret in clear text
---@return boolean matches
function core.invites.secret_matches(secret, stored) end

--- Reads a registration with an invitation: a JSON object with the strings "username", "password" and "token"; other
--- members are ignored. Gives the three as sent, the token being one for is_token(); the name is empty if it is
--- missing, as invites for one name allow. Otherwise nil, HTTP status
--- (415, 413, 400 or 404) and a sentence that names the member.
---@param body string bytes, up to 64 KiB
---@param content_type? string must be application/json, with parameters or without
---@return string? username
---@return string|integer password_or_status
---@return string token_or_text
function core.invites.registration(body, content_type) end

--- Whether a text can be used as an Idempotency-Key header: 1 to 255 printable characters of ASCII, bare or as a string
--- in quotes (RFC 8941 §3.3.3).
---@param text string
---@return boolean usable
function core.invites.idempotency_key(text) end

core.jwt = {}

--- What a key is: exactly one of secret, pem and jwk, or it raises.
---@class frontdoor.KeyOptions
---@field algorithm? "HS256"|"HS384"|"HS512"|"ES256"|"RS256"|"EdDSA"|"Ed25519" needed for a secret; else it must be the key's, and an "oct" JWK that names none is for HS256
---@field secret? string bytes, at least as many as the hash has (RFC 7518 §3.2): 32, 48 or 64
---@field pem? string a public key: "PUBLIC KEY" (RFC 7468 §13) or "RSA PUBLIC KEY"
---@field jwk? string the JSON text of a JWK (RFC 7517): a public key, or a secret ("oct")
---@field kid? string its name; must be that of the JWK, if it has one

--- Checks a key: for HMAC, or a public one of P-256, of RSA with 2048 to 8192 bits, or of Ed25519. A private key is
--- refused, and so is a JWK that says it is for something else. Whether the bytes of an Ed25519 key are a point is not
--- checked; if they are none, nothing verifies. A kid that is not UTF-8 raises.
---@param options frontdoor.KeyOptions other keys are ignored
---@return frontdoor.Key? key
---@return string? message nothing of the key is in it
function core.jwt.key(options) end

--- A key, which has one algorithm, whatever a token says of itself.
---@class frontdoor.Key
local Key = {}

--- The algorithm; that of an Ed25519 key is "EdDSA".
---@return "HS256"|"HS384"|"HS512"|"ES256"|"RS256"|"EdDSA" algorithm
function Key:algorithm() end

--- The key's name, by which a token can ask for it.
---@return string? kid
function Key:kid() end

--- Signs claims as a JWT (RFC 7519) in compact serialization. On failure: the key is a public one, or its JWK has
--- `key_ops` without "sign"; the claims are not a JSON object, or have a member twice; the token would be longer than
--- 64 KiB. What the claims say is not checked.
---@param key frontdoor.Key
---@param claims string the JSON text of an object, which is signed as it is
---@return string? token
---@return string? message
function core.jwt.sign(key, claims) end

--- What a token must say. A claim that nobody expects may be anything, but exp, nbf, iat and aud.
---@class frontdoor.Expected
---@field now integer seconds since the epoch
---@field leeway? integer by how many seconds the clocks may differ; default 0
---@field issuer? string what `iss` must be
---@field audience? string what must be in `aud`; nil refuses tokens that have an `aud` (RFC 7519 §4.1.3)
---@field typ? string what `typ` in the header must be, in whatever case, with `application/` or without, as "at+jwt"
---@field required? string[] names of claims that must be there and not be null, as { "exp", "sub" }

---@alias frontdoor.JwtRefusalName
---| "malformed" # no JWS in compact serialization of up to 64 KiB, with JSON objects without duplicate members
---| "crit" # needs extensions
---| "algorithm" # not that of a key
---| "key" # no key of its algorithm can have its kid
---| "signature"
---| "typ"
---| "claim" # one that is required is missing, or exp, nbf, iat or aud has a wrong type
---| "expired" # exp
---| "not_yet_valid" # nbf, or iat is in the future
---| "issuer" # missing or another
---| "audience" # not the expected one, or none was expected

--- Verifies a JWT (RFC 7519) in compact serialization. Of a list of keys those count that have the token's algorithm
--- and not another kid than the token. Gives the claims, or nil, the name of the refusal, and a sentence with nothing of
--- the token in it. exp must be after now, and nbf and iat must not, give or take the leeway. A string in `expected` that
--- is not UTF-8 raises.
---@param keys frontdoor.Key|frontdoor.Key[]
---@param token string bytes
---@param expected frontdoor.Expected other keys are ignored
---@return string? claims the JSON text of an object, as signed
---@return frontdoor.JwtRefusalName? name
---@return string? message
function core.jwt.verify(keys, token, expected) end

--- Makes a new private key for signing_key(). Raises if the system has no random numbers.
---@return string pkcs8 bytes: PKCS#8 (RFC 5958) in DER, to be kept secret
function core.jwt.generate_signing_key() end

--- Reads a private key of P-256, for ES256. On failure: it is not PKCS#8 in DER with the public key in it.
---@param pkcs8 string bytes
---@return frontdoor.SigningKey? key
---@return string? message nothing of the key is in it
function core.jwt.signing_key(pkcs8) end

--- The server's own key, which signs what others verify.
---@class frontdoor.SigningKey
local SigningKey = {}

--- The key's name: the thumbprint of its public key (RFC 7638), as 43 characters of base64url.
---@return string kid
function SigningKey:kid() end

--- The public key, as one of `keys` in a JWK Set (RFC 7517 §5).
---@return string jwk the JSON text of a JWK
function SigningKey:jwk() end

core.limit = {}

--- A limit of so many tries in so many seconds, for each of those who try. Tries come back gradually: of 20 in 600 seconds
--- one every 30 seconds.
---@param times integer 0: no limit
---@param seconds integer at least 1
---@param most_known integer at least 1: of more than these the one who has not tried for longest is forgotten
---@return frontdoor.Limit limit
function core.limit.new(times, seconds, most_known) end

--- How often somebody may try something.
---@class frontdoor.Limit
local Limit = {}

--- A try, unless there is none left.
---@param who string bytes
---@param now number seconds, of a clock that is never set
---@return integer? seconds until the next try; nil if this one is allowed
function Limit:try_once(who, now) end

--- Takes a try back: it is not of those that count.
---@param who string bytes
---@param now number seconds
function Limit:forgive(who, now) end

core.messages = {}

--- Reads the messages of each locale, in Fluent syntax. Whether the locales have the same messages is not checked. On
--- failure the message names the locale and, where the syntax is broken, the line. A key or value that is no string
--- raises.
---@param sources table<string, string> FTL text by language tag, such as { en = "…", ["pt-BR"] = "…" }
---@param default string which of them answers where no other does
---@return frontdoor.Catalogue? catalogue
---@return string? message
function core.messages.catalogue(sources, default) end

--- The messages of some locales.
---@class frontdoor.Catalogue
local Catalogue = {}

--- The locale that answers an Accept-Language header (RFC 9110 §12.5.4). It is the default where there is no header,
--- where it is longer than 1 KiB or makes no sense, and where nothing it asks for is there. Its first 32 ranges count.
---@param accept_language? string
---@return string locale
function Catalogue:negotiate(accept_language) end

--- The message in this locale, or else in the default one; nil if neither has it. What it asks for and does not get
--- stays in it as `{$name}`. In languages written from right to left, values stand between FSI and PDI, U+2068 and
--- U+2069.
---@param locale string
---@param id string
---@param values? table<string, string|number> other keys and values are ignored; only a number chooses a plural
---@return string? text
function Catalogue:text(locale, id, values) end

--- The names of the messages of this very locale, sorted; nil if there is no such locale.
---@param locale string
---@return string[]? ids
function Catalogue:ids(locale) end

--- The names of the locales, sorted.
---@return string[] locales
function Catalogue:locales() end

--- The names of the `$variables` of a message in this very locale, with those of the messages it refers to, sorted; nil
--- if there is no such locale or message. What a term uses is not among them, what it is called with is.
---@param locale string
---@param id string
---@return string[]? names
function Catalogue:arguments(locale, id) end

core.oauth = {}

--- What clients may register. A list that is nil is empty; a name that is not known raises.
---@class frontdoor.RegistrationPolicy
---@field grant_types? string[] of "authorization_code", "refresh_token", "password", "implicit" and "urn:ietf:params:oauth:grant-type:device_code", which may be written "device_code"
---@field response_types? string[] of "code" and "token"
---@field locales? string[] language tags in which members that people see may be repeated, as `client_name#de` (RFC 7591 §2.2)

--- A key whose owner may vouch for clients.
---@class frontdoor.StatementKey
---@field key frontdoor.Key
---@field issuer? string what `iss` of the statements must be; nil takes whatever it is

--- What makes the registrar of one host.
---@class frontdoor.RegistrarOptions
---@field host string the XMPP host; with another one all ids and secrets are others
---@field key string bytes, from which all keys are derived; see key_weakness()
---@field previous_keys? string[] bytes: older keys, whose ids and secrets go on being good
---@field secret? string bytes that stand in no configuration; without them the keys make and open no code, login or device code
---@field algorithm? "HS256"|"HS384"|"HS512" of all signatures, old and new; default "HS256"
---@field ttl? integer seconds for which a new client is good, and for which the `exp` of the community module's ids counts; nil: for ever
---@field max_size? integer greatest length of a client_id in bytes; default 4096, and never more than 16384
---@field initial_access_tokens? string[] any of them lets a client register (RFC 7591 §3); nil or empty: everybody may
---@field software_statement_keys? frontdoor.StatementKey[] whose software statements count (RFC 7591 §2.3); nil or empty: statements are ignored
---@field policy frontdoor.RegistrationPolicy

--- Checks the options. On failure - another algorithm - the message begins with "algorithm: ". Options that are
--- missing or of another type raise.
---@param options frontdoor.RegistrarOptions other keys are ignored
---@return frontdoor.Registrar? registrar
---@return string? message
function core.oauth.registrar(options) end

--- What can be registered, as the text of a JSON Schema (draft 2020-12). What it refuses is refused; that URIs share a
--- host it tells in words only.
---@param policy frontdoor.RegistrationPolicy other keys are ignored
---@return string json
function core.oauth.schema(policy) end

---@alias frontdoor.RevocationKind
---| "client_hash" # one client
---| "software_id" # all clients that registered with it
---| "issued_before" # all clients from before a time: of a host of client_uri, or all, and the name is empty

--- What somebody means who names what is to be revoked: a client by its id (whether or not that is good) or its hash, or
--- else a software_id.
---@param text string
---@return "client_hash"|"software_id" kind
---@return string name the client's hash, or the text
function core.oauth.revocable(text) end

--- What is weak about a key for registrar(), as a clause such as "is shorter than 16 bytes"; nil if nothing is.
---@param key string bytes
---@return string? weakness
function core.oauth.key_weakness(key) end

--- What an ID token says, of whom to whom. Strings that are not UTF-8 raise.
---@class frontdoor.IdTokenOptions
---@field client frontdoor.Client for whom it is: its client_id is `aud`
---@field signing_key frontdoor.SigningKey signs for all clients but those that get theirs signed with their client_secret
---@field issuer string `iss`
---@field subject string `sub`, such as "xmpp:juliet@capulet.example"
---@field issued_at integer seconds since the epoch; `exp` is 3600 later
---@field auth_time? integer when the password was typed, in seconds since the epoch
---@field nonce? string of the authorization request
---@field access_token? string that is given out at the same time, for `at_hash`

--- Signs an ID token (OpenID Connect Core §2): with HS256 and the client's secret if the client registered that, or is of
--- the community module and did not register ES256, else with ES256. On failure: it would be longer than 64 KiB.
---@param options frontdoor.IdTokenOptions other keys are ignored
---@return string? token
---@return string? message
function core.oauth.id_token(options) end

--- A user code (RFC 8628 §6.1), such as "WDJB-MJHT", of random bytes. At least 8 are needed, and about one in 16 is of no
--- use; nil if they do not suffice, which with 32 never happens.
---@param random_bytes string bytes
---@return string? code
function core.oauth.user_code(random_bytes) end

--- Reads what somebody has typed as a user code, in whatever case, with blanks and dashes anywhere; nil if it is none, or
--- is longer than 64 bytes.
---@param text string
---@return string? code as user_code() writes it
function core.oauth.read_user_code(text) end

--- Takes a token of mod_tokenauth apart, spelled as that writes it; nil if it is none, or is longer than 4 KiB. Whether
--- there is such a grant, on a host of ours, is not checked, and user name and host are not prepared.
---@param text string bytes
---@return string? grant_id
---@return string? username nil also if the grant's JID is only a host
---@return string? host
---@return string? key by which the grant has the token: "sha256:" and 64 hexadecimal digits in lower case
function core.oauth.held_token(text) end

--- What an operator decides about authorization requests. A list that is nil is empty, a boolean that is nil is false.
---@class frontdoor.AuthorizationPolicyOptions
---@field challenge_methods? string[] of "S256" and "plain", another one raises (RFC 7636 §4.3); if empty, no challenge is taken
---@field requires_challenge boolean? whether clients with a secret need PKCE (default true); those without always do, devices never
---@field respects_prompt boolean whether `prompt` decides what the user is asked (OpenID Connect Core §3.1.2.1)

---@param options frontdoor.AuthorizationPolicyOptions other keys are ignored
---@return frontdoor.AuthorizationPolicy policy
function core.oauth.authorization_policy(options) end

--- The same, for authorization_request().
---@class frontdoor.AuthorizationPolicy

--- What may be asked for on a host. A list that is nil is empty.
---@class frontdoor.KnownScopesOptions
---@field claims? string[] facts about the user, with "openid" and "offline_access" if they are to be had
---@field roles? string[] names of roles; "xmpp", which stands for whatever role the user has, is always one

---@param options frontdoor.KnownScopesOptions other keys are ignored
---@return frontdoor.KnownScopes known
function core.oauth.known_scopes(options) end

--- What may be asked for on a host.
---@class frontdoor.KnownScopes
local KnownScopes = {}

--- What counts of the parameter `scope`: words that are known here and that the client, if it has registered a `scope`,
--- has in that; in the order of the request, each once. A request without `scope` asks for what the client has
--- registered, which may be nothing. Else nil, 400 and a body with "invalid_scope": malformed, or nothing is left of it.
---@param client frontdoor.Client
---@param scope? string the parameter (RFC 6749 §3.3)
---@return string? scope may be empty
---@return integer? status
---@return string? body
function KnownScopes:requested(client, scope) end

--- What comes of a request for one user: claims, then roles, each in the order of the request. What is not known here,
--- or is a role that the user may not assume, is left out.
---@param scope string what was asked for
---@param assumable_roles string[] names of roles, "xmpp" among them if the user has any
---@param ticked? string[] what the user agrees to, if asked; more than was asked for is ignored
---@return string scope may be empty
---@return string? role the first in the order of the request, maybe "xmpp"
function KnownScopes:grant(scope, assumable_roles, ticked) end

--- What a client asks of what it was granted, as narrowed_scope() has it; but words that are not known here are passed
--- over. nil if nothing is left.
---@param granted string
---@param requested? string the parameter `scope`
---@return string? scope
function KnownScopes:narrowed(granted, requested) end

--- What a client asks of what it was granted (RFC 6749 §6): all of it, if it does not say; nil if that is malformed or
--- more than was granted.
---@param granted string
---@param requested? string the parameter `scope`
---@return string? scope
function core.oauth.narrowed_scope(granted, requested) end

---@alias frontdoor.OAuthErrorName
---| "invalid_request" # RFC 6749 §4.1.2.1, §5.2, and so on
---| "unauthorized_client"
---| "access_denied"
---| "unsupported_response_type"
---| "invalid_scope"
---| "server_error"
---| "temporarily_unavailable"
---| "login_required" # OpenID Connect Core §3.1.2.6, and so on
---| "account_selection_required"
---| "consent_required"
---| "request_not_supported"
---| "request_uri_not_supported"
---| "registration_not_supported"
---| "invalid_client" # RFC 6749 §5.2; from here on no answer to an authorization request, but that of a program's own
---| "invalid_grant"
---| "unsupported_grant_type"
---| "authorization_pending" # RFC 8628 §3.5, and so on
---| "slow_down"
---| "expired_token"
---| "invalid_token" # RFC 6750 §3.1, and so on
---| "insufficient_scope"
---| "invalid_redirect_uri" # RFC 7591 §3.2.2, and so on
---| "invalid_client_metadata"
---| "invalid_client_name" # ours: missing, or nothing that people could be shown
---| "invalid_software_statement"
---| "unapproved_software_statement"

--- Reads an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1). Gives the request and
--- its client, and nothing else; or nil, where the client is told what is wrong, the error and its description. The
--- location is nil where only the user can be told: client or redirect_uri are not known to be good, or the redirect URI
--- goes nowhere. Whether a logged-in user may have what is asked for is not checked.
---@param registrar frontdoor.Registrar
---@param policy frontdoor.AuthorizationPolicy
---@param scopes frontdoor.KnownScopes
---@param query? string bytes, up to 64 KiB, without the question mark
---@param now integer seconds since the epoch
---@param issuer string `iss` of the location (RFC 9207 §2)
---@return frontdoor.AuthorizationRequest? request
---@return frontdoor.Client|string|nil client_or_location
---@return frontdoor.OAuthErrorName? error
---@return string? description names the parameter, has no values
function core.oauth.authorization_request(registrar, policy, scopes, query, now, issuer) end

--- A request that makes sense. Nobody has logged in yet.
---@class frontdoor.AuthorizationRequest
local AuthorizationRequest = {}

---@return "code"|"token" response_type that of a device is "code"
function AuthorizationRequest:response_type() end

--- What is asked for, as KnownScopes:requested() gives it.
---@return string scope may be empty
function AuthorizationRequest:scope() end

--- `login_hint` (OpenID Connect Core §3.1.2.1), as sent: whatever the client believes to be a name or an address.
---@return string? login_hint
function AuthorizationRequest:login_hint() end

--- Whether consent that was given before does not count.
---@return boolean asks_consent
function AuthorizationRequest:asks_consent() end

--- The user code of the device that asks, from `state`; nil if no device does.
---@return string? user_code as user_code() writes it
function AuthorizationRequest:user_code() end

--- Whether a person carries the code to the client (redirect_uri urn:ietf:wg:oauth:2.0:oob).
---@return boolean is_out_of_band
function AuthorizationRequest:is_out_of_band() end

--- Where the client gets the answer: its redirect URI with these parameters, `state` and `iss` in the query, or in the
--- fragment if that is where it wants them. nil if it goes nowhere. A list with a string that is not UTF-8 raises.
---@param issuer string
---@param names_and_values string[] by turns, as { "code", "…" }
---@return string? location
function AuthorizationRequest:location(issuer, names_and_values) end

--- Where the client is told that its request failed; nil if its redirect URI goes nowhere, or if the error is none of
--- RFC 6749 §4.1.2.1 or of OpenID Connect Core §3.1.2.6. Another name raises.
---@param issuer string
---@param error frontdoor.OAuthErrorName
---@param description string
---@return string? location
function AuthorizationRequest:refusal(issuer, error, description) end

--- Says for this request - this very query, on this host - who has logged in. Good for 600 seconds after auth_time, and
--- as often as one likes.
---@param registrar frontdoor.Registrar
---@param username string
---@param auth_time integer when the password was typed, in seconds since the epoch
---@param nonce string 24 random bytes, new for each call; more or fewer raise
---@return string token in base64url; nothing of it can be read without the key
function AuthorizationRequest:login_token(registrar, username, auth_time, nonce) end

--- Who has logged in, by what login_token() made. Else nil and why; what was made for another request is "invalid". Whether
--- there still is such a user is not checked.
---@param registrar frontdoor.Registrar
---@param token string
---@param now integer seconds since the epoch
---@return string? username
---@return integer|"invalid"|"expired" auth_time_or_reason seconds since the epoch
function AuthorizationRequest:read_login_token(registrar, token, now) end

--- The authorization code (RFC 6749 §4.1.2), good for 600 seconds. That it is redeemed once only is left to you: by the
--- `code_id` of token_request().
---@param registrar frontdoor.Registrar
---@param username string
---@param auth_time integer seconds since the epoch
---@param scope string what was granted
---@param now integer seconds since the epoch
---@param nonce string 24 random bytes, new for each call; more or fewer raise
---@return string? code in base64url, nothing of it can be read without the key; nil if something else is the answer
function AuthorizationRequest:code(registrar, username, auth_time, scope, now, nonce) end

--- The token that a request presents in its header or in its form (RFC 6750 §2.1, §2.2): of printable characters of ASCII
--- in the header. nil if there is none, and then, if something is wrong, what.
---@param authorization? string the header
---@param body? string counts only with the content type of a form
---@param content_type? string the header
---@return string? token
---@return "invalid_request"|"invalid_token"|nil error
---@return string? description
function core.oauth.presented_token(authorization, body, content_type) end

--- The usual HTTP status and the body of a refusal: JSON with `error` and `error_description`. Another name raises.
---@param error frontdoor.OAuthErrorName
---@param description string for the client's developer: ASCII without quotation marks and backslashes (RFC 6749 §5.2), which is not checked
---@return integer status 400, 401 or 403
---@return string body
function core.oauth.refusal(error, description) end

--- What a client asks the token endpoint for; which fields there are depends on the grant type.
---@class frontdoor.TokenRequest
---@field grant_type "authorization_code"|"refresh_token"|"password"|"urn:ietf:params:oauth:grant-type:device_code"
---@field scope? string the parameter: malformed, maybe, or more than was granted; see KnownScopes:narrowed()
---@field code_id? string authorization_code: 22 characters of base64url that name the code and do not tell it. Whether it was used before is not checked
---@field username? string authorization_code: who has granted it; password: as sent
---@field granted_scope? string authorization_code
---@field nonce? string authorization_code: that of the authorization request, if it had one, for id_token()
---@field auth_time? integer authorization_code: when the password was typed, in seconds since the epoch
---@field refresh_token? string refresh_token: as sent, nothing of it has been checked
---@field user_code? string device: whether it was granted is not checked
---@field password? string password: as sent, nothing of it has been checked

--- Reads a request to the token endpoint (RFC 6749 §3.2, RFC 7636 §4.5, RFC 8628 §3.4): who asks, whether that client may,
--- and whether it has what it needs for it: code, verifier and redirect_uri, or device code, are its own and have not
--- expired. Gives the request and its client; or nil, a status (400 or 401) and a body.
---@param registrar frontdoor.Registrar
---@param body string bytes, up to 64 KiB
---@param content_type? string must be application/x-www-form-urlencoded, with parameters or without, unless the body is empty
---@param authorization? string the header: Basic (RFC 6749 §2.3.1), if the body does not say who asks
---@param now integer seconds since the epoch
---@return frontdoor.TokenRequest? request
---@return frontdoor.Client|integer client_or_status
---@return string? body
function core.oauth.token_request(registrar, body, content_type, authorization, now) end

--- Reads the request of a device (RFC 8628 §3.1): gives the client and the parameter `scope`, if it is there; or nil, a
--- status (400 or 401) and a body. Whether the client has registered the grant type is not checked.
---@param registrar frontdoor.Registrar
---@param body string bytes, as for token_request()
---@param content_type? string
---@param authorization? string the header
---@param now integer seconds since the epoch
---@return frontdoor.Client? client
---@return string|integer|nil scope_or_status see KnownScopes:requested()
---@return string? body
function core.oauth.device_request(registrar, body, content_type, authorization, now) end

--- Reads a request about a token (RFC 7662 §2.1, RFC 7009 §2.1): gives the client and the parameter `token`, which
--- held_token() can read; or nil, a status (400 or 401) and a body. The client is true if the request does not say in any
--- way who sends it, and need not; and false, and nothing else given, if what it says is in order and the token is none.
---@param registrar frontdoor.Registrar
---@param body string bytes, as for token_request()
---@param content_type? string
---@param authorization? string the header
---@param now integer seconds since the epoch
---@param needs_client boolean whether the request must say who sends it
---@return frontdoor.Client|boolean|nil client
---@return string|integer|nil token_or_status
---@return string? body
function core.oauth.token_inquiry(registrar, body, content_type, authorization, now, needs_client) end

--- One of the two tokens that stand for a user code (RFC 8628), for this client only and for 600 seconds: the
--- `device_code` that the device has, or the `state` of the authorization request of its user.
---@param registrar frontdoor.Registrar
---@param kind "device_code"|"state" anything else raises
---@param client frontdoor.Client
---@param user_code string as user_code() writes it
---@param issued_at integer seconds since the epoch
---@param nonce string 24 random bytes, new for each call; more or fewer raise
---@return string token in base64url; nothing of it can be read without the key
function core.oauth.device_token(registrar, kind, client, user_code, issued_at, nonce) end

--- Registers the clients of one host and knows them again, and stores none: a client_id is signed metadata, and all
--- secrets are derived from it (RFC 7591, RFC 7592).
---
--- Where a body is returned, it is JSON for an answer with `Cache-Control: no-store`. A refusal's body has `error` and
--- `error_description` and, if it is about the metadata, `valid` and `errors`, a list of { instanceLocation,
--- schemaLocation, error }.
---@class frontdoor.Registrar
local Registrar = {}

--- Whether a request may register a client: it has one of the initial access tokens, or there are none. Else nil, 401
--- and a body.
---@param authorization? string the header; of the scheme Bearer (RFC 6750 §2.1)
---@return true? admitted
---@return integer? status
---@return string? body
function Registrar:admit(authorization) end

--- Registers a client (RFC 7591 §3.1). Whether the request may do so is not checked. Gives the body for status 201, the
--- client's hash and its client_uri; or nil, a status (413 or 400) and a body.
---@param body string bytes: metadata as a JSON object, up to 64 KiB; unknown members are ignored
---@param nonce string at least 9 random bytes, new for each call; fewer raise
---@param now integer seconds since the epoch
---@param endpoint string where clients register; registration_client_uri is this with a query
---@return string? answer
---@return string|integer hash_or_status
---@return string client_uri_or_body
function Registrar:register(body, nonce, now, endpoint) end

---@alias frontdoor.UnknownClientName
---| "signature" # no id, or not signed with a key of this host
---| "expired"
---| "revoked"
---| "secret" # wrong, missing, or there although the client is public

--- The client of an id whose signature is good, for operators to look at; where it is of no use any more, also the
--- reason and a sentence. Else nil, "signature" and a sentence.
---@param client_id string
---@param now integer seconds since the epoch
---@return frontdoor.Client? client
---@return frontdoor.UnknownClientName? name "expired" or "revoked" beside a client
---@return string? message
function Registrar:read(client_id, now) end

--- The client of an id; nil, the reason and a sentence if there is none, or none any more. Tell strangers only that
--- there is none.
---@param client_id string
---@param now integer seconds since the epoch
---@return frontdoor.Client? client
---@return frontdoor.UnknownClientName? name
---@return string? message
function Registrar:open(client_id, now) end

--- The client of an id, if this is its secret (RFC 6749 §2.3); compared in constant time. A public client has none, and
--- must not send one. Whether the secret came as registered, in a header or in the body, is not checked.
---@param client_id string
---@param client_secret? string
---@param now integer seconds since the epoch
---@return frontdoor.Client? client
---@return frontdoor.UnknownClientName? name
---@return string? message
function Registrar:authenticate(client_id, client_secret, now) end

--- The client that manages its registration: its registration_access_token is in the header (RFC 7592 §2). Else nil, 401
--- and a body, whatever is wrong.
---@param client_id string
---@param authorization? string the header
---@param now integer seconds since the epoch
---@return frontdoor.Client? client
---@return integer? status
---@return string? body
function Registrar:manage(client_id, authorization, now) end

--- What a client is told that asks about itself (RFC 7592 §3), for status 200. Its secrets are in it.
---@param client frontdoor.Client
---@param endpoint string as for register()
---@return string body
function Registrar:describe(client, endpoint) end

--- Registers new metadata in the place of a client's (RFC 7592 §2.2): all of it, with the client's own client_id, and
--- without what only the server sets. As register(), for status 200. That the old client is revoked is left to you.
---@param client frontdoor.Client
---@param body string bytes
---@param nonce string at least 9 random bytes
---@param now integer seconds since the epoch
---@param endpoint string
---@return string? answer
---@return string|integer hash_or_status
---@return string client_uri_or_body
function Registrar:replace(client, body, nonce, now, endpoint) end

--- Whether the client to which something was granted is revoked, as far as the grant tells: by its hash, by its
--- software_id, or because it must have been issued before the grant was made.
---@param client_hash string
---@param software_id? string
---@param client_uri? string
---@param granted_at? integer seconds since the epoch; nil is before any time
---@return boolean revoked
function Registrar:is_revoked(client_hash, software_id, client_uri, granted_at) end

--- Revokes, until the registrar is gone or restore() is called: it keeps this in memory. Of several times for one host
--- the latest counts. Another kind raises, and so does "issued_before" without a time.
---@param kind frontdoor.RevocationKind
---@param name string
---@param time? integer seconds since the epoch, for "issued_before": a client issued then is good
function Registrar:revoke(kind, name, time) end

--- Takes a revocation back; nothing happens if there is none. Another kind raises.
---@param kind frontdoor.RevocationKind
---@param name string
function Registrar:restore(kind, name) end

--- Seals the private key that signs what others verify, to be stored.
---@param key string bytes
---@param nonce string 24 random bytes, new for each call; more or fewer raise
---@return string sealed in base64url
function Registrar:seal_signing_key(key, nonce) end

--- Opens what seal_signing_key() made with this key of the host or a previous one; nil if it is something else or damaged.
---@param sealed string up to 16 KiB
---@return string? key bytes
function Registrar:open_signing_key(sealed) end

--- How a store names what belongs to a user code: 64 hexadecimal digits in lower case, which do not tell the code. With
--- another key of the host it has another name.
---@param user_code string as user_code() writes it
---@return string id
function Registrar:user_code_id(user_code) end

--- A client that was registered on this host.
---@class frontdoor.Client
local Client = {}

--- The client_id.
---@return string client_id
function Client:id() end

--- What grants name the client by: SHA-256 of its id, as 43 characters of base64url.
---@return string hash
function Client:hash() end

--- What its id says, with the defaults that it leaves out: metadata, `nonce`, `iat` and `exp`.
---@return string claims the JSON text of an object
function Client:claims() end

--- A text of its metadata; nil if it is missing, and for members that are lists or one of a few names.
---@param member string such as "client_name", "client_uri", "scope", "software_id", "logo_uri" or "client_name#de"
---@return string? text
function Client:text(member) end

--- The host of its client_uri, with the port if that is there: what people can trust of all that it says about itself.
---@return string host
function Client:host() end

--- Whether it has registered a grant type.
---@param name string such as "refresh_token"; "device_code" stands for the long name
---@return boolean has false for names that are not known
function Client:has_grant_type(name) end

--- Whether it has no secret (RFC 6749 §2.1).
---@return boolean is_public
function Client:is_public() end

--- When it registered. Ids that we make always say so; nil if one of the community module does not.
---@return integer? time seconds since the epoch
function Client:issued_at() end

--- When its id says that it ends; nil if never. Ids of the community module say so also where it does not count.
---@return integer? time seconds since the epoch
function Client:expires_at() end

core.password = {}

--- Which passwords are good enough. A field that is nil has its default.
---@class frontdoor.PolicyOptions
---@field length? integer|false least length in characters; false is the default, 8
---@field max_length? integer|false greatest length in characters, at least `length`; false is the default, 1024
---@field exclude_username? boolean refuse a password with the user's name in it, in whatever case; default true
---@field common? boolean refuse a password that many people use; default true
---@field strength? integer|false least score for check_score(), 1 to 4; false and 0 (default) do not ask

--- Checks the options. On failure the message begins with the option's name, as in "length must be …".
---@param options frontdoor.PolicyOptions other keys are ignored
---@return frontdoor.Policy? policy
---@return string? message
function core.password.policy(options) end

--- A checked set of options.
---@class frontdoor.Policy
local Policy = {}

--- Whether the password is good enough, its strength aside: true, or nil, a sentence for the person, and the name
--- of the first broken rule: "no-password", "length", "max_length", "username" or "common".
---@param password string
---@param username? string the part before the `@`
---@return true? ok
---@return string? text
---@return string? name
function Policy:check(password, username) end

--- Every rule that the password breaks, its strength aside, in the order in which check() asks them; an empty list
--- if it breaks none. An empty password breaks "no-password" only.
---@param password string
---@param username? string the part before the `@`
---@return frontdoor.BrokenRule[] broken
function Policy:broken(password, username) end

--- One rule that a password breaks.
---@class frontdoor.BrokenRule
---@field name "no-password"|"length"|"max_length"|"username"|"common"
---@field text string a sentence for the person

--- Whether the operator asks for a strength, so that check_score() has to be asked too.
---@return boolean wants_score
function Policy:wants_score() end

--- Whether a score is good enough: true, or nil, a sentence for the person, and "strength".
---@param score integer of core.password.score() or Pool:password_score()
---@return true? ok
---@return string? text
---@return string? name
function Policy:check_score(score) end

--- How hard the password is to guess for somebody who knows the rest: the zxcvbn score of its first 40 characters.
--- This can take 0.2 seconds; Pool:password_score() takes them elsewhere.
---@param password string
---@param username? string
---@param mail? string
---@param host? string
---@param site_name? string
---@return integer score 0 (guessed at once) to 4 (safe)
function core.password.score(password, username, mail, host, site_name) end

core.pool = {}

--- A pool of worker threads for slow hashes. They start with the first job and end after close(), each after
--- the job it is at. On failure (no socket pair) the message is the operating system's.
---@param workers? integer number of threads; nil means one less than there are processors, from 1 to 4
---@param queue integer how many jobs may wait for a thread
---@return frontdoor.Pool? pool
---@return string? message
function core.pool.new(workers, queue) end

--- Jobs go in, each under an id of its own; results come out of take() in the order in which they are ready.
---@class frontdoor.Pool
local Pool = {}

--- The file descriptor that becomes readable when results are there, and stays so until take() has been called.
--- It is the pool's: close() closes it.
---@return integer fd
function Pool:fd() end

--- Starts to derive the keys a server keeps for SCRAM (RFC 5802). take() gives the StoredKey and the ServerKey,
--- both as bytes. On failure: "busy" if too many jobs wait, or the operating system's reason for no thread.
---@param hash_name "SHA-1"|"SHA-256"
---@param password string bytes, after SASLprep
---@param salt string bytes
---@param iterations integer of PBKDF2, 1 to 2^32-1
---@return integer? id
---@return string? message
function Pool:scram(hash_name, password, salt, iterations) end

--- Starts Argon2id (RFC 9106; 19 MiB, 2 passes, 1 lane). take() gives the 32 bytes of the hash. On failure as
--- with scram(); a salt that is too short is found out by the worker.
---@param input string bytes
---@param salt string at least 8 bytes
---@return integer? id
---@return string? message
function Pool:argon2id(input, salt) end

--- Starts to find what core.password.score() finds. take() gives one byte, the score. On failure as with scram().
---@param password string
---@param username? string
---@param mail? string
---@param host? string
---@param site_name? string
---@return integer? id
---@return string? message
function Pool:password_score(password, username, mail, host, site_name) end

--- The next result, or nothing if there is none now: the job's id and what it has found, or its id, nil and
--- what went wrong.
---@return integer? id
---@return string? first
---@return string? second the second key of scram(), or the message
function Pool:take() end

--- Forgets all jobs, without waiting for those under way. Every later use raises.
function Pool:close() end

core.registration = {}

--- The `reg_servlet_*` options of mod_register_json. A list that is nil is empty.
---@class frontdoor.RulesOptions
---@field auth_tokens string[] at least one, none empty
---@field blocked? string[] IP addresses and CIDR ranges that may not register
---@field unthrottled? string[] IP addresses and CIDR ranges that need not wait
---@field throttle_seconds? integer seconds between two registrations of one address; 0 (default) does not throttle
---@field filtered_mails? string[] Lua patterns (bytes) of mail addresses that may not register

--- Checks the options. On failure the message begins with the option's name in the configuration.
---@param options frontdoor.RulesOptions
---@return frontdoor.Rules? rules
---@return string? message
function core.registration.rules(options) end

--- The checked options, and when which address has registered.
---@class frontdoor.Rules
local Rules = {}

--- Reads a request - JSON, or base64 of JSON - and applies what needs nothing but the request.
---
--- Admitted, it gives username and password as sent, ip in its canonical spelling, mail in the form in which it is
--- compared, and mail as typed where that is different. Refused, it gives nil, sentence, HTTP status and, where the
--- request could be read, username and ip.
---@param body string bytes, up to 64 KiB
---@param content_type? string base64 is expected unless this is application/json, with parameters or without
---@return string? username
---@return string password_or_text
---@return string|integer ip_or_status
---@return string? mail_or_username
---@return string? mail_as_typed_or_ip
function Rules:admit(body, content_type) end

--- Whether this address need not wait now. Asking too early starts the wait anew.
---@param ip string an IPv4 or IPv6 address; anything else raises
---@param now integer seconds since the epoch
---@return boolean allowed
function Rules:allow(ip, now) end

--- The patterns of `filtered_mails` that admit() does not know how to match, for string.match.
---@return string[] patterns
function Rules:untranslatable_patterns() end

---@alias frontdoor.RefusalName
---| "password_characters"
---| "password_length"
---| "name_pending"
---| "mail_filtered"
---| "password_policy"
---| "forbidden"
---| "method"
---| "username"
---| "username_length"
---| "name_taken"
---| "mail_known"
---| "failed"
---| "throttled"
---| "busy"

--- The HTTP status and sentence of a refusal that only the server can find. An unknown name raises, and so does
--- "password_policy" without detail.
---@param name frontdoor.RefusalName
---@param detail? string the reason that a password policy or another module gave
---@return integer status
---@return string text
function core.registration.refusal(name, detail) end

---@alias frontdoor.OutcomeName
---| "created"
---| "unknown"
---| "no_token"
---| "name_taken"
---| "busy"
---| "failed"

--- The HTTP status and template (form, fail or success) of a finished confirmation. An unknown name raises.
---@param name frontdoor.OutcomeName
---@return integer status
---@return "form"|"fail"|"success" page
function core.registration.outcome(name) end

--- Whether Prosody's file storage can keep an account of this name: 250 letters and digits, or fewer of others.
---@param prepared string the name after nodeprep
---@return boolean fits
function core.registration.username_fits(prepared) end

--- Reads the token of a pending registration, a UUID in either case; nil if the text is none.
---@param uuid string
---@return frontdoor.Token? token
function core.registration.token(uuid) end

--- Finds the token in a form or query: its first `uuid` that is not blank. On failure the name for outcome():
--- "no_token" if there is none, "unknown" if it cannot be a token.
---@param form string bytes, application/x-www-form-urlencoded
---@return frontdoor.Token? token
---@return frontdoor.OutcomeName? outcome
function core.registration.token_of(form) end

--- What a person confirms a registration with. The server keeps only what it is derived to.
---@class frontdoor.Token
local Token = {}

--- The name under which the registration is stored: 64 hexadecimal digits that tell nothing of the token.
---@return string id
function Token:id() end

--- The token as the person gets it: 36 characters, in lower case.
---@return string uuid
function Token:text() end

--- Seals a password for one account, as text (base64). A token may seal one password only. A password that is not
--- UTF-8 raises.
---@param password string
---@param host string
---@param username string after nodeprep
---@return string sealed
function Token:seal(password, host, username) end

--- Opens what seal() made; nil if it was sealed with another token, for another account, or is damaged.
---@param sealed string
---@param host string
---@param username string after nodeprep
---@return string? password
function Token:open(sealed, host, username) end

core.web = {}

---@alias frontdoor.Platform
---| "Android"
---| "ChromeOS"
---| "Haiku"
---| "iOS"
---| "Linux"
---| "macOS"
---| "Windows"

--- What a browser runs on, by its client hint or else by its User-Agent; nil for others and for bots. An iPad with a
--- recent system says it is a Macintosh.
---@param sec_ch_ua_platform? string the header, in its quotes
---@param user_agent? string the header
---@return frontdoor.Platform? platform
function core.web.platform(sec_ch_ua_platform, user_agent) end

--- Whether a form was posted by a page that is not ours. Sec-Fetch-Site decides where it is there: "same-origin" and
--- "none" are ours. Else Origin does: ours if it is missing (no browser), "null" (a browser that was told to send no
--- referrer), or has the host and port of the Host header or of our page.
---@param sec_fetch_site? string the header
---@param origin? string the header
---@param host? string the header
---@param own_url? string the address of our page, absolute
---@return boolean from_elsewhere
function core.web.from_elsewhere(sec_fetch_site, origin, host, own_url) end

--- A QR code of error correction level M as an SVG document without a size of its own; nil if the text is longer than
--- 1024 bytes.
---@param text string bytes
---@return string? svg
function core.web.qr_svg(text) end

--- The shades of a colour, as #rrggbb: with as much black in it, usually none, as it needs on #eef1f6 for a contrast
--- (WCAG 2.2) of 4.5, and with as much white in it as it needs on #14181d for one of 7. On failure what the colour must be:
--- one that has a contrast of 4.5 with white.
---@param color string `#rgb` or `#rrggbb`
---@return string? light
---@return string dark_or_message
function core.web.accent(color) end

--- What one counts by to slow somebody down: an IPv4 address as it is, also in its IPv6 form, and the /64 of an IPv6
--- address, such as "2001:db8:1:2::/64". nil if the text is no address.
---@param ip string
---@return string? network
function core.web.network(ip) end

--- The values of the named fields of a form; those missing from the form are missing here. On failure nil and the name
--- of the field that is there twice, is not UTF-8, or contains NUL; the name is empty if the form is longer than 64 KiB.
---@param text string bytes, application/x-www-form-urlencoded
---@param names string[]
---@return table<string, string>? values
---@return string? name
function core.web.fields(text, names) end

return core
