// Calls one function of openid-client.mjs or oauth4webapi.mjs: { library, call, given } on standard input, and on
// standard output { value }, or { error } if the library has raised one of its own.

import { json } from "node:stream/consumers";

// The libraries' errors have a code; anything else is a mistake in these files.
function described(error) {
  if (!error.code) throw error;
  return {
    class: error.constructor.name,
    code: error.code,
    message: error.message,
    status: error.status,
    error: error.error,
    error_description: error.error_description,
    challenges: Array.isArray(error.cause) ? error.cause : undefined,
  };
}

const { library, call, given } = await json(process.stdin);
const functions = await import(`./${library}.mjs`);
const outcome = await functions[call](given).then(
  (value) => ({ value }),
  (error) => ({ error: described(error) }),
);
console.log(JSON.stringify(outcome));
