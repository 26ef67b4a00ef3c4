import { graphql } from "relay-runtime";

export const query = graphql`
  query PanelQuery($period: Period!) {
    me {
      subject
      roles
    }
    ...PanelPayments
    reconciliation(period: $period) {
      id
      totalExpected
      lines(first: 5) @connection(key: "Panel_lines") {
        edges {
          node {
            id
            name
            verdict
          }
        }
      }
    }
  }
`;

export const payments = graphql`
  fragment PanelPayments on Query
  @refetchable(queryName: "PanelPaymentsPage")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    payments(first: $count, after: $cursor) @connection(key: "Panel_payments") {
      totalCount
      edges {
        node {
          ...PanelPayment
        }
      }
    }
  }
`;

export const payment = graphql`
  fragment PanelPayment on Payment @refetchable(queryName: "PanelPaymentAgain") {
    descricao
    valorTotal
    situacao
    version
  }
`;

export const settle = graphql`
  mutation PanelSettleMutation($id: ID!, $on: Date!) {
    settlePayment(id: $id, dataLiquidacao: $on) {
      ... on Payment {
        id
        situacao
        version
      }
      ... on Refusal {
        code
        message
      }
    }
  }
`;

export const watch = graphql`
  subscription PanelWatchSubscription($run: ID!) {
    syncProgress(runId: $run) {
      id
      status
    }
  }
`;
