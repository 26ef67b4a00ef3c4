// All clients, one process: `node main.test.mjs`, with URL and TOKEN of a running server in the environment.
import { after, before, test } from "node:test";
import { createHash } from "node:crypto";
import assert from "node:assert/strict";
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Client as Urql, fetchExchange, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { auditServer } from "graphql-http";
import { createClient as createSse } from "graphql-sse";
import { createClient as createWs } from "graphql-ws";
import { getIntrospectionQuery } from "graphql";
import relay from "relay-runtime";
import WebSocket from "ws";
import { lintsClean, relayCompiles, typesHold } from "./schema.mjs";

const URL_OF_API = `${process.env.URL}/graphql`;
const AUTHORIZATION = `Bearer ${process.env.TOKEN}`;
const HEADERS = { authorization: AUTHORIZATION, "accept-language": "en" };

const CLIENTS = `query Clients { clients(first: 10, filter: { search: "modelo" }) { totalCount nodes { __typename id name version } } }`;
const RENAME = `mutation Rename($id: ID!, $name: String!) {
  updateClient(id: $id, input: { name: $name }) {
    __typename ... on Client { id name version } ... on Refusal { code message }
  }
}`;
const SYNC = `mutation { syncErp { __typename ... on SyncRun { id status } ... on Refusal { code } } }`;
const WATCH = `subscription Watch($run: ID!) { syncProgress(runId: $run) { __typename id status } }`;

const rows = [];
const ws = createWs({
  url: URL_OF_API.replace("http", "ws"),
  webSocketImpl: WebSocket,
  connectionParams: { authorization: AUTHORIZATION },
});
const sse = createSse({ url: URL_OF_API, headers: HEADERS });

async function ask(query, variables) {
  const answer = await fetch(URL_OF_API, {
    method: "POST",
    headers: { ...HEADERS, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined);
  return data;
}

let started;
/** The id of a run: under way for who comes first, over for the others, who are told so. */
function run() {
  started ??= ask(SYNC).then(({ syncErp }) => syncErp.id);
  return started;
}

/** All that a source tells until it completes, by its last status. */
function lastStatus(subscribe) {
  return new Promise((resolve, reject) => {
    let status;
    subscribe({
      next: ({ data, errors }) => (errors ? reject(errors) : (status = data.syncProgress.status)),
      error: reject,
      complete: () => resolve(status),
    });
  });
}

before(async () => {
  for (const name of ["Padaria Modelo", "Oficina Modelo"]) {
    const made = await ask(
      `mutation($name: String!) { createClient(input: { name: $name }) { ... on Client { id } } }`,
      { name },
    );
    rows.push(made.createClient.id);
  }
  await ask(`mutation {
    createPayment(input: { descricao: "Aluguel", valor: "100.00", dataVencimento: "2026-01-10",
      entidade: FORNECEDOR, fornecedorId: "1", fornecedorExternalId: "F1" }) { __typename }
  }`);
});
after(() => Promise.all([ws.dispose(), sse.dispose()]));

test("the schema lints clean", lintsClean);
test("generated types hold under tsc --strict", typesHold);

test("graphql-http audits", async () => {
  const results = await auditServer({ url: URL_OF_API });
  const unmet = results.filter(({ status }) => status !== "ok").map(({ id, name, reason }) => [id, name, reason]);
  assert.deepEqual([results.length, unmet], [61, []]);
});
test("Apollo Client, normalised", async () => {
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes: { ClientResult: ["Client", "Refusal"] } }),
    link: new HttpLink({ uri: URL_OF_API, headers: HEADERS }),
  });
  const { data } = await client.query({ query: gql(CLIENTS) });
  assert.equal(data.clients.totalCount, 2);
  await client.mutate({ mutation: gql(RENAME), variables: { id: rows[0], name: "Padaria Modelo Nova" } });
  const cached = client.readQuery({ query: gql(CLIENTS) });
  assert.ok(cached.clients.nodes.some(({ name }) => name === "Padaria Modelo Nova"));
  await assert.rejects(client.query({ query: gql`{ clients(first: 5000) { totalCount } }` }), (error) => {
    assert.equal(error.errors[0].extensions.code, "BAD_USER_INPUT");
    return true;
  });
});

