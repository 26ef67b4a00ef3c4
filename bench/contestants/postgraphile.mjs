// PostGraphile 5 as its documentation starts it for production: the Amber preset and the plugin that its users filter
// with; nothing to explain, no page, no WebSocket.
import { createServer } from 'node:http'
import { grafserv } from 'postgraphile/grafserv/node'
import { makePgService } from 'postgraphile/adaptors/pg'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { postgraphile } from 'postgraphile'
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter'

const [url, port] = process.argv.slice(2)
const preset = {
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  pgServices: [makePgService({ connectionString: url, schemas: ['public'], poolConfig: { max: 10 } })],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false, websockets: false },
  grafast: { explain: false },
  // It hides orders that no index of a single column serves; ours have the id beside them, or a condition.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
}
const server = createServer()
await postgraphile(preset).createServ(grafserv).addTo(server)
server.listen(Number(port), '127.0.0.1')
