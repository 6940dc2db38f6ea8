/** Answers requests as one provider's server would, from its declaration. */
import type { Declaration, Sandbox as Samples } from '../declaration/declaration.ts';
import { answerRefresh, answerVerify } from './about-token.ts';
import type { Incoming } from './compare.ts';
import { type Expected, hasShape, isAt } from './expected.ts';
import { newServed, type Reply, type Served } from './served.ts';
import { Stages } from './stages.ts';
import type { World } from './world.ts';

/** A kind of request that a sandbox answers. */
interface Endpoint {
  readonly expected: readonly Expected[];
  readonly answer: (incoming: Incoming) => Reply;
}

/**
 * Creates the function that answers one provider's requests. It remembers the tokens that it has
 * issued. Refresh, verify and logout are supported if there are sample answers for them.
 */
export function createResponder(
  declaration: Declaration,
  samples: Samples,
  world: World,
): (incoming: Incoming) => Reply {
  const served = newServed(declaration, samples, world);
  const endpoints = endpointsOf(served);
  return (incoming) => {
    const found = endpoints.flatMap((endpoint) =>
      endpoint.expected
        .filter((each) => isAt(declaration, each, incoming))
        .map((expected) => ({ expected, method: expected.template.method, endpoint })),
    );
    const possible = found.filter(({ method }) => method === incoming.method);
    // OAuth has one path for logins and refreshes: the rest of the request tells them apart.
    const meant = possible.filter(({ expected }) =>
      hasShape(declaration, expected, incoming, served.optional),
    );
    const asked = new Set((meant.length > 0 ? meant : possible).map(({ endpoint }) => endpoint));
    const reply = firstRight([...asked], incoming);
    if (reply) return reply;
    return noEndpoint(
      declaration,
      found.map(({ method }) => method),
    );
  };
}

/** The first reply that is no refusal, else the last one. */
function firstRight(endpoints: readonly Endpoint[], incoming: Incoming): Reply | undefined {
  let last: Reply | undefined;
  for (const { answer } of endpoints) {
    last = answer(incoming);
    if (!last.isRefusal) break;
  }
  return last;
}

/** Those that need a token come first: a step of a login may need nothing. */
function endpointsOf(served: Served): readonly Endpoint[] {
  const { declaration, samples } = served;
  const { refresh, verify } = declaration;
  const { refreshed, accepted } = samples;
  const stages = new Stages(served);
  const endpoints: Endpoint[] = [];
  if (refresh && refreshed) {
    endpoints.push({
      expected: [{ template: refresh.request }],
      answer: (incoming) => answerRefresh(served, refresh, refreshed, incoming),
    });
  }
  if (verify && accepted) {
    endpoints.push({
      expected: [{ template: verify.request }],
      answer: (incoming) => answerVerify(served, verify, accepted, incoming),
    });
  }
  const answer = (incoming: Incoming) => stages.answer(incoming);
  return [...endpoints, { expected: stages.expected, answer }];
}

/** @param methods those of the path */
function noEndpoint({ name }: Declaration, methods: readonly string[]): Reply {
  if (methods.length === 0) {
    return { status: 404, body: { error: `the sandbox of ${name} has no such path` } };
  }
  const allowed = [...new Set(methods)].join(', ');
  return {
    status: 405,
    body: { error: `this path allows only ${allowed}` },
    headers: { Allow: allowed },
  };
}
