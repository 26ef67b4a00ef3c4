// Mercurius as its users write it: values as pg reads them, a scalar for each kind of them, an enum.
import { NAMES, WORDS, serve } from './mercurius.mjs'

const AMOUNTS = ['valor', 'juros', 'desconto', 'taxaBanco', 'taxaOperadora', 'valorTotal']

function kind(name) {
  if (name === 'entidade') return 'Entidade'
  if (AMOUNTS.includes(name)) return 'Decimal'
  if (name.startsWith('data') || name.endsWith('On')) return 'Date'
  return name.endsWith('Em') ? 'DateTime' : 'String'
}

await serve({
  types: `scalar Decimal scalar Date scalar DateTime enum Entidade { ${Object.keys(WORDS).join(' ')} }`,
  kind,
  resolvers: {
    Decimal: { serialize: String },
    Date: { serialize: (day) => day.toISOString().slice(0, 10) },
    DateTime: { serialize: (moment) => moment.toISOString() },
    Entidade: { serialize: (letter) => NAMES[letter] },
  },
})
