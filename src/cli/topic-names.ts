/** The topics of `authctl help`, each with a sentence; their texts load on use. */
export const topicAbouts = {
  credentials: 'Where credentials come from, and the server.',
  environment: 'The variables that are read, and those that are set.',
  formats: 'What -o of login, token and refresh prints.',
  'exit-codes': 'What the exit code tells.',
  security: 'How secrets and tokens are treated.',
  providers: 'The providers, and what each of them needs.',
} as const;

export type TopicName = keyof typeof topicAbouts;

export const topicNames = Object.keys(topicAbouts) as readonly TopicName[];

export function isTopicName(name: string): name is TopicName {
  return Object.hasOwn(topicAbouts, name);
}
