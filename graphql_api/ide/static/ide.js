// GraphiQL with a place for the token and for examples. React, ReactDOM, GraphiQL, GraphiQLPluginExplorer and
// graphqlWs are the package's scripts, loaded before this one.

import { EXAMPLES } from "./examples.js";
import { ask, keepToken, keptToken, watch, whoIs } from "./session.js";

const { createElement, useEffect, useMemo, useState } = React;
const login = document.getElementById("login");
const input = document.getElementById("token");
const examples = document.getElementById("examples");

let token = keptToken();

/** GraphiQL's tabs and editors, as of its last rendering. */
let editor = null;

/** GraphiQL hands its context to components inside it only; its logo is where one of ours may stand. */
function Door({ onOpen }) {
  editor = GraphiQL.React.useEditorContext();
  const { queryEditor, tabs, activeTabIndex } = editor;
  const { title } = tabs[activeTabIndex];
  useEffect(() => {
    if (queryEditor) onOpen(queryEditor.getValue());
  }, [queryEditor]);
  useEffect(() => markExample(title), [title]);
  return null;
}

function Ide({ token, first }) {
  // The explorer's view of the text. The text itself is the editor's, not a prop: each tab has its own.
  const [query, setQuery] = useState("");
  const explorer = GraphiQLPluginExplorer.useExplorerPlugin({
    query,
    onEdit: (text) => editor.queryEditor.setValue(text),
  });
  // Another token makes another fetcher, and another fetcher makes GraphiQL read the schema again.
  const fetcher = useMemo(() => (body, options) => carryOut(body, token, options), [token]);
  const plugins = useMemo(() => [explorer], [explorer]);
  return createElement(
    GraphiQL,
    {
      ...first,
      fetcher,
      plugins,
      // Queries, variables and headers may name people and money: they stay as long as the token does.
      storage: sessionStorage,
      shouldPersistHeaders: true,
      defaultEditorToolsVisibility: "variables",
      onEditQuery: setQuery,
    },
    createElement(GraphiQL.Logo, null, createElement(Door, { onOpen: setQuery })),
  );
}

/** What is being run, of several operations the one that was chosen. */
function kindOf({ operationName }, documentAST) {
  const operations = documentAST?.definitions.filter(({ kind }) => kind === "OperationDefinition") ?? [];
  return operations.find(({ name }) => !operationName || name?.value === operationName)?.operation;
}

function carryOut(body, token, options) {
  const kind = kindOf(body, options?.documentAST);
  if (kind === "subscription") return watch(body, token, options.headers);
  const answer = ask(body, token, options?.headers);
  return kind === "mutation" ? answer.finally(refill) : answer;
}

const shown = (variables) => JSON.stringify(variables, null, 2);

/** What a new browser's tab starts with; one that is reloaded goes on with what GraphiQL has kept. */
const first = sessionStorage.getItem("graphiql:tabState")
  ? {}
  : { query: EXAMPLES[0].query, variables: shown(EXAMPLES[0].variables()) };

// Room for the variables of an example; GraphiQL leaves them a quarter. Whoever drags the bar changes this.
if (!sessionStorage.getItem("graphiql:secondaryEditorFlex")) {
  sessionStorage.setItem("graphiql:secondaryEditorFlex", "2.2");
}

const showIde = () =>
  ReactDOM.render(createElement(Ide, { token, first }), document.getElementById("graphiql"));

/** The example that was chosen last, and its variables as they were filled in. */
let filled = null;

const variablesOf = async (example) => shown(await example.variables((body) => ask(body, token)));

/** After a change: what an example says about the newest record, unless somebody has written over it. */
async function refill() {
  const { example, made } = filled ?? {};
  const untouched = () =>
    editor.queryEditor.getValue() === example.query && editor.variableEditor.getValue() === made;
  if (!example?.followsChanges || !untouched()) return;
  const now = await variablesOf(example);
  if (!untouched()) return;
  filled = { example, made: now };
  editor.variableEditor.setValue(now);
}

/** Shows an example in its own tab, never over a text that somebody has changed. */
async function choose(example) {
  const { query } = example;
  const made = await variablesOf(example);
  filled = { example, made };
  const { tabs, activeTabIndex, queryEditor } = editor;
  // What is shown right now; GraphiQL tells its tabs a moment later.
  const texts = tabs.map((tab, index) => (index === activeTabIndex ? queryEditor.getValue() : tab.query));
  const fits = (text) => text === query || !text?.trim();
  const found = fits(texts[activeTabIndex]) ? activeTabIndex : texts.findIndex(fits);
  // At once, so that the tab is there, with its title, before its text is set.
  ReactDOM.flushSync(() => {
    if (found < 0) editor.addTab();
    else if (found !== activeTabIndex) editor.changeTab(found);
    editor.updateActiveTabValues({ query, variables: made });
  });
  if (queryEditor.getValue() !== query) queryEditor.setValue(query);
  editor.variableEditor.setValue(made);
  queryEditor.focus();
}

const operations = (query) => [...query.matchAll(/^(?:query|mutation|subscription) (\w+)/gm)].map(([, name]) => name);

function markExample(title) {
  for (const [index, button] of [...examples.children].entries()) {
    button.setAttribute("aria-pressed", String(operations(EXAMPLES[index].query).includes(title)));
  }
}

function addExamples() {
  for (const example of EXAMPLES) {
    const button = document.createElement("button");
    button.textContent = example.title;
    button.addEventListener("click", () => choose(example));
    examples.append(button);
  }
}

function showCaller(state, message = "", me = null) {
  login.dataset.state = state;
  document.getElementById("message").textContent = message;
  const roles = (me?.roles ?? []).map((role) => {
    const badge = document.createElement("b");
    badge.textContent = role;
    return badge;
  });
  document.getElementById("caller").replaceChildren(me?.subject ?? "", ...roles);
}

async function greet() {
  if (!token) return showCaller("out");
  const asked = token;
  const { me, problem } = await whoIs(asked);
  // Meanwhile another one may have been pasted.
  if (asked !== token) return;
  if (me) {
    input.value = "";
    showCaller("in", "", me);
  } else {
    showCaller("refused", problem ?? "The server sees nobody behind this token.");
  }
}

function enter(pasted) {
  const before = token;
  token = keepToken(pasted);
  if (token === before) return;
  // What is shown was the answer to somebody else.
  editor?.responseEditor?.setValue("");
  showIde();
  greet();
}

let pause;
input.addEventListener("input", () => {
  clearTimeout(pause);
  // A token is pasted at once; nobody wants a question to the server for each letter of one that is typed.
  pause = setTimeout(() => enter(input.value), 200);
});
login.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("leave").addEventListener("click", () => {
  enter("");
  input.focus();
});

// The fonts are data in GraphiQL's style sheet, and yet come a moment late: the first text would jump.
await Promise.all(["400 14px Roboto", "500 14px Roboto", "14px 'Fira Code'"].map((it) => document.fonts.load(it)));
addExamples();
showIde();
greet();
