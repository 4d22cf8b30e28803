// What oauth4webapi does, as its README says; the servers of the specs have no TLS.

import * as oauth from "oauth4webapi";

const options = { [oauth.allowInsecureRequests]: true };

const authentications = {
  client_secret_basic: oauth.ClientSecretBasic,
  client_secret_post: oauth.ClientSecretPost,
  none: oauth.None,
};

async function discover(issuer, algorithm = "oauth2") {
  const response = await oauth.discoveryRequest(new URL(issuer), { ...options, algorithm });
  return oauth.processDiscoveryResponse(new URL(issuer), response);
}

export async function register({ issuer, metadata, initialAccessToken }) {
  const server = await discover(issuer);
  const response = await oauth.dynamicClientRegistrationRequest(server, metadata, { ...options, initialAccessToken });
  return { server, client: await oauth.processDynamicClientRegistrationResponse(response) };
}

async function parties({ issuer, registered }) {
  const server = await discover(issuer, "oidc");
  return [server, registered, authentications[registered.token_endpoint_auth_method](registered.client_secret)];
}

// Tokens whose ID token has been verified with the server's published keys.
async function verified(server, response, tokens) {
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  if (claims) await oauth.validateApplicationLevelSignature(server, response, options);
  return { ...tokens, claims };
}

// The address that the user's browser is sent to, and what has to be remembered until it comes back.
export async function ask({ parameters, ...given }) {
  const [server, client] = await parties(given);
  const checks = {
    redirectUri: parameters.redirect_uri,
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  };
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    ...parameters,
    client_id: client.client_id,
    response_type: "code",
    code_challenge: await oauth.calculatePKCECodeChallenge(checks.verifier),
    code_challenge_method: "S256",
    state: checks.state,
    nonce: checks.nonce,
  });
  return { url: url.href, checks };
}

export async function redeem({ callback, checks, ...given }) {
  const [server, client, authentication] = await parties(given);
  const answer = oauth.validateAuthResponse(server, client, new URL(callback), checks.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    answer,
    checks.redirectUri,
    checks.verifier,
    options,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: checks.nonce,
    requireIdToken: true,
  });
  return verified(server, response, tokens);
}

export async function refresh({ refreshToken, parameters, ...given }) {
  const [server, client, authentication] = await parties(given);
  const more = { ...options, additionalParameters: parameters };
  const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, more);
  return verified(server, response, await oauth.processRefreshTokenResponse(server, client, response));
}

export async function userinfo({ accessToken, sub, ...given }) {
  const [server, client] = await parties(given);
  const response = await oauth.userInfoRequest(server, client, accessToken, options);
  return oauth.processUserInfoResponse(server, client, sub, response);
}

export async function introspect({ token, ...given }) {
  const [server, client, authentication] = await parties(given);
  const response = await oauth.introspectionRequest(server, client, authentication, token, options);
  return oauth.processIntrospectionResponse(server, client, response);
}

export async function revoke({ token, ...given }) {
  const [server, client, authentication] = await parties(given);
  const response = await oauth.revocationRequest(server, client, authentication, token, options);
  await oauth.processRevocationResponse(response);
  return null;
}

export async function askFromDevice({ parameters, ...given }) {
  const [server, client, authentication] = await parties(given);
  const response = await oauth.deviceAuthorizationRequest(server, client, authentication, parameters, options);
  return oauth.processDeviceAuthorizationResponse(server, client, response);
}

// Asks once, and at once.
export async function redeemOnDevice({ asked, ...given }) {
  const [server, client, authentication] = await parties(given);
  const response = await oauth.deviceCodeGrantRequest(server, client, authentication, asked.device_code, options);
  return verified(server, response, await oauth.processDeviceCodeResponse(server, client, response));
}
