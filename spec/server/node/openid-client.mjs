// What openid-client does, as its README says; the servers of the specs have no TLS.

import * as client from "openid-client";

const options = { algorithm: "oauth2", execute: [client.allowInsecureRequests] };

// With signatures of ID tokens verified, which the library leaves out where TLS does it.
const careful = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };

const authentications = {
  client_secret_basic: client.ClientSecretBasic,
  client_secret_post: client.ClientSecretPost,
  none: client.None,
};

function content(configuration) {
  return { server: configuration.serverMetadata(), client: configuration.clientMetadata() };
}

export async function register({ issuer, metadata, initialAccessToken }) {
  return content(
    await client.dynamicClientRegistration(new URL(issuer), metadata, undefined, { ...options, initialAccessToken }),
  );
}

function configured({ issuer, registered }) {
  const authentication = authentications[registered.token_endpoint_auth_method](registered.client_secret);
  return client.discovery(new URL(issuer), registered.client_id, registered, authentication, careful);
}

function withClaims(tokens) {
  return { ...tokens, claims: tokens.claims() };
}

// The address that the user's browser is sent to, and what has to be remembered until it comes back.
export async function ask({ parameters, ...given }) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  };
  const url = client.buildAuthorizationUrl(await configured(given), {
    ...parameters,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  return { url: url.href, checks };
}

export async function redeem({ callback, checks, ...given }) {
  const configuration = await configured(given);
  return withClaims(await client.authorizationCodeGrant(configuration, new URL(callback), checks));
}

export async function refresh({ refreshToken, parameters, ...given }) {
  return withClaims(await client.refreshTokenGrant(await configured(given), refreshToken, parameters));
}

export async function userinfo({ accessToken, sub, ...given }) {
  return client.fetchUserInfo(await configured(given), accessToken, sub);
}

export async function introspect({ token, ...given }) {
  return client.tokenIntrospection(await configured(given), token);
}

export async function revoke({ token, ...given }) {
  await client.tokenRevocation(await configured(given), token);
  return null;
}

export async function askFromDevice({ parameters, ...given }) {
  return client.initiateDeviceAuthorization(await configured(given), parameters);
}

// Waits as long as it has to before it asks.
export async function redeemOnDevice({ asked, ...given }) {
  return withClaims(await client.pollDeviceAuthorizationGrant(await configured(given), asked));
}
