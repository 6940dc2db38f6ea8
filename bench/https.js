/** Passes requests on from https to a server on plain http: node https.js <key> <certificate> <url>. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';

const [, , key, cert, target] = process.argv;
const base = new URL(target);
const server = createServer(
  { key: readFileSync(key), cert: readFileSync(cert) },
  (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const path = `${base.pathname}${url}`;
    const onward = request(
      base,
      { method, path, headers: { ...headers, host: base.host } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
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
