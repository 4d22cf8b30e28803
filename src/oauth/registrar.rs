//! Registers clients and knows them again (RFC 7591, RFC 7592), without storing any.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::access_token::{InitialAccessTokens, bearer};
use super::choice::Choice;
use super::client::Client;
use super::key_ring::{KeyRing, MAX_LEN, UntrustedClientId};
use super::metadata::Metadata;
use super::recent_clients::RecentClients;
use super::refusal::{Problem, Refusal};
use super::revocation::Revocations;
use super::software_statement::{Statement, StatementKeys};
use super::validation::{Policy, validate};
use crate::json::{Object, Value};
use crate::secret::Secret;

/// Greatest length of a request's body in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// What the member `exp` of an answer says where ids do not expire: clients of the community module expect a number.
const NOMINAL_TTL: i64 = 3600;

/// The settings of one host.
#[derive(Debug)]
pub struct Registrar {
    /// The keys.
    pub ring: KeyRing,
    /// What may be registered.
    pub policy: Policy,
    /// For how many seconds a client is good; none for ever.
    pub ttl: Option<i64>,
    /// Greatest length of a client id in bytes; 16 KiB at most, for longer ones are not looked at again.
    pub max_size: usize,
    /// Who may register.
    pub tokens: InitialAccessTokens,
    /// Whose software statements count.
    pub statements: StatementKeys,
    /// Who is nobody any more.
    pub revocations: Revocations,
    /// Who has proven lately who he is.
    pub recent: RecentClients,
}

/// A request about a registration. It may have a secret in it.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The metadata, as JSON.
    pub body: &'a [u8],
    /// At least 9 random bytes, new for each request.
    pub nonce: &'a [u8],
    /// Seconds since the epoch.
    pub now: i64,
    /// Where clients register; `registration_client_uri` is this with a query.
    pub endpoint: &'a str,
}

/// Why a client id is of no use. All but the log should treat these alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// It is no id, or no key of this host has signed it.
    Signature,
    /// Its time is over.
    Expired,
    /// It is revoked.
    Revoked,
    /// The secret is wrong, missing, or there although the client has none.
    Secret,
}

impl Unknown {
    /// A name for logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Secret => "secret",
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signature => "The client_id was not made by this host.",
            Self::Expired => "The client has expired.",
            Self::Revoked => "The client is revoked.",
            Self::Secret => "The client_secret is wrong.",
        })
    }
}

impl Registrar {
    /// Registers a client (RFC 7591 §3.1). Whether the request may do so, [`InitialAccessTokens::admit`] tells.
    ///
    /// # Errors
    /// A [`Refusal`] of status 413 or 400.
    pub fn register(&self, request: Request<'_>) -> Result<Registered, Refusal> {
        let members = members_of(request.body)?;
        self.issue(members, request)
    }

    fn issue(&self, members: Object<'_>, request: Request<'_>) -> Result<Registered, Refusal> {
        let statement = self.statements.check(&members, request.now)?;
        let metadata = self.validate(members, statement.as_ref())?;
        let client = Client::issue(&self.ring, metadata, request.nonce, request.now, self.ttl);
        let (length, limit) = (client.id().len(), self.max_size.min(MAX_LEN));
        if length > limit {
            return Err(Refusal::IdTooLong { length, limit });
        }
        let statement = statement.map(|statement| statement.token);
        let answer = Answer { client: &client, endpoint: request.endpoint, statement };
        Ok(Registered { answer: answer.to_json(), client })
    }

    fn validate<'a>(
        &self,
        mut members: Object<'a>,
        statement: Option<&'a Statement>,
    ) -> Result<Metadata, Refusal> {
        if let Some(statement) = statement {
            statement.take_precedence(&mut members)?;
        }
        validate(members, &self.policy)
    }

    /// The client of an id whose signature is good, and what else is wrong with it. For operators who want to see it.
    #[must_use]
    pub fn read(&self, client_id: &str, now: i64) -> Option<(Client, Result<(), Unknown>)> {
        // The community module writes an `exp` that it does not mean, unless the operator has set a lifetime.
        let means_exp = self.ttl.is_some();
        let client = Client::open(&self.ring, &UntrustedClientId::new(client_id)?, means_exp)?;
        let standing = self.standing(&client, now);
        Some((client, standing))
    }

    /// The client of an id.
    ///
    /// # Errors
    /// [`Unknown`], if there is none any more or never was.
    pub fn open(&self, client_id: &str, now: i64) -> Result<Client, Unknown> {
        let (client, standing) = self.read(client_id, now).ok_or(Unknown::Signature)?;
        standing.map(|()| client)
    }

    fn standing(&self, client: &Client, now: i64) -> Result<(), Unknown> {
        if client.expires_at().is_some_and(|time| time <= now) {
            return Err(Unknown::Expired);
        }
        if self.revocations.contains(client) {
            return Err(Unknown::Revoked);
        }
        Ok(())
    }

    /// The client of an id, if this is its secret. A public client has none, and must not send one.
    ///
    /// # Errors
    /// [`Unknown`]
    pub fn authenticate(&self, client_id: &str, secret: Option<&str>, now: i64) -> Result<Client, Unknown> {
        if let Some(client) = self.recent.get(client_id, secret) {
            return self.standing(&client, now).map(|()| client);
        }
        let client = self.open(client_id, now)?;
        let is_right = match (client.secret(), secret) {
            (Some(expected), Some(sent)) => Secret::new(expected).matches(sent),
            (None, None) => true,
            _ => false,
        };
        if !is_right {
            return Err(Unknown::Secret);
        }
        self.recent.add(secret, &client);
        Ok(client)
    }

    /// The client whose `registration_access_token` the header has (RFC 7592 §2).
    ///
    /// # Errors
    /// [`Refusal::Token`], whatever is wrong.
    pub fn manage(&self, client_id: &str, authorization: Option<&str>, now: i64) -> Result<Client, Refusal> {
        let token = authorization.and_then(bearer).ok_or(Refusal::Token)?;
        let client = self.open(client_id, now).map_err(|_| Refusal::Token)?;
        let expected = Secret::new(client.registration_access_token());
        if expected.matches(token) { Ok(client) } else { Err(Refusal::Token) }
    }

    /// Registers new metadata in the place of a client's (RFC 7592 §2.2). That the old client is revoked is left to
    /// the caller.
    ///
    /// # Errors
    /// As [`register`](Self::register), and if the body names another client or what only the server may set.
    pub fn replace(&self, old: &Client, request: Request<'_>) -> Result<Registered, Refusal> {
        let members = members_of(request.body)?;
        check_identity(&members, old)?;
        self.issue(members, request)
    }

    /// What a client is told that asks about itself (RFC 7592 §3), as JSON.
    #[must_use]
    pub fn describe(&self, client: &Client, endpoint: &str) -> String {
        Answer { client, endpoint, statement: None }.to_json()
    }
}

