// Who calls, and how: the bearer token lives in sessionStorage, hence no longer than the browser's tab.

const KEY = "concilia:token";

export const keptToken = () => sessionStorage.getItem(KEY) ?? "";

/** Keeps what was pasted, with or without its "Bearer"; an empty one is forgotten. */
export function keepToken(pasted) {
  const token = pasted.trim().replace(/^bearer\s+/i, "");
  if (token) sessionStorage.setItem(KEY, token);
  else sessionStorage.removeItem(KEY);
  return token;
}

/** The answer to one GraphQL request. */
export async function ask(body, token, headers = {}) {
  const sent = new Headers({ "content-type": "application/json" });
  if (token) sent.set("authorization", `Bearer ${token}`);
  // Those of GraphiQL's own Headers pane win, however they are spelt.
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  const response = await fetch("/graphql", { method: "POST", headers: sent, body: JSON.stringify(body) });
  if (!response.headers.get("content-type")?.includes("json")) {
    throw new Error(`The server answered ${response.status} ${response.statusText}`);
  }
  return response.json();
}

/** The messages of one subscription, as GraphiQL wants them: whoever subscribes may unsubscribe. */
export function watch(body, token, headers = {}) {
  const url = new URL("/graphql", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const sent = new Headers(token ? { authorization: `Bearer ${token}` } : {});
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  return {
    subscribe({ next, error, complete }) {
      const connectionParams = Object.fromEntries(sent);
      const client = graphqlWs.createClient({ url: url.href, connectionParams, retryAttempts: 0 });
      const failed = (problem) =>
        error(problem instanceof CloseEvent ? new Error(problem.reason || "The server hung up") : problem);
      return { unsubscribe: client.subscribe(body, { next, error: failed, complete }) };
    },
  };
}

/** The caller whom the server sees behind a token, or what it has against it. */
export async function whoIs(token) {
  try {
    const answer = await ask({ query: "{ me { subject name roles } }" }, token);
    return { me: answer.data?.me, problem: answer.errors?.[0].message };
  } catch (error) {
    return { problem: error.message };
  }
}