test("Apollo Client, automatic persisted queries", async () => {
  const sent = [];
  const link = new PersistedQueryLink({ sha256: (text) => createHash("sha256").update(text).digest("hex") }).concat(
    new HttpLink({
      uri: URL_OF_API,
      headers: HEADERS,
      fetch: (address, options) => {
        sent.push("query" in JSON.parse(options.body));
        return fetch(address, options);
      },
    }),
  );
  const client = new ApolloClient({ cache: new InMemoryCache(), link });
  for (let time = 0; time < 2; time++) {
    const { data } = await client.query({ query: gql`query Hashed { me { subject } }`, fetchPolicy: "no-cache" });
    assert.ok(data.me.subject);
  }
  assert.deepEqual(sent, [false, true, false]);
});

test("Apollo Client, subscriptions", async () => {
  const client = new ApolloClient({ cache: new InMemoryCache(), link: ApolloLink.from([new GraphQLWsLink(ws)]) });
  const watched = client.subscribe({ query: gql(WATCH), variables: { run: await run() } });
  assert.equal(await lastStatus((sink) => watched.subscribe(sink)), "SUCCESS");
});

test("urql, normalised, and no stream for a query", async () => {
  const kinds = [];
  const client = new Urql({
    url: URL_OF_API,
    preferGetMethod: false,
    fetchOptions: { headers: HEADERS },
    fetch: async (...asked) => {
      const answer = await fetch(...asked);
      kinds.push(answer.headers.get("content-type"));
      return answer;
    },
    exchanges: [cacheExchange({ schema: await ask(getIntrospectionQuery()) }), fetchExchange],
  });
  const before = await client.query(CLIENTS, {}).toPromise();
  assert.equal(before.error, undefined);
  const changed = await client.mutation(RENAME, { id: rows[1], name: "Oficina Modelo Nova" }).toPromise();
  assert.equal(changed.data.updateClient.name, "Oficina Modelo Nova");
  const again = await client.query(CLIENTS, {}, { requestPolicy: "cache-only" }).toPromise();
  assert.ok(again.data.clients.nodes.some(({ name }) => name === "Oficina Modelo Nova"));
  assert.deepEqual(kinds, Array(2).fill("application/graphql-response+json; charset=utf-8"));
});

test("urql, subscriptions over graphql-sse", async () => {
  const client = new Urql({
    url: URL_OF_API,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: (operation) => ({
          subscribe: (sink) => ({ unsubscribe: sse.subscribe(operation, sink) }),
        }),
      }),
    ],
  });
  const run_ = await run();
  const status = await new Promise((resolve, reject) => {
    client.subscription(WATCH, { run: run_ }).subscribe(({ data, error }) => {
      if (error) reject(error);
      else if (data.syncProgress.status !== "RUNNING") resolve(data.syncProgress.status);
    });
  });
  assert.equal(status, "SUCCESS");
});

test("graphql-ws", async () => {
  const variables = { run: await run() };
  assert.equal(await lastStatus((sink) => ws.subscribe({ query: WATCH, variables }, sink)), "SUCCESS");
});

test("graphql-sse", async () => {
  const variables = { run: await run() };
  assert.equal(await lastStatus((sink) => sse.subscribe({ query: WATCH, variables }, sink)), "SUCCESS");
});

test("Relay: compiler, store, mutation, subscription", async () => {
  await relayCompiles();
  const artifact = async (name) => (await import(`./generated/relay/${name}.graphql.js`)).default;
  const { commitMutation, createOperationDescriptor, Environment, fetchQuery, Network, Observable } = relay;
  const environment = new Environment({
    network: Network.create(
      async ({ text }, variables) => ({ data: await ask(text, variables) }),
      ({ text }, variables) => Observable.create((sink) => ws.subscribe({ query: text, variables }, sink)),
    ),
    store: new relay.Store(new relay.RecordSource()),
  });
  const query = await artifact("PanelQuery");
  const data = await fetchQuery(environment, query, { period: "2026-10" }).toPromise();
  assert.deepEqual(data.me.roles, ["CFO"]);
  const seen = () => environment.getStore().getSource().toJSON();
  const payment = Object.values(seen()).find(({ __typename }) => __typename === "Payment");
  assert.equal(payment.descricao, "Aluguel");
  await new Promise((onCompleted, onError) => {
    const variables = { id: payment.id, on: "2026-01-10" };
    artifact("PanelSettleMutation").then((mutation) =>
      commitMutation(environment, { mutation, variables, onCompleted, onError }),
    );
  });
  assert.equal(seen()[payment.id].situacao, "LIQUIDADO");
  const subscription = await artifact("PanelWatchSubscription");
  const operation = createOperationDescriptor(subscription, { run: await run() });
  const told = await environment.executeSubscription({ operation }).toPromise();
  assert.ok(told.data.syncProgress.id.startsWith("sync_"));
});
