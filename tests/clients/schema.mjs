// What is proven of the schema alone: it lints clean, Relay's compiler and the code generator take it, and the
// types that come of it hold under tsc --strict.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generate } from "@graphql-codegen/cli";
import graphqlPlugin from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";
import { Kind, parse } from "graphql";
import relayCompiler from "relay-compiler";
import ts from "typescript";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const ROOT = here("../..");
const SCHEMA = here("../../graphql_api/schema.graphql");
const SCALARS = JSON.parse(readFileSync(here("relay.config.json"), "utf8")).customScalarTypes;

function parts() {
  const { definitions } = parse(readFileSync(SCHEMA, "utf8"));
  const isNode = (type) => type.interfaces.some((one) => one.name.value === "Node");
  return definitions
    .filter((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION && !isNode(one))
    .map((one) => one.name.value);
}

export async function lintsClean() {
  const { configs } = graphqlPlugin;
  const eslint = new ESLint({
    cwd: ROOT,
    overrideConfigFile: true,
    overrideConfig: {
      files: ["**/*.graphql"],
      languageOptions: {
        parser: graphqlPlugin.parser,
        parserOptions: { graphQLConfig: { schema: SCHEMA } },
      },
      plugins: { "@graphql-eslint": graphqlPlugin },
      rules: {
        ...configs["flat/schema-recommended"].rules,
        ...configs["flat/schema-relay"].rules,
        // Types that are part of another, such as a receipt of a title, have no id of their own; that those
        // which are nodes have one is still asked.
        "@graphql-eslint/strict-id-in-types": ["error", { exceptions: { types: parts() } }],
        // Connections also give their rows as `nodes`, and some rows are no nodes.
        "@graphql-eslint/relay-edge-types": [
          "error",
          { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
        ],
      },
    },
  });
  const [report] = await eslint.lintFiles([SCHEMA]);
  const found = report.messages.map((one) => `line ${one.line}, ${one.ruleId}: ${one.message}`);
  assert.deepEqual(found, []);
}

export async function relayCompiles() {
  rmSync(here("generated/relay"), { recursive: true, force: true });
  mkdirSync(here("generated/relay"), { recursive: true });
  const { status, stderr, stdout } = spawnSync(relayCompiler, [], {
    cwd: here("."),
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout + stderr);
}

export async function typesHold() {
  rmSync(here("generated/codegen"), { recursive: true, force: true });
  await generate(
    {
      cwd: here("."),
      silent: true,
      schema: SCHEMA,
      documents: [here("panel/documents.ts")],
      generates: {
        "generated/codegen/": {
          preset: "client",
          config: { scalars: SCALARS, useTypeImports: true, documentMode: "documentNode" },
        },
        "generated/codegen/all.ts": { plugins: ["typescript"], config: { scalars: SCALARS } },
      },
    },
    true,
  );
  const program = ts.createProgram([here("panel/typed.ts"), here("generated/codegen/all.ts")], {
    strict: true,
    noEmit: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: [],
  });
  const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => ROOT, getNewLine: () => "\n" };
  const problems = ts.getPreEmitDiagnostics(program);
  assert.equal(problems.length, 0, ts.formatDiagnostics(problems, host));
}
