"use strict";

// The month and the days of the examples are those of today, so that each answers something.
const month = new Date().toISOString().slice(0, 7);

const EXAMPLES = [
  {
    title: "List payments",
    query: `# Open payments, the next due first.
query ListPayments($filter: PaymentFilter) {
  payments(filter: $filter, first: 10) {
    totalCount
    nodes {
      id
      descricao
      entidade
      situacao
      dataVencimento
      valorTotal
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { filter: { liquidado: false } },
  },
  {
    title: "Sync the ERP",
    query: `# Run SyncErp, then SyncRuns to watch it.
mutation SyncErp {
  syncErp {
    ... on SyncRun { id status startedAt }
    ... on Refusal { code message }
  }
}

query SyncRuns {
  syncRuns(first: 5) {
    nodes {
      id
      status
      progress { stage page totalPages percent resumesAt }
      recordCount
      clientsCreated
      clientsUpdated
      receivablesCreated
      receivablesUpdated
      errorMessage
      issues(first: 10) { nodes { entity externalId reason } }
    }
  }
}`,
    variables: {},
  },
  {
    title: "Reconcile a month",
    query: `# Contracted against billed, client by client.
query Reconcile($period: Period!) {
  reconciliation(period: $period) {
    period
    fresh
    dataAsOf
    totalExpected
    totalBilled
    totalUnderBilled
    totalOverBilled
    counts { ok divergent notDue notEvaluated }
    lines(verdict: [DIVERGENT, NOT_EVALUATED], first: 20) {
      nodes {
        name
        mrr
        expected
        billed
        divergence
        tolerance
        verdict
        kind
        titles { nodes { externalId dueOn amount status cancelled } }
      }
    }
  }
}`,
    variables: { period: month },
  },
];

const token = document.getElementById("token");
const caller = document.getElementById("caller");
const examples = document.getElementById("examples");
const place = document.getElementById("graphiql");

async function ask(body, headers) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token.value ? { authorization: `Bearer ${token.value}` } : {}),
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return response.json();
}

function showIde(example) {
  const key = examples.value;
  const element = React.createElement(GraphiQL, {
    key,
    fetcher: (body, options) => ask(body, options?.headers),
    query: example.query,
    variables: JSON.stringify(example.variables, null, 2),
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: "variables",
  });
  root.render(element);
}

async function showCaller() {
  sessionStorage.setItem("token", token.value);
  if (!token.value) {
    caller.textContent = "no token";
    return;
  }
  const answer = await ask({ query: "{ me { subject roles } }" });
  const me = answer.data?.me;
  caller.textContent = me ? `${me.subject}: ${me.roles.join(", ")}` : "not a valid token";
}

const root = ReactDOM.createRoot ? ReactDOM.createRoot(place) : { render: (it) => ReactDOM.render(it, place) };

EXAMPLES.forEach((example, index) => examples.add(new Option(example.title, String(index))));
examples.addEventListener("change", () => showIde(EXAMPLES[Number(examples.value)]));
token.value = sessionStorage.getItem("token") ?? "";
token.addEventListener("change", showCaller);
showCaller();
showIde(EXAMPLES[0]);
