// What oauth4webapi does, as its README says; the servers of the specs have no TLS.

import * as oauth from "oauth4webapi";

const options = { [oauth.allowInsecureRequests]: true };

async function discover(issuer) {
  const response = await oauth.discoveryRequest(new URL(issuer), { ...options, algorithm: "oauth2" });
  return oauth.processDiscoveryResponse(new URL(issuer), response);
}

export async function register({ issuer, metadata, initialAccessToken }) {
  const server = await discover(issuer);
  const response = await oauth.dynamicClientRegistrationRequest(server, metadata, { ...options, initialAccessToken });
  return { server, client: await oauth.processDynamicClientRegistrationResponse(response) };
}
