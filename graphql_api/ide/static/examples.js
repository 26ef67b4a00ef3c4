// The examples above the editor. Each is valid as it stands and answers something on the demo data.

/** Today where the books are kept, whatever the browser's own zone: "2026-11-22". */
const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "America/Sao_Paulo" }).format(new Date());

const NEWEST_OPEN = `{
  payments(filter: { liquidado: false }, orderBy: [{ field: CADASTRADO_EM, direction: DESC }], first: 1) {
    nodes { id version }
  }
}`;

const NEWEST_RUN = "{ syncRuns(first: 1) { nodes { id } } }";

/**
 * The `variables` of an example are made when it is chosen, and again after a change if it `followsChanges`;
 * `ask` asks the API as the caller.
 */
export const EXAMPLES = [
  {
    title: "List payments",
    query: `# First paste a bearer token, above on the right.
# In development the server's terminal prints them.
# Then run this: Ctrl-Enter, or the button.
query ListPayments($filter: PaymentFilter) {
  payments(filter: $filter, first: 10) {
    totalCount
    nodes {
      id
      descricao
      entidade
      valor
      desconto
      valorTotal
      dataVencimento
      situacao
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: () => ({ filter: { liquidado: false } }),
  },
  {
    title: "Create a payment",
    query: `# Run it twice: the same key and the same input
# give the same payment again.
mutation CreatePayment(
  $input: PaymentInput!
  $key: String
) {
  createPayment(
    input: $input
    idempotencyKey: $key
  ) {
    ... on Payment {
      id
      descricao
      nomeCliente
      valorTotal
      dataVencimento
      situacao
    }
    ... on Refusal {
      message
      fields { path code message }
    }
  }
}`,
    variables: () => ({
      key: `example-${Date.now()}`,
      input: {
        descricao: "Compra de TV 33",
        entidade: "CLIENTE",
        clienteId: "6",
        clienteExternalId: "CLI006",
        nomeCliente: "Jarvis Stark",
        valor: "1599.99",
        juros: "2.00",
        desconto: "1.00",
        valorTotal: "1600.99",
        dataVencimento: today(),
        atributos: [{ chave: "canal", valor: "GraphiQL" }],
      },
    }),
  },
  {
    title: "Settle a payment",
    query: `# Settles the newest open payment. Run it twice:
# by then the version is no longer the one read.
mutation SettlePayment(
  $id: ID!
  $day: Date!
  $version: Int
) {
  settlePayment(
    id: $id
    dataLiquidacao: $day
    expectedVersion: $version
  ) {
    ... on Payment {
      id
      descricao
      valorTotal
      dataLiquidacao
      situacao
      version
    }
    ... on Refusal {
      code
      message
    }
  }
}`,
    variables: async (ask) => {
      const answer = await ask({ query: NEWEST_OPEN }).catch(() => null);
      const newest = answer?.data?.payments.nodes[0];
      return { id: newest?.id ?? "", day: today(), version: newest?.version ?? null };
    },
  },
  {
    title: "Sync the ERP",
    query: `# Run SyncErp, which answers at once; then WatchSync,
# which goes on until the run is over.
mutation SyncErp {
  syncErp {
    ... on SyncRun { id status startedAt }
    ... on Refusal { code message }
  }
}

# Below, the newest run is filled in.
subscription WatchSync($id: ID!) {
  syncProgress(runId: $id) {
    status
    progress {
      stage
      page
      totalPages
      percent
      resumesAt
    }
    recordCount
    finishedAt
  }
}

query SyncRuns {
  syncRuns(first: 3) {
    nodes {
      id
      status
      progress { stage percent resumesAt }
      startedAt
      finishedAt
      recordCount
      clientsCreated
      clientsUpdated
      receivablesCreated
      receivablesUpdated
      errorMessage
      issues(first: 5) {
        nodes { entity externalId reason }
      }
    }
  }
}`,
    followsChanges: true,
    variables: async (ask) => {
      const answer = await ask({ query: NEWEST_RUN }).catch(() => null);
      return { id: answer?.data?.syncRuns.nodes[0]?.id ?? "" };
    },
  },
  {
    title: "Reconcile a month",
    query: `# Contracted against billed, client by client.
# Sync the ERP first: without fresh data every line
# is NOT_EVALUATED.
query Reconcile(
  $period: Period!
  $verdict: [Verdict!]
) {
  reconciliation(period: $period) {
    period
    fresh
    dataAsOf
    totalExpected
    totalBilled
    totalUnderBilled
    totalOverBilled
    counts {
      ok
      divergent
      notDue
      notEvaluated
    }
    lines(verdict: $verdict, first: 20) {
      totalCount
      nodes {
        name
        expected
        billed
        divergence
        tolerance
        verdict
        kind
        since
        atRisk
        causes {
          kind
          amount
          explanation
          titles { externalId dueOn amount status }
        }
      }
    }
  }
}`,
    variables: () => ({
      period: today().slice(0, 7),
      verdict: ["DIVERGENT", "NOT_DUE", "NOT_EVALUATED", "OK"],
    }),
  },
];
