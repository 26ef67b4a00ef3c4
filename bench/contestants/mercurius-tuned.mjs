// Mercurius by hand, by somebody who gives up types for speed: Postgres' own texts go through as they are.
import pg from 'pg'
import { NAMES, serve } from './mercurius.mjs'

const { DATE, NUMERIC, TIMESTAMPTZ } = pg.types.builtins
for (const kind of [DATE, NUMERIC, TIMESTAMPTZ]) pg.types.setTypeParser(kind, (text) => text)

await serve({
  kind: () => 'String',
  touch: (row) => {
    if (row.entidade) row.entidade = NAMES[row.entidade]
  },
})
