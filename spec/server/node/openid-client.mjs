// What openid-client does, as its README says; the servers of the specs have no TLS.

import * as client from "openid-client";

const options = { algorithm: "oauth2", execute: [client.allowInsecureRequests] };

function content(configuration) {
  return { server: configuration.serverMetadata(), client: configuration.clientMetadata() };
}

export async function register({ issuer, metadata, initialAccessToken }) {
  return content(
    await client.dynamicClientRegistration(new URL(issuer), metadata, undefined, { ...options, initialAccessToken }),
  );
}
