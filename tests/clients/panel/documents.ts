import { graphql } from "../generated/codegen/index.js";

export const clients = graphql(`
  query Clients($first: Int!) {
    clients(first: $first) {
      totalCount
      nodes {
        id
        name
        version
      }
    }
  }
`);

export const rename = graphql(`
  mutation Rename($id: ID!, $name: String!) {
    updateClient(id: $id, input: { name: $name }) {
      __typename
      ... on Client {
        id
        name
        version
      }
      ... on Refusal {
        code
        message
      }
    }
  }
`);
