// Mercurius with its JIT over pg, as somebody writes it by hand who cares for speed: only the selected columns, named
// statements, one question for the contracts of all clients.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'

const [url, port] = process.argv.slice(2)
for (const kind of [1082, 1184, 1700]) pg.types.setTypeParser(kind, (text) => text)
const pool = new pg.Pool({ connectionString: url, max: 10 })

const WORDS = { CLIENTE: 'C', FORNECEDOR: 'F', TRANSPORTADORA: 'T', FUNCIONARIO: 'U' }
const NAMES = Object.fromEntries(Object.entries(WORDS).map(([name, word]) => [word, name]))
const column = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const TEXTS = `externalId codigo descricao valor juros desconto taxaBanco taxaOperadora valorTotal dataVencimento
  dataLiquidacao dataCompetencia cadastradoEm modificadoEm deletadoEm planoContasId planoContasExternalId nomePlanoConta
  centroCustoId centroCustoExternalId nomeCentroCusto contaBancariaId contaBancariaExternalId nomeContaBancaria
  formaPagamentoId formaPagamentoExternalId nomeFormaPagamento entidade clienteId clienteExternalId nomeCliente
  fornecedorId fornecedorExternalId nomeFornecedor transportadoraId transportadoraExternalId nomeTransportadora
  funcionarioId funcionarioExternalId nomeFuncionario usuarioId usuarioExternalId nomeUsuario lojaId lojaExternalId
  nomeLoja`.split(/\s+/)

const schema = `
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Payment { id: ID! liquidado: Boolean! version: Int! ${TEXTS.map((name) => `${name}: String`).join(' ')} }
  type Contract {
    id: ID! title: String! startsOn: String! endsOn: String cadence: String! billingDay: Int version: Int!
  }
  type Contracts { nodes: [Contract!]! }
  type Client { id: ID! name: String! document: String active: Boolean! contracts(first: Int): Contracts! }
  type Clients { nodes: [Client!]! pageInfo: PageInfo! }
  type Payments { nodes: [Payment!]! pageInfo: PageInfo! }
  input PaymentFilter { entidade: [String!] liquidado: Boolean }
  type Query {
    payment(id: ID!): Payment
    payments(first: Int!, after: String, filter: PaymentFilter): Payments!
    clients(first: Int!, after: String): Clients!
  }`

const ask = async (text, values) => (await pool.query({ name: text.slice(0, 63 - 8) + hash(text), text, values })).rows
const hash = (text) => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7).toString(36)

function selected(info, ...path) {
  let chosen = info.fieldNodes[0]
  for (const name of path) chosen = chosen.selectionSet.selections.find((node) => node.name.value === name)
  return chosen.selectionSet.selections.filter((node) => !node.selectionSet).map((node) => node.name.value)
}
const columns = (names) => names.map((name) => `${column(name)} AS "${name}"`).join(', ')
const shown = (row) => {
  if (row.entidade) row.entidade = NAMES[row.entidade]
  return row
}
const packed = (...keys) => Buffer.from(JSON.stringify(keys)).toString('base64url')
const unpacked = (cursor) => JSON.parse(Buffer.from(cursor, 'base64url'))

async function paged(table, names, key, conditions, values, first, after) {
  if (after) {
    values.push(...unpacked(after))
    conditions.push(`(${key}, id) > ($${values.length - 1}, $${values.length})`)
  }
  values.push(first + 1)
  const rows = await ask(
    `SELECT ${columns(names)}, ${key}::text AS _key, id AS _id FROM ${table}
     WHERE ${conditions.join(' AND ')} ORDER BY ${key}, id LIMIT $${values.length}`,
    values,
  )
  const more = rows.length > first
  if (more) rows.pop()
  const last = rows.at(-1)
  return { nodes: rows.map(shown), pageInfo: { hasNextPage: more, endCursor: last ? packed(last._key, last._id) : null } }
}

const resolvers = {
  Query: {
    payment: async (_, { id }, __, info) => {
      const key = id.replace('payment_', '')
      const rows = await ask(`SELECT ${columns(selected(info))} FROM payments WHERE id = $1`, [key])
      return rows[0] ? shown(rows[0]) : null
    },
    payments: (_, { first, after, filter }, __, info) => {
      const conditions = ['deletado_em IS NULL']
      const values = []
      if (filter?.entidade) conditions.push(`entidade = ANY ($${values.push(filter.entidade.map((one) => WORDS[one]))})`)
      if (filter?.liquidado != null) conditions.push(`liquidado = $${values.push(filter.liquidado)}`)
      return paged('payments', selected(info, 'nodes'), 'data_vencimento', conditions, values, first, after)
    },
    clients: (_, { first, after }, __, info) =>
      paged('clients', selected(info, 'nodes'), 'fold(name)', ['true'], [], first, after),
  },
}
const loaders = {
  Client: {
    contracts: async (queries) => {
      const rows = await ask(
        `SELECT id, client_id AS "_client", title, starts_on AS "startsOn", ends_on AS "endsOn", cadence,
           billing_day AS "billingDay", version FROM contracts
         WHERE client_id = ANY ($1) AND deleted_at IS NULL ORDER BY starts_on DESC, id DESC`,
        [queries.map(({ obj }) => obj.id)],
      )
      const theirs = new Map(queries.map(({ obj }) => [obj.id, []]))
      for (const row of rows) theirs.get(row._client).push(row)
      return queries.map(({ obj, params }) => ({ nodes: theirs.get(obj.id).slice(0, params.first) }))
    },
  },
}

const app = Fastify()
app.register(mercurius, { schema, resolvers, loaders, jit: 1, path: '/graphql' })
await app.listen({ port: Number(port), host: '127.0.0.1' })
