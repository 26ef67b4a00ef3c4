// What both forms of Mercurius have in common: only the selected columns, named statements, one question for the
// contracts of all clients. A form says of which type each field is.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'

const [url, port] = process.argv.slice(2)

export const WORDS = { CLIENTE: 'C', FORNECEDOR: 'F', TRANSPORTADORA: 'T', FUNCIONARIO: 'U' }
export const NAMES = Object.fromEntries(Object.entries(WORDS).map(([name, word]) => [word, name]))
const column = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const FIELDS = `externalId codigo descricao valor juros desconto taxaBanco taxaOperadora valorTotal dataVencimento
  dataLiquidacao dataCompetencia cadastradoEm modificadoEm deletadoEm planoContasId planoContasExternalId nomePlanoConta
  centroCustoId centroCustoExternalId nomeCentroCusto contaBancariaId contaBancariaExternalId nomeContaBancaria
  formaPagamentoId formaPagamentoExternalId nomeFormaPagamento entidade clienteId clienteExternalId nomeCliente
  fornecedorId fornecedorExternalId nomeFornecedor transportadoraId transportadoraExternalId nomeTransportadora
  funcionarioId funcionarioExternalId nomeFuncionario usuarioId usuarioExternalId nomeUsuario lojaId lojaExternalId
  nomeLoja`.split(/\s+/)

const schemaOf = (types, kind) => `
  ${types}
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Payment { id: ID! liquidado: Boolean! version: Int! ${FIELDS.map((name) => `${name}: ${kind(name)}`).join(' ')} }
  type Contract {
    id: ID! title: String! startsOn: ${kind('startsOn')}! endsOn: ${kind('endsOn')} cadence: String! billingDay: Int
    version: Int!
  }
  type Contracts { nodes: [Contract!]! }
  type Client { id: ID! name: String! document: String active: Boolean! contracts(first: Int): Contracts! }
  type Clients { nodes: [Client!]! pageInfo: PageInfo! }
  type Payments { nodes: [Payment!]! pageInfo: PageInfo! }
  input PaymentFilter { entidade: [${kind('entidade')}!] liquidado: Boolean }
  type Query {
    payment(id: ID!): Payment
    payments(first: Int!, after: String, filter: PaymentFilter): Payments!
    clients(first: Int!, after: String): Clients!
  }`

const pool = new pg.Pool({ connectionString: url, max: 10 })
const names = new Map()
async function ask(text, values) {
  if (!names.has(text)) names.set(text, `s${names.size}`)
  return (await pool.query({ name: names.get(text), text, values })).rows
}

const known = new WeakMap()
function columns(info, ...path) {
  const [asked] = info.fieldNodes
  if (!known.has(asked)) {
    const below = (node, name) => node.selectionSet.selections.find((one) => one.name.value === name)
    const leaves = path.reduce(below, asked).selectionSet.selections.filter((one) => !one.selectionSet)
    known.set(asked, leaves.map(({ name }) => `${column(name.value)} AS "${name.value}"`).join(', '))
  }
  return known.get(asked)
}
const packed = (...keys) => Buffer.from(JSON.stringify(keys)).toString('base64url')
const unpacked = (cursor) => JSON.parse(Buffer.from(cursor, 'base64url'))

// `touch` is done to each row before it is answered.
function queries(touch) {
  async function found(text, values) {
    const rows = await ask(text, values)
    rows.forEach(touch)
    return rows
  }
  async function paged(table, wanted, key, conditions, values, first, after) {
    if (after) {
      values.push(...unpacked(after))
      conditions.push(`(${key}, id) > ($${values.length - 1}, $${values.length})`)
    }
    values.push(first + 1)
    const nodes = await found(
      `SELECT ${wanted}, ${key}::text AS _key, id AS _id FROM ${table}
       WHERE ${conditions.join(' AND ')} ORDER BY ${key}, id LIMIT $${values.length}`,
      values,
    )
    const hasNextPage = nodes.length > first
    if (hasNextPage) nodes.pop()
    const last = nodes.at(-1)
    return { nodes, pageInfo: { hasNextPage, endCursor: last ? packed(last._key, last._id) : null } }
  }
  return {
    payment: async (_, { id }, __, info) => {
      const key = id.replace('payment_', '')
      const [row] = await found(`SELECT ${columns(info)} FROM payments WHERE id = $1`, [key])
      return row ?? null
    },
    payments: (_, { first, after, filter }, __, info) => {
      const conditions = ['deletado_em IS NULL']
      const values = []
      if (filter?.entidade) conditions.push(`entidade = ANY ($${values.push(filter.entidade.map((one) => WORDS[one]))})`)
      if (filter?.liquidado != null) conditions.push(`liquidado = $${values.push(filter.liquidado)}`)
      return paged('payments', columns(info, 'nodes'), 'data_vencimento', conditions, values, first, after)
    },
    clients: (_, { first, after }, __, info) =>
      paged('clients', columns(info, 'nodes'), 'fold(name)', ['true'], [], first, after),
  }
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

export async function serve({ types = '', kind, resolvers, touch = () => {} }) {
  const schema = schemaOf(types, kind)
  const app = Fastify()
  app.register(mercurius, { schema, resolvers: { Query: queries(touch), ...resolvers }, loaders, jit: 1, path: '/graphql' })
  await app.listen({ port: Number(port), host: '127.0.0.1' })
}
