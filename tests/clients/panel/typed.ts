import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";
import { clients, rename } from "./documents.js";

// Compiled, never run: what the generated types promise.
declare const list: ResultOf<typeof clients>;
declare const renamed: ResultOf<typeof rename>;

export const first: string | undefined = list.clients.nodes[0]?.name;
export const total: number = list.clients.totalCount;
export const variables: VariablesOf<typeof rename> = { id: "client_1", name: "Padaria" };
export const said: string =
  renamed.updateClient.__typename === "Refusal" ? renamed.updateClient.code : renamed.updateClient.name;
// @ts-expect-error a variable is missing
export const incomplete: VariablesOf<typeof rename> = { id: "client_1" };
