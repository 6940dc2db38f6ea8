/** Passes requests on from https to a server on plain http: node https.js <key> <certificate> <url>. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:https';

const [, , key, cert, target] = process.argv;
const base = new URL(target);
// The way from here on is nobody's whom we measure: it is kept short.
const agent = new Agent({ keepAlive: true });
const server = createServer(
  { key: readFileSync(key), cert: readFileSync(cert) },
  (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const path = `${base.pathname}${url}`;
    const onward = request(
      base,
      { agent, method, path, headers: { ...headers, host: base.host, connection: 'keep-alive' } },
      (answer) => {
        const { connection: _, ...rest } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 500, rest);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(onward);
  },
);
server.listen(0, 'localhost', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : address);
});