fn members_of(body: &[u8]) -> Result<Object<'_>, Refusal> {
    if body.len() > MAX_BODY {
        return Err(Refusal::BodyTooLarge { limit: MAX_BODY });
    }
    Ok(Object::read(body)?)
}

/// Members that only the server may set.
const OF_THE_SERVER: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// RFC 7592 §2.2: an update has the `client_id`, may have the `client_secret`, and has nothing that is the server's.
fn check_identity(members: &Object<'_>, client: &Client) -> Result<(), Problem> {
    if members.string("client_id") != Some(client.id()) {
        return Err(Problem::new("client_id", "const", "must be that of the client"));
    }
    if let Some(member) = OF_THE_SERVER.into_iter().find(|member| members.get(member).is_some()) {
        return Err(Problem::new(member, "not", "must not be sent"));
    }
    if members.get("client_secret").is_some_and(|sent| !is_secret_of(client, sent)) {
        return Err(Problem::new("client_secret", "const", "must be that of the client"));
    }
    Ok(())
}

fn is_secret_of(client: &Client, sent: &Value<'_>) -> bool {
    let secret = client.secret().map(Secret::new);
    secret.zip(sent.as_str()).is_some_and(|(secret, sent)| secret.matches(sent))
}

/// A new client.
pub struct Registered {
    /// Who it is.
    pub client: Client,
    /// What it is told (RFC 7591 §3.2.1), as JSON. Its secrets are in it.
    pub answer: String,
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registered").field("client", &self.client).finish_non_exhaustive()
    }
}

struct Answer<'a> {
    client: &'a Client,
    endpoint: &'a str,
    statement: Option<String>,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let client = self.client;
        let mut map = serializer.serialize_map(None)?;
        if let Some(secret) = client.secret() {
            map.serialize_entry("client_secret", &secret)?;
            map.serialize_entry("client_secret_expires_at", &client.expires_at().unwrap_or(0))?;
        }
        let issued_at = client.issued_at().unwrap_or_default();
        map.serialize_entry("client_id_issued_at", &issued_at)?;
        client.metadata().serialize_full(&mut map)?;
        // Who finds none here expects RS256 (OpenID Connect Registration §2).
        if client.metadata().id_token_signed_response_alg.is_none() {
            map.serialize_entry("id_token_signed_response_alg", client.id_token_alg().name())?;
        }
        if let Some(statement) = &self.statement {
            map.serialize_entry("software_statement", statement)?;
        }
        if let Some(nonce) = client.nonce() {
            map.serialize_entry("nonce", nonce)?;
        }
        map.serialize_entry("iat", &issued_at)?;
        map.serialize_entry("exp", &client.expires_at().unwrap_or(issued_at.saturating_add(NOMINAL_TTL)))?;
        map.serialize_entry("registration_access_token", &client.registration_access_token())?;
        map.end()
    }
}

impl Answer<'_> {
    /// An id is the longest part by far, stands there twice, and has no character that JSON escapes: base64url and
    /// dots. So it is not looked through for one.
    fn to_json(&self) -> String {
        let id = self.client.id();
        let endpoint = serde_json::to_string(self.endpoint).unwrap_or_default();
        let endpoint = endpoint.strip_suffix('"').unwrap_or_default();
        let mut json = Vec::with_capacity(2 * id.len() + 1024);
        json.extend_from_slice(br#"{"client_id":""#);
        json.extend_from_slice(id.as_bytes());
        json.extend_from_slice(br#"","registration_client_uri":"#);
        json.extend_from_slice(endpoint.as_bytes());
        json.extend_from_slice(b"?client_id=");
        json.extend_from_slice(id.as_bytes());
        json.push(b'"');
        let rest = json.len();
        let _ = serde_json::to_writer(&mut json, self); // writing to memory cannot fail
        if let Some(brace) = json.get_mut(rest) {
            *brace = b',';
        }
        String::from_utf8(json).unwrap_or_default()
    }
}
